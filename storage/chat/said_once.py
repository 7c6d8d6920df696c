"""Notices already given, counts of refused messages, and new dead letters."""

import json
import secrets
from collections.abc import Iterable, Sequence

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SaidOnce:
    """Notices already given, counts of refused messages, and new dead letters."""

    tx: Transaction

    async def count(self, reason: str, times: int = 1) -> None:
        """Add to the number of messages refused for a reason."""
        await self.tx.execute(
            "INSERT INTO refused(reason, times) VALUES (?, ?)"
            " ON CONFLICT(reason) DO UPDATE SET times = times + excluded.times",
            (reason, times),
        )

    async def counts(self) -> dict[str, int]:
        """Return how many messages were refused, by reason."""
        rows = await self.tx.all("SELECT reason, times FROM refused ORDER BY reason")
        return {row["reason"]: row["times"] for row in rows}

    async def first_time(self, subject: str, at: int) -> bool:
        """Note a subject as mentioned at ``at`` (Unix ms UTC); False if the subject was mentioned before."""
        return await self.tx.add_new("said_once", subject=subject, at=at)

    async def mentioned(self, subject: str) -> bool:
        """Whether a subject was mentioned before, as far as that is kept."""
        found = await self.tx.value("SELECT 1 FROM said_once WHERE subject = ?", (subject,))
        return found is not None

    async def due(self, subject: str, at: int, every: int) -> bool:
        """Note a subject as mentioned at ``at``; False if the last mention is less than ``every`` ms ago."""
        return bool(
            await self.tx.execute(
                "INSERT INTO said_once(subject, at) VALUES (?, ?)"
                " ON CONFLICT(subject) DO UPDATE SET at = excluded.at"
                " WHERE said_once.at <= excluded.at - ?",
                (subject, at, every),
            )
        )

    async def spend(self, subject: str, at: int, every: int, most: int) -> bool:
        """Take one of the ``most`` times that a subject has in ``every`` ms; False if there is none left."""
        (left,) = await self.left([subject], at, every, most)
        if left:
            await self.take([subject], at)
        return bool(left)

    async def left(self, subjects: Sequence[str], at: int, every: int, most: int) -> list[int]:
        """Return how many of the ``most`` times in ``every`` ms each subject has left, in their order."""
        rows = await self.tx.all(
            "SELECT j.key, (SELECT COUNT(*) FROM said_once WHERE subject >= j.value || ' #' "
            "AND subject < j.value || ' $' AND at > ?2) AS used FROM json_each(?1) AS j ORDER BY j.key",
            (json.dumps(subjects), at - every),
        )
        return [max(most - int(row["used"]), 0) for row in rows]

    async def take(self, subjects: Iterable[str], at: int) -> None:
        """Take one time of each subject, whether it has one left or not."""
        noted = [(f"{subject} #{secrets.token_hex(8)}", at) for subject in subjects]
        await self.tx.brief("INSERT INTO said_once(subject, at) VALUES (?, ?)", *noted)

    async def bury(self, kind: str, reason: str, at: int) -> None:
        """Add a dead letter: something that could not be handled, without its content."""
        await self.tx.add("dead_letters", kind=kind, reason=reason, at=at)

    async def forget_before(self, at: int) -> int:
        """Drop dead letters and things said once older than ``at`` (Unix ms UTC)."""
        gone = await self.tx.execute("DELETE FROM dead_letters WHERE at < ?", (at,))
        return gone + await self.tx.execute("DELETE FROM said_once WHERE at < ?", (at,))
