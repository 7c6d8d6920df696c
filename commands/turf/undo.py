"""Taking back changes of turf, absences and ended parts."""

from collections.abc import Sequence
from dataclasses import replace

from commands.framework.context import Context, Role, UserId
from commands.framework.errors import Refusal, impossible, refuse
from commands.framework.i18n import _, joined
from commands.framework.reply import Audience, Code, Reply, in_each_language, say
from commands.framework.undo import UndoneBy, UndoPolicy, UndoStep
from commands.shared.figures import people
from commands.shared.undo import only_leads
from commands.shared.wording import short
from commands.turf.rules import may_end
from storage.core.model import EntryKind
from storage.privacy.audits import AuditedAction, Audits
from storage.turf.absences import Absences, Barred
from storage.turf.turf import Turf


async def _of_anothers_people(step: UndoStep) -> Refusal | None:
    theirs = step.ctx.user in await step.repository(Turf).touched(step.entry.id)
    return None if theirs or step.ctx.role >= Role.LEAD else only_leads(step.ctx)


async def _of_anothers_absence(step: UndoStep) -> Refusal | None:
    theirs = step.ctx.user == await step.repository(Absences).whose(step.entry.id)
    return None if theirs or step.ctx.role >= Role.LEAD else only_leads(step.ctx)


async def _by_whoever_may_readmit(step: UndoStep) -> Refusal | None:
    """Taking back that somebody's part has ended takes whom ending it takes."""
    ctx, entry = step.ctx, step.entry
    if entry.author != ctx.user and ctx.role < Role.KEEPER:
        # Of a lead only a keeper ends the part, and only a keeper gives it back.
        return impossible(
            "The last thing {who} saved ended somebody's part. A keeper of the data can"
            " undo that, or {readmit} lets them back in.",
            who=short(entry.author),
            readmit=Code("!readmit @ben"),
        )
    who = await step.repository(Barred).whose(entry.id)
    if who is not None and not may_end(step.roles.get(who), ctx.role):
        return refuse("That takes a keeper of the data.")
    return None


async def _hand_back(step: UndoStep) -> tuple[Reply, ...]:
    """Take back a change of hands; whoever was told of it, or has somebody again, is told."""
    turf, user = step.repository(Turf), step.ctx.user
    touched = await turf.touched(step.entry.id)
    await step.reverse()
    touched |= await turf.touched(step.entry.id)
    return (_as_before(sorted(touched - {user}), step.ctx),)


async def _readmit(step: UndoStep) -> tuple[Reply, ...]:
    """Take back that somebody's part has ended; the leads hear that they take part again."""
    ctx = step.ctx
    back = await step.repository(Barred).whose(step.entry.id)
    as_before = await _hand_back(step)
    if back is None:
        return as_before
    words = f"that {back} takes part again"
    await step.repository(Audits).keep(AuditedAction.CONFIRMED, words=words)
    return (_takes_part_again(back, ctx), *as_before)


async def _given(step: UndoStep, contact: str) -> str | None:
    """``3 people assigned to @ben``, or who it was."""
    given = await step.repository(Turf).given(step.entry.id)
    if not given:
        return None
    return joined(
        _("{people} assigned to {who}").format(
            people=people(count) if step.contact is None else contact, who=short(who)
        )
        for who, count in given.items()
    )


async def _ended(step: UndoStep, _contact: str) -> str | None:
    """Whose part had ended."""
    who = await step.repository(Barred).whose(step.entry.id)
    if who is None:
        return None
    return _("ending {who}'s part; their people are theirs again").format(who=short(who))


@in_each_language
def _as_before(people: Sequence[UserId], ctx: Context) -> Reply:
    """Tell those who heard of a change of turf that it was taken back."""
    words = say(
        "{by} undid a change of who is yours: {turf} shows your people now.",
        by=short(ctx.user),
        turf=Code("!turf"),
    )
    return replace(words, audience=Audience.NAMED, to=tuple(people))


@in_each_language
def _takes_part_again(user: UserId, ctx: Context) -> Reply:
    """Tell the leads, who had heard that somebody's part ended, that it was taken back."""
    words = say(
        "{by} undid the end of {user}'s part: they are back in.",
        by=ctx.user,
        user=user,
    )
    return replace(words, audience=Audience.LEADS)


UNDO = {
    EntryKind.TURF_ASSIGNED: UndoPolicy(
        lambda: _("who has {who}"), UndoneBy.LEADS, take_back=_hand_back, said=_given
    ),
    EntryKind.TURF_MOVED: UndoPolicy(
        lambda: _("moving people"), UndoneBy.LEADS, take_back=_hand_back, said=_given
    ),
    EntryKind.TURF_RELEASED: UndoPolicy(
        lambda: _("handing {who} back"), refuse_if=_of_anothers_people, take_back=_hand_back
    ),
    EntryKind.AWAY: UndoPolicy(
        lambda: _("what you said about being away"),
        UndoneBy.ITS_AUTHOR_ALONE,
        refuse_if=_of_anothers_absence,
    ),
    EntryKind.OFFBOARDED: UndoPolicy(
        lambda: _("ending somebody's part; their people are theirs again"),
        UndoneBy.LEADS,
        refuse_if=_by_whoever_may_readmit,
        take_back=_readmit,
        said=_ended,
    ),
}
