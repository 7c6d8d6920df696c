"""Where the bot stands on Matrix: facts about itself, its rooms, and what waits for a key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.core.database import Transaction

SYNC_TOKEN = "sync_token"  # noqa: S105 (the name of a fact)
HEARD = "heard_at"
"""Unix ms at which the answer of sync came that was taken last."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Single values the bot keeps about itself."""

    tx: Transaction

    async def get(self, name: str) -> str | None:
        value = await self.tx.value("SELECT value FROM facts WHERE name = ?", (name,))
        return None if value is None else str(value)

    async def touch(self, name: str) -> None:
        """Write a value again as it is, in a way that SQLite does not find needless."""
        value = await self.get(name)
        await self.tx.execute("DELETE FROM facts WHERE name = ?", (name,))
        if value is not None:
            await self.put(name, value)

    async def put(self, name: str, value: str) -> None:
        await self.tx.execute(
            "INSERT INTO facts(name, value) VALUES (?, ?)"
            " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    async def drop(self, name: str) -> None:
        await self.tx.execute("DELETE FROM facts WHERE name = ?", (name,))


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation accepted in principle; ``since`` is Unix ms UTC."""

    room: str
    inviter: str
    direct: bool
    since: int


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An encrypted event whose key has not come yet; ``since`` is Unix ms UTC."""

    event_id: str
    room: str
    event: Mapping[str, Any]
    since: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """Snapshots of room state, saved in the transaction that saves the sync token."""

    tx: Transaction

    async def all(self) -> dict[str, dict[str, Any]]:
        rows = await self.tx.all("SELECT room, snapshot FROM rooms")
        return {row["room"]: json.loads(row["snapshot"]) for row in rows}

    async def save(self, room: str, snapshot: Mapping[str, Any]) -> None:
        await self.tx.execute(
            "INSERT INTO rooms(room, snapshot) VALUES (?, ?)"
            " ON CONFLICT(room) DO UPDATE SET snapshot = excluded.snapshot",
            (room, json.dumps(snapshot)),
        )

    async def drop(self, room: str) -> None:
        await self.tx.execute("DELETE FROM rooms WHERE room = ?", (room,))
        await self.tx.execute("DELETE FROM directs WHERE room = ?", (room,))

    async def invitations(self) -> list[Invitation]:
        rows = await self.tx.all("SELECT * FROM invitations ORDER BY since")
        return [Invitation(r["room"], r["inviter"], bool(r["direct"]), r["since"]) for r in rows]

    async def invite(self, invitation: Invitation) -> None:
        await self.tx.execute(
            "INSERT OR IGNORE INTO invitations(room, inviter, direct, since) VALUES (?, ?, ?, ?)",
            (invitation.room, invitation.inviter, int(invitation.direct), invitation.since),
        )

    async def uninvite(self, room: str) -> None:
        await self.tx.execute("DELETE FROM invitations WHERE room = ?", (room,))

    async def direct(self, person: str) -> str | None:
        """The direct room the bot opened for a person."""
        room = await self.tx.value("SELECT room FROM directs WHERE person = ?", (person,))
        return None if room is None else str(room)

    async def uninvite_from(self, room: str, person: str) -> None:
        """Have an invitation to a direct room taken back; the room is theirs no more."""
        await self.tx.execute(
            "INSERT OR REPLACE INTO uninvited(room, person, at) VALUES (?, ?, unixepoch() * 1000)",
            (room, person),
        )
        await self.tx.execute("DELETE FROM directs WHERE person = ? AND room = ?", (person, room))

    async def uninvited(self) -> list[tuple[str, str]]:
        """Rooms and people whose invitations are to be taken back."""
        rows = await self.tx.all("SELECT room, person FROM uninvited ORDER BY room")
        return [(row["room"], row["person"]) for row in rows]

    async def is_uninvited(self, room: str) -> bool:
        """Whether an invitation to this room is to be taken back."""
        return bool(await self.tx.value("SELECT 1 FROM uninvited WHERE room = ?", (room,)))

    async def taken_back(self, room: str) -> None:
        """The invitation is no more."""
        await self.tx.execute("DELETE FROM uninvited WHERE room = ?", (room,))

    async def set_direct(self, person: str, room: str) -> None:
        await self.tx.execute(
            "INSERT INTO directs(person, room) VALUES (?, ?)"
            " ON CONFLICT(person) DO UPDATE SET room = excluded.room",
            (person, room),
        )


@dataclass(frozen=True, slots=True)
class UndecryptedEvents:
    """Encrypted events that wait for their key."""

    tx: Transaction

    async def all(self) -> list[WaitingEvent]:
        rows = await self.tx.all("SELECT * FROM unread ORDER BY since, event_id")
        return [
            WaitingEvent(r["event_id"], r["room"], json.loads(r["event"]), r["since"]) for r in rows
        ]

    async def keep(self, waiting: WaitingEvent) -> None:
        await self.tx.execute(
            "INSERT OR IGNORE INTO unread(event_id, room, event, since) VALUES (?, ?, ?, ?)",
            (waiting.event_id, waiting.room, json.dumps(waiting.event), waiting.since),
        )

    async def drop(self, event_id: str) -> None:
        await self.tx.execute("DELETE FROM unread WHERE event_id = ?", (event_id,))


@dataclass(frozen=True, slots=True)
class SaidOnce:
    """What was refused, and what was said once."""

    tx: Transaction

    async def count(self, reason: str, times: int = 1) -> None:
        await self.tx.execute(
            "INSERT INTO refused(reason, times) VALUES (?, ?)"
            " ON CONFLICT(reason) DO UPDATE SET times = times + excluded.times",
            (reason, times),
        )

    async def counts(self) -> dict[str, int]:
        rows = await self.tx.all("SELECT reason, times FROM refused ORDER BY reason")
        return {row["reason"]: row["times"] for row in rows}

    async def first_time(self, subject: str, at: int) -> bool:
        """Whether this subject was never spoken of before; from now on it was."""
        return bool(
            await self.tx.execute(
                "INSERT OR IGNORE INTO said_once(subject, at) VALUES (?, ?)", (subject, at)
            )
        )

    async def due(self, subject: str, at: int, every: int) -> bool:
        """Whether this subject was not spoken of for ``every`` milliseconds; from ``at`` on it was."""
        return bool(
            await self.tx.execute(
                "INSERT INTO said_once(subject, at) VALUES (?, ?)"
                " ON CONFLICT(subject) DO UPDATE SET at = excluded.at"
                " WHERE said_once.at <= excluded.at - ?",
                (subject, at, every),
            )
        )

    async def bury(self, kind: str, reason: str, at: int) -> None:
        """A dead letter: something that could not be handled, without its content."""
        await self.tx.execute(
            "INSERT INTO dead_letters(kind, reason, at) VALUES (?, ?, ?)", (kind, reason, at)
        )

    async def forget_before(self, at: int) -> int:
        """Drop dead letters and things said once older than ``at`` (Unix ms UTC)."""
        gone = await self.tx.execute("DELETE FROM dead_letters WHERE at < ?", (at,))
        return gone + await self.tx.execute("DELETE FROM said_once WHERE at < ?", (at,))
