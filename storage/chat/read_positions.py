"""How far each Megolm session was read, and which earlier messages can still be decrypted."""

import json
from collections.abc import Iterable
from dataclasses import field

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass

MOST_RANGES = 32
"""Ranges of missed messages remembered for one session; more can only be a game."""

NEUTRAL = -1
"""Message index written once nobody can read the message again."""


@dataclass(slots=True)
class Progress:
    """How far one Megolm session was read."""

    room: str
    session: str = field(repr=False)
    """Sending device's key and session id, with a space between."""
    next: int
    """Index of the first message that was not read yet."""
    missed: list[tuple[int, int]] = field(default_factory=list)
    """Ranges (first, after the last) before ``next`` of messages that did not come."""
    due: int | None = None
    """Unix ms UTC at which the key of what was read is given up; None: already done."""
    over: bool = False
    """Whether the sending device has gone on to another session, or the bot has left the room."""
    gone_on: int | None = None
    """Day (since 1970, UTC) on which the session was deleted."""
    key: tuple[str, str] = field(init=False, compare=False, repr=False)
    """Room and session, made once: for each message it is kept where sessions wait to be given up."""

    def __post_init__(self) -> None:
        self.key = (self.room, self.session)

    def read(self, index: int) -> None:
        """Note that a message was read; ``index`` is its Megolm message index."""
        if index >= self.next:
            if index > self.next:
                self.missed = [*self.missed, (self.next, index)][-MOST_RANGES:]
            self.next = index + 1
            return
        kept: list[tuple[int, int]] = []
        for first, end in self.missed:
            if first <= index < end:
                kept += [part for part in ((first, index), (index + 1, end)) if part[0] < part[1]]
            else:
                kept.append((first, end))
        self.missed = kept[-MOST_RANGES:]

    def was_read(self, index: int) -> bool:
        """Whether the message at ``index`` was read, as far as the ranges kept can tell."""
        missed = any(first <= index < end for first, end in self.missed)
        return index < self.next and not missed


@dataclass(frozen=True, slots=True)
class Progresses:
    """The table of read positions, a row for each room and Megolm session."""

    tx: Transaction

    async def all(self) -> list[Progress]:
        """Return every read position."""
        rows = await self.tx.all("SELECT * FROM reading")
        return [
            Progress(
                row["room"],
                row["session_id"],
                row["next_index"],
                [(first, end) for first, end in json.loads(row["missed"])],
                row["due"],
                bool(row["over"]),
                row["gone_on"],
            )
            for row in rows
        ]

    async def save(self, them: Iterable[Progress]) -> None:
        """Delete and insert the given read positions, changed or not: both look the same in the file.

        Taken out first, because SQLite leaves a page alone that an UPDATE would not change.
        """
        them = list(them)
        await self.drop(them)
        await self.tx.brief(
            "INSERT INTO reading(room, session_id, next_index, missed, due, over, gone_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(
                (p.room, p.session, p.next, json.dumps(p.missed), p.due, int(p.over), p.gone_on)
                for p in them
            ),
        )

    async def drop(self, them: Iterable[Progress]) -> None:
        """Delete the given read positions."""
        await self.tx.brief(
            "DELETE FROM reading WHERE room = ? AND session_id = ?",
            *((each.room, each.session) for each in them),
        )

    async def forget_places(self, them: Iterable[Progress]) -> None:
        """Blank session and index of handled messages in the given sessions, as far as they were read.

        Nobody can read those again, so they cannot be played again either. Otherwise the places
        that are missing here would tell which messages were none: votes.
        """
        await self.tx.executemany(
            "UPDATE handled SET session_id = event_id, message_index = ?"
            " WHERE session_id = ? AND message_index < ?",
            [(NEUTRAL, each.session, each.next) for each in them],
        )
