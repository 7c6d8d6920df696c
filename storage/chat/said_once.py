"""What was said once and is not said again, what was refused, and dead letters of what could not be handled."""

from dataclasses import dataclass

from storage.core.database import Transaction


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
        return await self.tx.add_new("said_once", subject=subject, at=at)

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
        await self.tx.add("dead_letters", kind=kind, reason=reason, at=at)

    async def forget_before(self, at: int) -> int:
        """Drop dead letters and things said once older than ``at`` (Unix ms UTC)."""
        gone = await self.tx.execute("DELETE FROM dead_letters WHERE at < ?", (at,))
        return gone + await self.tx.execute("DELETE FROM said_once WHERE at < ?", (at,))
