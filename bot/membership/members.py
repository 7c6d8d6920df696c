"""Records who is in rooms, before any message of those rooms is processed."""

from collections.abc import Collection

from bot.delivery.post import Delivering
from bot.membership import departures
from bot.membership.newcomers import Introductions
from bot.membership.offboarding import Effects
from bot.rooms.authority import Authority
from bot.state import CommitteeDirectory
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class MemberWatch:
    """Records who came, and withdraws what was on its way to people who left; idempotent."""

    database: Database
    authority: Authority
    outbox: Delivering
    effects: Effects
    introductions: Introductions
    committees: CommitteeDirectory

    async def look_at(self, rooms: Collection[str]) -> None:
        """Record who is in the rooms given, and withdraw what was on its way to people who left."""
        for room_id in sorted(rooms):
            await departures.offboard_leavers(
                self.database,
                self.authority,
                room_id,
                self.outbox,
                effects=self.effects,
                noting=self.introductions.look,
            )
            if await departures.look_at_direct(self.database, self.authority, room_id):
                self.effects.uninvite()

    async def look_at_regrouped(self) -> None:
        """Look at all rooms, if a command made a committee or moved one to another room."""
        if self.committees.regrouped:
            self.committees.regrouped = False
            await self.look_at(self.authority.places.rooms.keys())
