"""Files people sent, from the message to the answer, and what of them somebody has used up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Json

from storage.core.model import CommitteeId
from storage.core.repository import Shared

DAY_MS: Final = 24 * 3600 * 1000
MOST_ATTEMPTS: Final = 2
"""Times that reading a file is begun without anybody hearing of its end."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Where the rows of a list lie that is being read: with the file, until it is answered."""

    event_id: str
    part: int
    """Which list of the file; the first is 0."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sent, still to be fetched."""

    event_id: str
    room: str
    sender: str
    body: str
    file: Json[Mapping[str, Any]]
    at: int
    """Unix ms UTC."""
    committee: CommitteeId | None = None
    """The one it is for, as of when it was sent; None: its sender still has to say."""
    size: int = 0
    """Bytes, as its sender has it; 0 when they do not say."""
    due: int = 0
    """Unix ms UTC before which it is not asked for again."""
    tries: int = 0
    """How often it was asked for."""
    attempts: int = 0
    """How often reading it was begun, and nobody heard of its end."""


@dataclass(frozen=True, slots=True)
class SentFiles:
    """What somebody sent: when (Unix ms UTC) and how many bytes, the oldest first."""

    waiting: int
    """Files of theirs that are not answered."""
    sent: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Uploads(Shared):
    """Files on their way: a row lives from the message to the answer."""

    async def keep(self, upload: Upload) -> None:
        """Keep a file until it is answered, and note that its sender sent it."""
        await self.tx.add_new(
            "uploads",
            event_id=upload.event_id,
            room=upload.room,
            sender=upload.sender,
            body=upload.body,
            file=json.dumps(upload.file),
            at=upload.at,
            committee=upload.committee,
            size=upload.size,
        )
        await self.tx.execute("DELETE FROM uploads_sent WHERE at < ?", (upload.at - DAY_MS,))
        await self.tx.add_new(
            "uploads_sent",
            event_id=upload.event_id,
            sender=upload.sender,
            at=upload.at,
            bytes=upload.size,
        )

    async def spent(self, sender: str, now: int) -> SentFiles:
        """What somebody sent within the last day, and what of theirs still waits."""
        waiting = await self.tx.value("SELECT COUNT(*) FROM uploads WHERE sender = ?", (sender,))
        rows = await self.tx.all(
            "SELECT at, bytes FROM uploads_sent WHERE sender = ? AND at > ? ORDER BY at",
            (sender, now - DAY_MS),
        )
        return SentFiles(int(str(waiting)), tuple((row["at"], row["bytes"]) for row in rows))

    async def weighed(self, event_id: str, size: int) -> None:
        """Count what really came, whatever its sender said."""
        await self.tx.execute(
            "UPDATE uploads_sent SET bytes = ? WHERE event_id = ?", (size, event_id)
        )

    async def all(self) -> list[Upload]:
        return await self.tx.records(Upload, "SELECT * FROM uploads ORDER BY at, event_id")

    async def by_id(self, event_id: str) -> Upload | None:
        return await self.tx.record(Upload, "SELECT * FROM uploads WHERE event_id = ?", (event_id,))

    async def undecided(self, sender: str) -> int:
        """How many of somebody's files wait for them to say which committee they are for."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM uploads WHERE sender = ? AND committee IS NULL", (sender,)
        )

    async def decide(self, sender: str, committee: CommitteeId) -> int:
        """These are for that committee; how many there were of which nobody knew it."""
        return int(
            await self.tx.execute(
                "UPDATE uploads SET committee = ?, due = 0 WHERE sender = ? AND committee IS NULL",
                (committee, sender),
            )
        )

    async def try_after(self, event_id: str, due: int) -> None:
        """It is asked for now; should that come to nothing, again from then on."""
        await self.tx.execute(
            "UPDATE uploads SET due = ?, tries = tries + 1 WHERE event_id = ?", (due, event_id)
        )

    async def begin(self, event_id: str) -> bool:
        """Note that reading it begins; False when that was noted too often before."""
        return bool(
            await self.tx.execute(
                "UPDATE uploads SET attempts = attempts + 1 WHERE event_id = ? AND attempts < ?",
                (event_id, MOST_ATTEMPTS),
            )
        )

    async def heard_of(self, event_id: str, due: int) -> None:
        """Reading it came to an orderly end without an answer: no attempt, and due again then."""
        await self.tx.execute(
            "UPDATE uploads SET attempts = MAX(attempts - 1, 0), due = ? WHERE event_id = ?",
            (due, event_id),
        )
        await self.unstage(event_id)

    async def stage(self, event_id: str, sheets: Sequence[tuple[int, int, str]]) -> None:
        """Put rows of a long list aside while it is read: which list, which sheet, the rows as JSON."""
        await self.tx.executemany(
            "INSERT INTO upload_sheets(upload, part, number, rows) VALUES (?, ?, ?, ?)",
            [(event_id, part, number, rows) for part, number, rows in sheets],
        )

    async def unstage(self, event_id: str) -> None:
        """Drop what was read of a file."""
        await self.tx.execute("DELETE FROM upload_sheets WHERE upload = ?", (event_id,))

    async def done(self, event_id: str) -> bool:
        """The file was answered; False when somebody else did before."""
        return bool(await self.tx.execute("DELETE FROM uploads WHERE event_id = ?", (event_id,)))
