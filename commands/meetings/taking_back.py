"""What follows from taking an entry about a meeting back: its times and reminders are laid out anew."""

from dataclasses import dataclass
from datetime import datetime

from commands.meetings.planning import replan
from storage.actions import Actions
from storage.meetings import Meetings
from storage.model import Entry, Kind
from storage.reminders import Reminders
from storage.repository import Common


@dataclass(frozen=True, slots=True)
class Plans(Common):
    """Keeps what is derived true after an undo."""

    async def taken_back(self, entry: Entry, now: datetime) -> None:
        if entry.kind is Kind.MEETING_CHANGED:
            meetings = Meetings(self.tx, self.committee)
            reminders = Reminders(self.tx, self.committee)
            for meeting in await meetings.touched(entry.id):
                await replan(meetings, reminders, meeting, now)
        if entry.kind is Kind.ACTION_CHANGED:
            await Actions(self.tx, self.committee).settle_entry(entry.id)
