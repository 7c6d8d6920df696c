"""Words about privacy: what is kept, what goes, what stays and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

from commands.authority.previews import Preview
from commands.framework.context import Context
from commands.framework.i18n import _, a_day, a_number, joined, ngettext
from commands.framework.reply import (
    Audience,
    Block,
    Code,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.privacy import sent_views
from commands.shared.wording import label, short
from storage.coalition.sent_words import SentWords
from storage.core.model import Contact, UserId
from storage.privacy.bases import Basis
from storage.privacy.declarations import Erased, PersonRecords
from storage.privacy.erasure import Amount, LoneMentions
from storage.privacy.holds import Hold
from storage.privacy.subject_access import HeldRow

MOST_HANDLES = 6
"""Contacts named by handle on one line."""


def sections() -> dict[str, str]:
    """The heading of each table, in the order in which they are shown."""
    return {
        "contacts": _("Who they are"),
        "names": _("Names"),
        "listings": _("From lists"),
        "placements": _("Places"),
        "memberships": _("In the unit"),
        "roles": _("Roles"),
        "followings": _("Who stands behind whom"),
        "assignments": _("Organizers"),
        "contact_details": _("How they are reached"),
        "conversations": _("Talks and attempts"),
        "assessments": _("Ratings"),
        "notes": _("Notes"),
        "follow_ups": _("Follow-ups"),
        "follow_up_events": _("Results of follow-ups"),
        "attendances": _("Came to meetings"),
        "test_people": _("In structure tests"),
        "test_marks": _("Noted in structure tests"),
        "test_reviews": _("To look at again after tests"),
        "test_sheets": _("On signature lists that wait"),
        "bases": _("Why it may be kept"),
        "holds": _("Holds"),
        "merges": _("Merged records"),
        "pairs": _("Asked about because of the same name"),
        "drafts": _("Talks being written down"),
        "import_decisions": _("Decided in imports"),
        "import_missing": _("Missing from lists"),
        "views": _("Who looked"),
        "look_ups": _("Who saw them while searching, a day long"),
        "audits": _("What was done with the record"),
    }


def subject(
    contact: Contact,
    found: Mapping[str, Sequence[HeldRow]],
    ctx: Context,
    *,
    more: bool = False,
    sent: Sequence[SentWords] | None = None,
) -> Reply:
    """Everything, row by row; long, because it is everything. ``more``: what is for leads is left out.

    ``sent``: the words with their name that others of our coalition have; None: the committee is in none.
    """
    blocks: list[Block] = [
        line(
            "Everything I keep about {who}. I have noted that you asked.",
            who=Strong(label(contact)),
        )
    ]
    for table, title in sections().items():
        if table in found:
            blocks.append((Strong(title),))
            blocks.append(listed([_held(held, ctx) for held in found[table]]))
    if sent is not None:
        blocks += sent_views.what_goes(sent, ctx)
    if more:
        words = _(
            "Only leads see more: who may be the same person, who stands behind whom, and"
            " lists that wait. They also see what the group of a natural leader did. I tell"
            " only them whether there is anything."
        )
        blocks.append((words,))
    return reply(*blocks)


def _held(held: HeldRow, ctx: Context) -> Line:
    # Somebody asks what is kept about them a few times a year.
    from commands.privacy.stored_words import in_words  # noqa: PLC0415

    parts = []
    if held.at is not None:
        parts.append(a_day(held.at.astimezone(ctx.zone).date(), ctx.today))
    if held.by is not None:
        parts.append(short(held.by))
    said = ": ".join(
        part for part in (joined(parts), " · ".join(map(in_words, held.words))) if part
    )
    return (said, *((_(" (undone)"),) if held.taken_back else ()))


def look(
    contact: Contact,
    person: PersonRecords,
    amount: Amount,
    alone: LoneMentions,
    sent: Sequence[SentWords],
    ctx: Context,
) -> Preview:
    """The preview of forgetting somebody; a yes holds for exactly what the preview shows."""
    return Preview(
        f"forget {contact.number}",
        asdict(amount) | {"records": person.records, "sent": len(sent)},
        preview(contact, amount, alone, sent_views.held(sent, ctx)),
        person.records,
        lambda state: joined(_what(state)),
    )


def _what(amount: Mapping[str, int]) -> list[str]:
    talks, ratings = amount["talks"], amount["ratings"]
    notes, follow_ups = amount["notes"], amount["follow_ups"]
    return [
        ngettext("{n} talk", "{n} talks", talks).format(n=a_number(talks)),
        ngettext("{n} rating", "{n} ratings", ratings).format(n=a_number(ratings)),
        ngettext("{n} note", "{n} notes", notes).format(n=a_number(notes)),
        ngettext("{n} follow-up", "{n} follow-ups", follow_ups).format(n=a_number(follow_ups)),
    ]


def preview(
    contact: Contact, amount: Amount, alone: LoneMentions, elsewhere: Sequence[Block]
) -> Reply:
    """Show what goes, what stays (``elsewhere``: with other committees), and how to do it."""
    what = _what(asdict(amount))
    lines = [
        line("Deleted for good: name, place, {what}, and who looked.", what=joined(what)),
        plural(
            "I removed their full name from {n} text about somebody else.",
            "I removed their full name from {n} texts about others.",
            amount.mentions,
            n=a_number(amount.mentions),
        ),
        *_alone(alone),
        line("I keep a sealed mark, so that no list brings them back. It tells nobody who it is."),
        line("The figures of closed tests stay as they are."),
        (_("I cannot reach messages already in people's apps, and what people noted themselves."),),
    ]
    head = line("Forget {who}? It cannot be undone.", who=Strong(label(contact)))
    tail = line("To do it: {yes}", yes=Code(f"!forget {contact.handle} --yes"))
    return reply(head, listed(lines), *elsewhere, tail)


def _alone(alone: LoneMentions) -> list[Line]:
    """Where a first or last name by itself stays: by handle, since the texts are about others."""
    if not alone.texts:
        return []
    where = list(alone.handles[:MOST_HANDLES])
    more = len(alone.handles) - MOST_HANDLES
    if more > 0:
        where.append(f"+{more}")
    if alone.elsewhere:
        titles = ngettext("{n} title or minute", "{n} titles and minutes", alone.elsewhere)
        where.append(titles.format(n=a_number(alone.elsewhere)))
    said = plural(
        "One word of their name stands in {n} other text and stays: it may mean somebody else. {where}.",
        "One word of their name stands in {n} other texts and stays: it may mean somebody else. {where}.",
        alone.texts,
        n=a_number(alone.texts),
        where=joined(where),
    )
    if not alone.handles:
        return [said]
    look_ = Code(f"!subject {alone.handles[0]}")
    return [(*said, *line(" To read it: {subject}", subject=look_))]


def forgotten(contact: Contact, erased: Erased, elsewhere: Sequence[Block]) -> Reply:
    """Confirm by handle that somebody was forgotten: the name is written nowhere any more but ``elsewhere``."""
    also = []
    if erased.mentions:
        also.append(
            ngettext(
                "their name in {n} other text", "their name in {n} other texts", erased.mentions
            ).format(n=a_number(erased.mentions))
        )
    if erased.lines:
        also.append(
            ngettext(
                "{n} line of a list not saved yet", "{n} lines of lists not saved yet", erased.lines
            ).format(n=a_number(erased.lines))
        )
    if erased.unsent:
        also.append(
            ngettext("{n} unsent message", "{n} unsent messages", erased.unsent).format(
                n=a_number(erased.unsent)
            )
        )
    head = line("{who} is forgotten; I am wiping the files now.", who=Strong(contact.handle))
    return reply(
        head,
        line("Also deleted: {also}.", also=joined(also)) if also else None,
        *elsewhere,
        line(
            "Please delete our messages about them here, and tell them it is done. "
            "If they come back by themselves: {how}",
            how=Code("!help unforget"),
        ),
    )


@in_each_language
def told_organizer(contact: Contact, organizer: UserId) -> Reply:
    """Ask an organizer to delete their own notes about somebody who was forgotten."""
    return replace(
        say(
            "{who} asked to be removed, and everything about them is deleted. Please delete"
            " your own notes and our messages about them. Wait until they come back by"
            " themselves.",
            who=Strong(contact.handle),
        ),
        audience=Audience.NAMED,
        to=(organizer,),
    )


def removed_since() -> str:
    """The text in place of an unsent message about somebody who was removed."""
    return _("(Somebody was removed before I could send this. Please ask me again.)")


def before_unforgetting(name: str) -> Reply:
    """Ask whether somebody really came back, before the mark of their wish is deleted."""
    return say(
        "Did {name} come back by themselves? If they asked to be forgotten, I keep only"
        " a mark of that, and I cannot make it again. If they did come back, send it"
        " again with {yes} at the end.",
        name=name,
        yes=Code("--yes"),
    )


def unforgotten(name: str) -> Reply:
    """Confirm that a forgotten name may be added again."""
    return say(
        "{name} may be added again. Write down that they asked for it: {basis}",
        name=name,
        basis=Code("!contact basis M-41 consent"),
    )


def basis_words(basis: Basis) -> str:
    """The legal basis for keeping somebody's records, in words."""
    return {
        Basis.CONSENT: _("they agreed"),
        Basis.MEMBER: _("member, or in regular contact"),
        Basis.INTEREST: _("legitimate interest"),
    }[basis]


def based(contact: Contact, basis: Basis, on: date, ctx: Context) -> Reply:
    """Confirm the legal basis noted for a contact."""
    return say(
        "{who}: {basis}, since {day}.",
        who=Strong(label(contact)),
        basis=basis_words(basis),
        day=a_day(on, ctx.today),
    )


def held(contact: Contact) -> Reply:
    """Confirm a hold: nothing about the contact is deleted while it lasts."""
    return say(
        "{who} is on hold: nobody can delete anything about them. I have noted it. To"
        " end the hold: {end}",
        who=Strong(label(contact)),
        end=Code(f"!hold end {contact.handle}"),
    )


def released(contact: Contact) -> Reply:
    """Confirm the end of a hold."""
    return say(
        "The hold on {who} is over. I delete their old records again when their time is up.",
        who=Strong(label(contact)),
    )


def holds(found: Sequence[Hold], ctx: Context, *, more: bool) -> Reply:
    """List the holds in force."""
    if not found:
        return say("Nobody is on hold. {how}", how=Code('!hold M-41 why="claim at the court"'))
    lines = [
        line(
            "{who}, since {day}, {organizer}: {why}",
            who=Strong(hold.handle),
            day=a_day(hold.at.astimezone(ctx.zone).date(), ctx.today),
            organizer=short(hold.author),
            why=hold.why,
        )
        for hold in found
    ]
    tail = line("There are more.") if more else None
    return reply(line("On hold, so I delete nothing about them:"), listed(lines), tail)
