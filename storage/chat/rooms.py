"""Rooms as saved together with the sync token, invitations, and direct rooms."""

import json
from collections.abc import Mapping
from typing import Any

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.rows import records


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation accepted in principle; ``since`` is Unix ms UTC."""

    room: str
    inviter: str
    direct: bool
    since: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """Snapshots of room state, saved in the transaction that saves the sync token."""

    tx: Transaction

    async def all(self) -> dict[str, dict[str, Any]]:
        """Return the saved snapshot of every room, by room id."""
        rows = await self.tx.all("SELECT room, snapshot FROM rooms")
        return {row["room"]: json.loads(row["snapshot"]) for row in rows}

    async def save(self, room: str, snapshot: Mapping[str, Any]) -> None:
        """Insert or replace the snapshot of a room."""
        await self.tx.execute(
            "INSERT INTO rooms(room, snapshot) VALUES (?, ?)"
            " ON CONFLICT(room) DO UPDATE SET snapshot = excluded.snapshot",
            (room, json.dumps(snapshot)),
        )

    async def drop(self, room: str) -> None:
        """Delete the snapshot of a room, and the note that somebody's direct room is there."""
        await self.tx.execute("DELETE FROM rooms WHERE room = ?", (room,))
        await self.tx.execute("DELETE FROM directs WHERE room = ?", (room,))

    async def invitations(self) -> list[Invitation]:
        """Return open invitations, the oldest first."""
        return records(Invitation, await self.tx.all("SELECT * FROM invitations ORDER BY since"))

    async def invite(self, invitation: Invitation) -> None:
        """Note an invitation; an existing one for the room stays."""
        await self.tx.add_new(
            "invitations",
            room=invitation.room,
            inviter=invitation.inviter,
            direct=invitation.direct,
            since=invitation.since,
        )

    async def uninvite(self, room: str) -> None:
        """Delete the invitation to a room."""
        await self.tx.execute("DELETE FROM invitations WHERE room = ?", (room,))

    async def direct(self, person: str) -> str | None:
        """Return the direct room the bot opened for a person; None if there is none."""
        room = await self.tx.value("SELECT room FROM directs WHERE person = ?", (person,))
        return None if room is None else str(room)

    async def uninvite_from(self, room: str, person: str) -> None:
        """Queue the withdrawal of an invitation to a direct room, and forget the room as the person's own."""
        await self.tx.execute(
            "INSERT OR REPLACE INTO uninvited(room, person, at) VALUES (?, ?, unixepoch() * 1000)",
            (room, person),
        )
        await self.tx.execute("DELETE FROM directs WHERE person = ? AND room = ?", (person, room))

    async def uninvited(self) -> list[tuple[str, str]]:
        """Return (room, person) of every invitation the bot has still to withdraw."""
        rows = await self.tx.all("SELECT room, person FROM uninvited ORDER BY room")
        return [(row["room"], row["person"]) for row in rows]

    async def is_uninvited(self, room: str) -> bool:
        """Whether the bot's own invitation to a room is still to be withdrawn."""
        return bool(await self.tx.value("SELECT 1 FROM uninvited WHERE room = ?", (room,)))

    async def taken_back(self, room: str) -> None:
        """Delete the note that an invitation is to be withdrawn: the invitation is gone."""
        await self.tx.execute("DELETE FROM uninvited WHERE room = ?", (room,))

    async def set_direct(self, person: str, room: str) -> None:
        """Make a room the direct room of a person."""
        await self.tx.execute(
            "INSERT INTO directs(person, room) VALUES (?, ?)"
            " ON CONFLICT(person) DO UPDATE SET room = excluded.room",
            (person, room),
        )
