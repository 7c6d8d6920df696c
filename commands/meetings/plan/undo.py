"""What follows from taking an entry about a meeting back: its times and reminders are laid out anew."""

from dataclasses import dataclass
from datetime import datetime

from commands.framework.reply import Reply
from commands.meetings.plan.occurrences import replan
from commands.meetings.share import file_holders
from commands.meetings.time_poll import views as changes_views
from storage.core.model import Entry, EntryKind
from storage.core.repository import Common
from storage.meetings.actions import Actions
from storage.meetings.agendas import Agendas
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meetings, Occurrence
from storage.meetings.reminders import Reminders


@dataclass(frozen=True, slots=True)
class Plans(Common):
    """Keeps what is derived true after an undo."""

    async def taken_back(self, entry: Entry, now: datetime) -> tuple[Reply, ...]:
        """What the room has to know, which was told of what is taken back; and holders of a file."""
        changed: list[Occurrence] = []
        if entry.kind is EntryKind.MEETING_CHANGED:
            meetings = Meetings(self.tx, self.committee)
            reminders = Reminders(self.tx, self.committee)
            for meeting in await meetings.touched(entry.id):
                changed += await replan(meetings, reminders, meeting, now)
        if entry.kind is EntryKind.AGENDA_CHANGED:
            await Agendas(self.tx, self.committee).settle_entry(entry.id)
        if entry.kind is EntryKind.ACTION_CHANGED:
            await Actions(self.tx, self.committee).settle_entry(entry.id)
        if not changed:
            return ()
        files = await file_holders.told(CalendarDates(self.tx, self.committee), changed, now)
        return (changes_views.as_before(changed[0], now), *files)
