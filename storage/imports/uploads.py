"""Uploads: files people sent, from the message to the answer, and each sender's use of the quota."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.repository import Shared
from storage.core.rows import Json

DAY_MS: Final = 24 * 3600 * 1000
MOST_ATTEMPTS: Final = 2
"""How often reading one file may begin without coming to an end."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Where the rows of a list being read are kept until the file is answered."""

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
    """The committee the file is for, as of when the file was sent; None: the sender still has to say."""
    size: int = 0
    """Size in bytes as the sender gave it; 0: not given."""
    due: int = 0
    """Unix ms UTC before which the file is not fetched again."""
    tries: int = 0
    """How often the bot tried to fetch the file."""
    attempts: int = 0
    """How often reading the file began without coming to an end."""


@dataclass(frozen=True, slots=True)
class SentFiles:
    """What somebody sent: times (Unix ms UTC) and sizes in bytes, the oldest first."""

    waiting: int
    """Files of theirs that are not answered."""
    sent: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Uploads(Shared):
    """Files not yet answered: a row lasts from the message to the answer."""

    async def keep(self, upload: Upload) -> None:
        """Save a file until it is answered, and note that its sender sent a file."""
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
        """Return what somebody sent within the last day, and which of their files still wait."""
        waiting = await self.tx.value("SELECT COUNT(*) FROM uploads WHERE sender = ?", (sender,))
        rows = await self.tx.all(
            "SELECT at, bytes FROM uploads_sent WHERE sender = ? AND at > ? ORDER BY at",
            (sender, now - DAY_MS),
        )
        return SentFiles(int(str(waiting)), tuple((row["at"], row["bytes"]) for row in rows))

    async def weighed(self, event_id: str, size: int) -> None:
        """Save the size that really came, whatever the sender had said."""
        await self.tx.execute(
            "UPDATE uploads_sent SET bytes = ? WHERE event_id = ?", (size, event_id)
        )

    async def all(self) -> list[Upload]:
        """Return all waiting files, oldest first."""
        return await self.tx.records(Upload, "SELECT * FROM uploads ORDER BY at, event_id")

    async def by_id(self, event_id: str) -> Upload | None:
        """Return the file of an event; None if it does not wait."""
        return await self.tx.record(Upload, "SELECT * FROM uploads WHERE event_id = ?", (event_id,))

    async def undecided(self, sender: str) -> int:
        """Count somebody's files for which no committee is known yet."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM uploads WHERE sender = ? AND committee IS NULL", (sender,)
        )

    async def decide(self, sender: str, committee: CommitteeId) -> int:
        """Assign somebody's files without a committee to one; returns how many."""
        return int(
            await self.tx.execute(
                "UPDATE uploads SET committee = ?, due = 0 WHERE sender = ? AND committee IS NULL",
                (committee, sender),
            )
        )

    async def try_after(self, event_id: str, due: int) -> None:
        """Count an attempt to fetch a file; if it fails, the next is due at ``due`` (Unix ms UTC)."""
        await self.tx.execute(
            "UPDATE uploads SET due = ?, tries = tries + 1 WHERE event_id = ?", (due, event_id)
        )

    async def begin(self, event_id: str) -> bool:
        """Count the begin of reading a file; False if reading began too often before."""
        return bool(
            await self.tx.execute(
                "UPDATE uploads SET attempts = attempts + 1 WHERE event_id = ? AND attempts < ?",
                (event_id, MOST_ATTEMPTS),
            )
        )

    async def heard_of(self, event_id: str, due: int) -> None:
        """Take back the count of an attempt that ended in order without an answer; due again at ``due``."""
        await self.tx.execute(
            "UPDATE uploads SET attempts = MAX(attempts - 1, 0), due = ? WHERE event_id = ?",
            (due, event_id),
        )
        await self.unstage(event_id)

    async def stage(self, event_id: str, sheets: Sequence[tuple[int, int, str]]) -> None:
        """Save rows of a long list while the file is read: (list, sheet, rows as JSON)."""
        await self.tx.executemany(
            "INSERT INTO upload_sheets(upload, part, number, rows) VALUES (?, ?, ?, ?)",
            [(event_id, part, number, rows) for part, number, rows in sheets],
        )

    async def unstage(self, event_id: str) -> None:
        """Delete the rows read from a file."""
        await self.tx.execute("DELETE FROM upload_sheets WHERE upload = ?", (event_id,))

    async def done(self, event_id: str) -> bool:
        """Delete an answered file; False if the row is already gone."""
        return bool(await self.tx.execute("DELETE FROM uploads WHERE event_id = ?", (event_id,)))
