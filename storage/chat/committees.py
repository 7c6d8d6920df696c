"""Committees: one per Matrix room the bot was invited to."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, CommitteeId, RoomId
from storage.core.repository import Shared
from storage.core.rows import millis, records


@dataclass(frozen=True, slots=True)
class Committees(Shared):
    """All committees this bot serves."""

    async def add(self, room: RoomId, name: str, zone: str, now: datetime) -> Committee:
        """Begin a committee, or take up again one whose room the bot had left."""
        await self.tx.execute(
            "INSERT INTO committees(room, name, zone, created_at, alike) VALUES (?, ?, ?, ?, '') "
            "ON CONFLICT(room) DO UPDATE SET removed_at = NULL",
            (room, name, zone, millis(now)),
        )
        committee = await self.by_room(room)
        if committee is None:
            raise LookupError("a committee just added is not there")
        return committee

    async def by_room(self, room: RoomId) -> Committee | None:
        """Return the committee of a room; None if the room has none or the bot has left."""
        return await self.tx.record(
            Committee, "SELECT * FROM committees WHERE room = ? AND removed_at IS NULL", (room,)
        )

    async def by_id(self, committee: CommitteeId) -> Committee:
        """Return the committee with the row id, also one whose room the bot has left.

        Raises LookupError if there is no such row.
        """
        found = await self.tx.all("SELECT * FROM committees WHERE id = ?", (committee,))
        if not found:
            raise LookupError("no such committee")
        return records(Committee, found)[0]

    async def all(self) -> list[Committee]:
        """Return all committees whose rooms the bot is in, in the order in which they were added."""
        return await self.tx.records(
            Committee, "SELECT * FROM committees WHERE removed_at IS NULL ORDER BY id"
        )

    async def set_up(self, committee: CommitteeId, name: str, zone: str) -> None:
        """Save what a lead said with ``!setup``: the committee's name and IANA time zone."""
        await self.tx.execute(
            "UPDATE committees SET name = ?, zone = ?, set_up = 1 WHERE id = ?",
            (name, zone, committee),
        )

    async def set_language(self, committee: CommitteeId, language: str) -> None:
        """Save the code of the language that the committee's room is spoken to in."""
        await self.tx.execute(
            "UPDATE committees SET language = ? WHERE id = ?", (language, committee)
        )

    async def is_blank(self, committee: CommitteeId) -> bool:
        """Whether a committee has no history entry at all."""
        return not await self.tx.value("SELECT 1 FROM history WHERE committee = ?", (committee,))

    async def move(self, committee: CommitteeId, into: Committee, now: datetime) -> None:
        """Give a committee the room of the blank committee ``into``, and end that blank committee."""
        await self.tx.execute(
            "UPDATE people SET committee = ? WHERE committee = ?", (committee, into.id)
        )
        for waiting in ("outbox", "parked"):
            await self.tx.execute(
                f"UPDATE {waiting} SET committee = ? WHERE committee = ?", (committee, into.id)
            )
        await self.tx.execute("DELETE FROM standings WHERE committee = ?", (into.id,))
        await self.tx.execute(
            "UPDATE committees SET room = ?, removed_at = ? WHERE id = ?",
            (f"was {into.id} {into.room}", millis(now), into.id),
        )
        # After `steward move` its own room may be one that the bot is not in any more.
        await self.tx.execute(
            "UPDATE committees SET room = ?, removed_at = NULL WHERE id = ?", (into.room, committee)
        )

    async def remove(self, committee: CommitteeId, now: datetime) -> None:
        """Mark a committee as left by the bot. Records stay until their retention clocks end."""
        await self.tx.execute(
            "UPDATE committees SET removed_at = ? WHERE id = ?", (millis(now), committee)
        )
