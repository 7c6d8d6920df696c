"""What may be taken back by whom: one's own, as far as one could do it now; and a lead another's, with words."""

from dataclasses import dataclass, replace

from commands.authority.previews import Preview
from commands.contacts.rules import may_see
from commands.contacts.views import label, short
from commands.framework.context import Context, Role, UserId
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _, a_time
from commands.framework.reply import Audience, Code, Paragraph, Reply, Strong, line, say
from commands.general import views
from commands.shared.members import Members
from commands.turf.rules import may_end
from storage.core.model import Contact, Entry, EntryKind
from storage.history.entries import History
from storage.structure_tests.undo import ABOUT_TESTS
from storage.turf.absences import Absences, Barred
from storage.turf.turf import Turf

FOR_LEADS = {
    EntryKind.TURF_ASSIGNED,
    EntryKind.TURF_MOVED,
    EntryKind.OFFBOARDED,
    EntryKind.TOLD_APART,
    EntryKind.TEST_OPENED,
    EntryKind.TEST_CHANGED,
    EntryKind.TEST_CLOSED,
    EntryKind.TEST_AMENDED,
}
"""What leads do: whoever is none any more leaves it as it is."""
IN_CARE = {
    EntryKind.CONTACT_EDITED,
    EntryKind.NAMED,
    EntryKind.MOVED,
    EntryKind.STATE_CHANGED,
    EntryKind.ROLE_CHANGED,
    EntryKind.NOTED,
    EntryKind.BASED,
    EntryKind.MERGED,
}
"""What somebody does to a contact in their care: once it is in another's, it is theirs to change."""
THEIRS_ALONE = {EntryKind.ANSWERED, EntryKind.ROLE_TAKEN, EntryKind.AWAY}
"""What somebody says of themselves: nobody takes that back for them."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a step back is judged by."""

    ctx: Context
    history: History
    absences: Absences
    turf: Turf
    members: Members
    barred: Barred

    async def may(self, last: Entry, contact: Contact | None) -> None:
        """Raises Refusal when it cannot be taken back, or not by this person now."""
        await self._by_them(last, contact)
        await self._as_readmitted(last)
        await self._at_all(last, contact)

    async def _by_them(self, last: Entry, contact: Contact | None) -> None:
        ctx = self.ctx
        if last.kind is EntryKind.OFFBOARDED and last.author != ctx.user and ctx.role < Role.KEEPER:
            # Of a lead only a keeper ends the part, and only a keeper gives it back.
            raise refuse(
                _(
                    "The last thing {who} saved ended somebody's part. A keeper of the data can take"
                    " that back, or {readmit} lets them take part again."
                ),
                who=short(last.author),
                readmit=Code("!readmit @ben"),
                example="",
            )
        if ctx.role >= Role.LEAD:
            return
        if last.kind in FOR_LEADS or await self._about_another(last):
            raise refuse(
                _(
                    "The last thing you saved only leads can do, so only a lead can take it back: {how}"
                ),
                how=Code(f'!undo of={short(ctx.user)} why="slip"'),
                example="",
            )
        if last.kind in IN_CARE and contact is not None:
            covers = await self.absences.may_stand_in(contact, ctx.user, ctx.day)
            if not (may_see(contact, ctx.user, ctx.role) or covers):
                raise refuse(
                    _(
                        "{who} is in another organizer's care by now. A lead can take it back: {how}"
                    ),
                    who=contact.handle,
                    how=Code(f'!undo of={short(ctx.user)} why="slip"'),
                    example="",
                )

    async def _as_readmitted(self, last: Entry) -> None:
        """Taking back that somebody's part has ended takes whom ending it takes."""
        who = await self.barred.whose(last.id) if last.kind is EntryKind.OFFBOARDED else None
        if who is not None and not may_end(self.members.roles.get(who), self.ctx.role):
            raise refuse(_("That takes a keeper of the data."))

    async def _about_another(self, last: Entry) -> bool:
        """Whether it is about somebody else's people or absence."""
        if last.kind is EntryKind.TURF_RELEASED:
            return self.ctx.user not in await self.turf.touched(last.id)
        if last.kind is EntryKind.AWAY:
            return self.ctx.user != await self.absences.whose(last.id)
        return False

    async def _at_all(self, last: Entry, contact: Contact | None) -> None:
        if last.kind in {EntryKind.LISTED, EntryKind.LIST_CHANGED}:
            raise refuse(
                _("The last thing you saved was a whole import; {list} shows its number."),
                list=Code("!import list"),
                example="!import undo 7",
            )
        if await self.history.built_on(last):
            raise _built_on(last, contact)


def _built_on(last: Entry, contact: Contact | None) -> Refusal:
    if last.kind in ABOUT_TESTS:
        return refuse(
            _(
                "The last thing you saved is part of a test's result by now. A lead can correct that: {amend}"
            ),
            amend=Code("!test amend"),
            example="",
        )
    if last.kind is EntryKind.MEETING_CHANGED:
        return refuse(
            _("Others have answered or added to that meeting since. {cancel} calls it off."),
            cancel=Code("!meet cancel"),
            example="",
        )
    if last.kind is EntryKind.ACTION_CHANGED:
        return refuse(
            _("Somebody else has worked on that since. {actions} shows how it stands."),
            actions=Code("!actions"),
            example="",
        )
    if last.kind is not EntryKind.CONTACT_ADDED:
        return refuse(
            _("That talk cannot be taken back: it was put right since. {edit} can change it."),
            edit=Code("!1on1 edit"),
            example="",
        )
    return refuse(
        _("{who} cannot be taken back: somebody has noted something about them since."),
        who="" if contact is None else contact.handle,
        example="",
    )


def look(last: Entry, contact: Contact | None, ctx: Context) -> Preview:
    """The last thing another saved, before a lead takes it back."""
    about = "" if contact is None else f", {label(contact)}"
    head = line(
        _("The last thing {who} saved, at {when}: {what}{about}."),
        who=Strong(short(last.author)),
        when=a_time(last.at, ctx.zone),
        what=views.kind_words(last.kind),
        about=about,
    )
    typed = Code(f'!undo of={short(last.author)} why="they asked me to" --yes')
    do_it = line(_("To take it back, saying why, which they are told: {yes}"), yes=typed)
    preview = Reply((Paragraph(head), Paragraph(do_it)))
    return Preview(f"undo {last.author}", {"entry": last.id}, preview)


def told(author: UserId, why: str, undone: Reply, ctx: Context) -> Reply:
    """For whoever had saved it."""
    words = say(_("{by} did that for you, because: {why}"), by=short(ctx.user), why=why)
    return Reply((*undone.blocks, *words.blocks), Audience.NAMED, to=(author,))


def takes_part_again(user: UserId, ctx: Context) -> Reply:
    """For the leads, who had heard that somebody's part had ended."""
    words = say(
        _("{by} took back that the part of {user} has ended: they take part again."),
        by=ctx.user,
        user=user,
    )
    return replace(words, audience=Audience.LEADS)
