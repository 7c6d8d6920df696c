"""Ends what the bot has under way for a person whose part in a committee ends.

Invitations to direct chats that nobody accepted, what waits for them on no committee's account, and
polls of theirs that wait in memory for somebody's word.
"""

from collections.abc import Callable

from bot.rooms.authority import Authority
from commands.framework.context import Committee, UserId
from commands.roles.rules import Need
from commands.turf.farewell import Farewell
from storage.chat.committees import Committees
from storage.chat.rooms import Rooms
from storage.chat.under_way import Beyond
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId


@dataclass(frozen=True, slots=True)
class Effects:
    """Actions that follow once the end of somebody's part is on disk."""

    forget: Callable[[CommitteeId, UserId], None]
    """Drop what memory holds of somebody in a committee."""
    uninvite: Callable[[], None]
    """Carry out what is written down about invitations."""
    look_again: Callable[[], None]
    """Look again at what waits to be sent."""


@dataclass(frozen=True, slots=True)
class Offboarding(Farewell):
    """Ends what is under way for a person in one committee, within its transaction."""

    authority: Authority
    tx: Transaction
    committee: Committee
    effects: Effects

    async def withdraw(self, user: UserId) -> None:
        """Withdraw what is under way for the person outside the committee's records; idempotent."""
        if not await self._elsewhere(user):
            await Beyond(self.tx).end(user)
            await self._uninvite(user)
        forget, effects, number = self.effects.forget, self.effects, self.committee.id
        self.tx.after_commit(lambda: forget(number, user))
        self.tx.after_commit(effects.uninvite)
        self.tx.after_commit(effects.look_again)

    async def _elsewhere(self, user: UserId) -> bool:
        """Whether they take part in another committee."""
        for each in await Committees(self.tx).all():
            if each.id == self.committee.id:
                continue
            if await self.authority.may(self.tx, each, user, Need()) is None:
                return True
        return False

    async def _uninvite(self, user: UserId) -> None:
        """Invitations to direct chats that they have not accepted."""
        rooms, places = Rooms(self.tx), self.authority.places
        opened = await rooms.direct(user)
        ours = {
            room.id
            for room in places.rooms.values()
            if room.founder == places.own
            and room.members.get(user) == "invite"
            and room.members.keys() <= {places.own, user}
        }
        known = None if opened is None else places.rooms.get(opened)
        if opened is not None and not (known is not None and known.has(user)):
            # Sync may not have shown it yet, or half made, without those who are invited.
            ours.add(opened)
        for room_id in sorted(ours):
            await rooms.uninvite_from(room_id, user)
