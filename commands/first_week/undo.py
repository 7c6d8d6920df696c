"""Taking back who is whose buddy."""

from commands.first_week import views
from commands.framework.errors import impossible
from commands.framework.i18n import _
from commands.framework.reply import Reply
from commands.framework.undo import UndoPolicy, UndoStep
from commands.shared.wording import short
from storage.core.model import EntryKind
from storage.first_week.buddies import Buddies
from storage.turf.absences import Barred


async def _as_it_was(step: UndoStep) -> tuple[Reply, ...]:
    """Take an entry back, unless somebody would then have a buddy who is gone. Raises Refusal."""
    buddies, ctx = step.repository(Buddies), step.ctx
    touched = await buddies.touched(step.entry.id)
    people = {who for pair in touched for who in (pair.newcomer, pair.buddy)}
    await step.reverse()
    for newcomer in sorted({pair.newcomer for pair in touched}):
        pair = await buddies.of(newcomer, ctx.day)
        if pair is None:
            continue
        people.add(pair.buddy)
        for who in (pair.newcomer, pair.buddy):
            if who not in step.roles or await step.repository(Barred).includes(who):
                raise impossible("{who} is not in the committee any more.", who=short(who))
    told = sorted(people - {ctx.user})
    return (views.as_before(told, ctx.user),) if told else ()


async def _said(step: UndoStep, _contact: str) -> str | None:
    pairs = await step.repository(Buddies).touched(step.entry.id)
    if len(pairs) != 1:
        return None
    return _("who is the buddy of {who}").format(who=short(pairs[0].newcomer))


UNDO = {
    EntryKind.BUDDY_CHANGED: UndoPolicy(
        lambda: _("who is whose buddy"), take_back=_as_it_was, said=_said
    ),
}
