"""Dead letters: what could not be handled or delivered. What was in it is shown to nobody."""

from dataclasses import dataclass

from storage.chat.outbox import OutboxTable, Parcel
from storage.core.database import Transaction

KEPT_MS = 7 * 24 * 3600 * 1000
"""How long an undeliverable message itself is kept."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter; ``at`` is Unix ms UTC."""

    id: int
    kind: str
    reason: str
    at: int
    kept: bool
    """Whether the message is still there to be sent again."""


@dataclass(frozen=True, slots=True)
class Letters:
    tx: Transaction

    async def count(self) -> int:
        return await self.tx.number("SELECT count(*) FROM dead_letters")

    async def newest(self, most: int) -> list[Letter]:
        """The newest of them, oldest first."""
        rows = await self.tx.all(
            "SELECT d.*, p.letter IS NOT NULL AS kept FROM dead_letters AS d"
            " LEFT JOIN parked AS p ON p.letter = d.id ORDER BY d.id DESC LIMIT ?",
            (most,),
        )
        return [Letter(r["id"], r["kind"], r["reason"], r["at"], bool(r["kept"])) for r in rows][
            ::-1
        ]

    async def retry(self, letter: int) -> Parcel | None:
        """Queue the message again as it was; None when it is not there.

        Whether it may still go is looked at when it goes, as with every other.
        """
        parcel = await OutboxTable(self.tx).dig_up(letter)
        if parcel is not None:
            await self.drop(letter)
        return parcel

    async def drop(self, letter: int | None = None) -> int:
        """Delete one of them, or all; how many there were."""
        if letter is None:
            return await self.tx.execute("DELETE FROM dead_letters")
        return await self.tx.execute("DELETE FROM dead_letters WHERE id = ?", (letter,))

    async def forget_before(self, at: int) -> int:
        """Drop messages that became undeliverable before ``at`` (Unix ms UTC); that they did stays."""
        return await self.tx.execute(
            "DELETE FROM parked WHERE letter IN (SELECT id FROM dead_letters WHERE at < ?)", (at,)
        )
