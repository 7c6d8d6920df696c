"""Whether a reminder is still said when its turn comes; its words are commands/meetings/remind/texts.py.

Its words are written anew for every attempt, under the same transaction id. Before the first attempt it
is noted that there is one: whoever dies then says it again, but never as if it were on time.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.matrix.render import render
from bot.process import failpoints
from bot.rooms.authority import Authority
from commands.framework.i18n import speaking
from commands.framework.naming import naming
from commands.meetings.remind import rules
from commands.meetings.remind.rules import ReminderFate
from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.later import Later
from storage.core.model import Committee
from storage.meetings.reminders import ReminderState, ReminderTable
from storage.turf.absences import Barred

if TYPE_CHECKING:
    from commands.meetings.remind import texts
else:
    texts = Later("commands.meetings.remind.texts")


class ReminderTexts:
    """Writes the words of reminders whose turn it is."""

    def __init__(
        self,
        database: Database,
        authority: Authority,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._authority = authority
        self._now = now or (lambda: datetime.now(UTC))

    async def said(self, source: str) -> Mapping[str, Any] | None:
        """The words of a reminder now; None when the reminder is dropped."""
        now = self._now()
        async with self._database.transaction() as tx:
            table = ReminderTable(tx)
            reminder = await table.by_id(int(source))
            if reminder is None:
                return None
            at = await moment(
                self._authority, tx, await Committees(tx).by_id(reminder.committee), now
            )
            version = await texts.current(reminder, at)
            tried = reminder.state is ReminderState.SENDING
            fate = rules.at_the_last_moment(reminder, now, current=version, tried=tried)
            with speaking(await at.language(reminder.recipient)), naming(at.committee):
                reply = await texts.words(reminder, at) if fate is ReminderFate.GOES else None
            if reply is None:
                state = _ENDS[fate] if fate is not ReminderFate.GOES else ReminderState.EXPIRED
                await table.settle([reminder.id], state, now)
                return None
            if not tried:
                await table.settle([reminder.id], ReminderState.SENDING, now)
        failpoints.reach("before_saying")
        return render(reply)[0]

    async def sent(self, tx: Transaction, source: str) -> None:
        """Note that the homeserver has a reminder."""
        await ReminderTable(tx).settle([int(source)], ReminderState.SENT, self._now())


async def moment(
    authority: Authority, tx: Transaction, committee: Committee, now: datetime
) -> "texts.ReminderMoment":
    """A committee and its members at this moment; whose part has ended is none, in the room or not."""
    members = await authority.members(tx, committee)
    gone = await Barred(tx, committee.id).people()
    return texts.ReminderMoment(tx, committee, members.without(gone), now)


_ENDS = {
    ReminderFate.EXPIRED: ReminderState.EXPIRED,
    ReminderFate.CANCELLED: ReminderState.CANCELLED,
    ReminderFate.UNKNOWN: ReminderState.UNKNOWN,
    ReminderFate.EARLY: ReminderState.PLANNED,
}
