"""Clocks and languages in which a poll is told of: everybody's own in their direct chat, the committee's in a room."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from commands.framework.i18n import SOURCE_LANGUAGE
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId, UserId


@dataclass(frozen=True, slots=True)
class ReaderLocale:
    """The time zone and the language of whoever reads."""

    zone: ZoneInfo
    language: str


_UNKNOWN = ReaderLocale(ZoneInfo("UTC"), SOURCE_LANGUAGE)
"""Of a room that is no committee's any more."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks and languages of rooms, and of the people who vote in their polls."""

    database: Database

    async def of_room(self, room: str) -> ReaderLocale:
        """The committee's."""
        async with self.database.transaction() as tx:
            return await _of_room(tx, room)

    async def of(self, room: str, readers: Iterable[UserId]) -> dict[UserId, ReaderLocale]:
        """Each reader's own, or the committee's."""
        async with self.database.transaction() as tx:
            usual, people = await _of_room(tx, room), People(tx)
            return {
                reader: ReaderLocale(
                    await people.zone(reader) or usual.zone,
                    await people.language(reader) or usual.language,
                )
                for reader in readers
            }


async def _of_room(tx: Transaction, room: str) -> ReaderLocale:
    committee = await Committees(tx).by_room(RoomId(room))
    return _UNKNOWN if committee is None else ReaderLocale(committee.zone, committee.language)
