"""Taking back what was entered about meetings; times and reminders are then laid out anew."""

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply
from commands.framework.undo import UndoneBy, UndoPolicy, UndoStep
from commands.meetings.plan.occurrences import replan
from commands.meetings.share import file_holders
from commands.meetings.time_poll import views as time_poll_views
from storage.core.model import EntryKind
from storage.meetings.actions import Actions
from storage.meetings.agendas import Agendas
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meetings, Occurrence
from storage.meetings.reminders import Reminders
from storage.meetings.undo import answered_by_others, worked_on_by_others


async def _answered_by_others(step: UndoStep) -> Refusal | None:
    if not await answered_by_others(step.history.tx, step.entry):
        return None
    return impossible(
        "Others have answered or added to that meeting since. To cancel it: {cancel}",
        cancel=Code("!meet cancel"),
    )


async def _worked_on_by_others(step: UndoStep) -> Refusal | None:
    if not await worked_on_by_others(step.history.tx, step.entry):
        return None
    return impossible(
        "Somebody else has worked on that since. {actions} shows how it is now.",
        actions=Code("!actions"),
    )


async def _replan(step: UndoStep) -> tuple[Reply, ...]:
    """Take a change of a meeting back; the room hears it, which was told of it, and holders of a file."""
    await step.reverse()
    now = step.ctx.now
    meetings, reminders = step.repository(Meetings), step.repository(Reminders)
    changed: list[Occurrence] = []
    for meeting in await meetings.touched(step.entry.id):
        changed += await replan(meetings, reminders, meeting, now)
    if not changed:
        return ()
    files = await file_holders.told(step.repository(CalendarDates), changed, now)
    return (time_poll_views.as_before(changed[0], now), *files)


async def _which(step: UndoStep, _contact: str) -> str | None:
    """Which meeting was changed."""
    meetings = step.repository(Meetings)
    for number in await meetings.touched(step.entry.id):
        meeting = await meetings.by_id(number)
        if meeting is not None:
            words = _("your change to {title} #{number}")
            return words.format(title=meeting.title, number=meeting.number)
    return None


async def _settle_agenda(step: UndoStep) -> tuple[Reply, ...]:
    await step.reverse()
    await step.repository(Agendas).recompute_entry(step.entry.id)
    return ()


async def _settle_actions(step: UndoStep) -> tuple[Reply, ...]:
    await step.reverse()
    await step.repository(Actions).recompute_entry(step.entry.id)
    return ()


UNDO = {
    EntryKind.MEETING_CHANGED: UndoPolicy(
        lambda: _("your change to a meeting"),
        refuse_if=_answered_by_others,
        take_back=_replan,
        said=_which,
    ),
    EntryKind.ANSWERED: UndoPolicy(lambda: _("your answer"), UndoneBy.ITS_AUTHOR_ALONE),
    EntryKind.AGENDA_CHANGED: UndoPolicy(
        lambda: _("your change to the agenda"), take_back=_settle_agenda
    ),
    EntryKind.ROLE_TAKEN: UndoPolicy(lambda: _("the change of roles"), UndoneBy.ITS_AUTHOR_ALONE),
    EntryKind.MINUTED: UndoPolicy(lambda: _("the last line of the minutes")),
    EntryKind.ACTION_CHANGED: UndoPolicy(
        lambda: _("the change to what is to be done"),
        refuse_if=_worked_on_by_others,
        take_back=_settle_actions,
    ),
}
