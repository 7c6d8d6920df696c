"""The file of open secret polls: each row is useless without the half of its key kept in memory.

A vote is one transaction that replaces the whole sealed state, so that the file never says which
part of it changed, for whom, or in which order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from storage.core.database import Database, Transaction
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.polls import sealed
from storage.polls.sealed import Label

MIGRATIONS = Path(__file__).parents[1] / "ballot_migrations"


class NoSuchBox(LookupError):
    """There is no open poll with the id."""


@dataclass(frozen=True, slots=True)
class Box:
    """A row of the ballot file: one poll's sealed state."""

    poll: str
    room: str
    closes_at: int
    """Unix time in whole minutes, UTC."""
    in_file: bytes = field(repr=False)
    sealed: bytes = field(repr=False)

    def open(self, in_memory: bytes) -> bytes:
        """Decrypt the state. Raises NotThisBox."""
        key = sealed.derive(in_memory, self.in_file, self.poll)
        return sealed.unseal(self.sealed, key, Label(self.poll, self.room))


@dataclass(frozen=True, slots=True)
class Ballots:
    """The ballot file. One process at a time may open the file; the data directory's lock ensures so."""

    database: Database

    @classmethod
    async def open(cls, path: Path, key: bytes | None) -> Ballots:
        """Open or create the ballot file. ``key`` as for ``Database.open``. Raises ``StorageRefusal``."""
        return cls(await Database.open(path, key, migrations=MIGRATIONS))

    async def close(self) -> None:
        """Close the ballot file."""
        await self.database.close()

    async def insert(self, label: Label, closes_at: int, in_memory: bytes, state: bytes) -> bool:
        """Add a new box to the file; False when the poll has a box already."""
        in_file = sealed.new_half()
        key = sealed.derive(in_memory, in_file, label.poll)
        async with self.database.transaction() as tx:
            made = await tx.add_new(
                "box",
                poll_id=label.poll,
                room_id=label.room,
                closes_at=closes_at,
                k_db=in_file,
                sealed=sealed.seal(state, key, label),
            )
        return bool(made)

    async def change(
        self,
        poll: str,
        in_memory: bytes,
        change: Callable[[bytes], bytes],
        closes_at: int | None = None,
    ) -> bytes:
        """Decrypt a box, change its state and encrypt again, in one transaction; returns the new state.

        The state is encrypted anew even if ``change`` returns its argument. ``closes_at`` (Unix time, whole
        minutes), if given, replaces the deadline beside the box. Raises NoSuchBox, NotThisBox, and what
        ``change`` raises; the box is then as it was.
        """
        async with self.database.transaction() as tx:
            box = await _box(tx, poll)
            state = change(box.open(in_memory))
            key = sealed.derive(in_memory, box.in_file, poll)
            again = sealed.seal(state, key, Label(poll, box.room))
            await tx.execute(
                "UPDATE box SET sealed = ?, closes_at = ? WHERE poll_id = ?",
                (again, box.closes_at if closes_at is None else closes_at, poll),
            )
        return state

    async def read(self, poll: str, in_memory: bytes) -> bytes:
        """Decrypt a box and return its state. Raises NoSuchBox, NotThisBox."""
        async with self.database.transaction() as tx:
            box = await _box(tx, poll)
        return box.open(in_memory)

    async def boxes(self) -> list[Box]:
        """Return every row, also rows whose key is no longer in memory."""
        async with self.database.transaction() as tx:
            rows = await tx.all("SELECT * FROM box ORDER BY closes_at, poll_id")
        return [_as_box(row) for row in rows]

    async def destroy(self, poll: str) -> None:
        """Overwrite and delete a box, and remove its remnants from the log and from free pages.

        Does nothing if there is no such box.
        """
        async with self.database.transaction() as tx:
            await tx.execute(
                "UPDATE box SET k_db = randomblob(32), sealed = randomblob(length(sealed))"
                " WHERE poll_id = ?",
                (poll,),
            )
            await tx.execute("DELETE FROM box WHERE poll_id = ?", (poll,))
        await self.database.purge_remnants()


async def _box(tx: Transaction, poll: str) -> Box:
    row = await tx.one("SELECT * FROM box WHERE poll_id = ?", (poll,))
    if row is None:
        raise NoSuchBox
    return _as_box(row)


def _as_box(row: Row) -> Box:
    return Box(row["poll_id"], row["room_id"], row["closes_at"], row["k_db"], row["sealed"])
