"""Clocks on which a poll's end is told: everybody's own in their direct chat, the committee's in a room."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId, UserId

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of rooms, and of the people who vote in their polls."""

    database: Database

    async def of_room(self, room: str) -> ZoneInfo:
        """The committee's time zone; UTC where a room is no committee's any more."""
        async with self.database.transaction() as tx:
            return await _of_room(tx, room)

    async def of(self, room: str, readers: Iterable[UserId]) -> dict[UserId, ZoneInfo]:
        """The time zone of each reader: their own, or the committee's."""
        async with self.database.transaction() as tx:
            usual, people = await _of_room(tx, room), People(tx)
            return {reader: await people.zone(reader) or usual for reader in readers}


async def _of_room(tx: Transaction, room: str) -> ZoneInfo:
    committee = await Committees(tx).by_room(RoomId(room))
    return _UTC if committee is None else committee.zone
