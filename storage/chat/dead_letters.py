"""Dead letters: messages that could not be handled or delivered. Their content is shown to nobody."""

from storage.chat.outbox import OutboxTable, Parcel
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass

KEPT_MS = 7 * 24 * 3600 * 1000
"""How long an undeliverable message itself is kept, in ms."""


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
    """All dead letters of the bot."""

    tx: Transaction

    async def count(self) -> int:
        """Return the number of dead letters."""
        return await self.tx.number("SELECT count(*) FROM dead_letters")

    async def newest(self, most: int) -> list[Letter]:
        """Return the newest dead letters, at most ``most``, oldest first."""
        rows = await self.tx.all(
            "SELECT d.*, p.letter IS NOT NULL AS kept FROM dead_letters AS d"
            " LEFT JOIN parked AS p ON p.letter = d.id ORDER BY d.id DESC LIMIT ?",
            (most,),
        )
        return [Letter(r["id"], r["kind"], r["reason"], r["at"], bool(r["kept"])) for r in rows][
            ::-1
        ]

    async def retry(self, letter: int) -> Parcel | None:
        """Queue an undeliverable message again unchanged; None when the message is no longer kept.

        The terms of sending are checked again when the message is sent, as for every other.
        """
        parcel = await OutboxTable(self.tx).dig_up(letter)
        if parcel is not None:
            await self.drop(letter)
        return parcel

    async def drop(self, letter: int | None = None) -> int:
        """Delete one dead letter, or all (None); returns how many were deleted."""
        if letter is None:
            return await self.tx.execute("DELETE FROM dead_letters")
        return await self.tx.execute("DELETE FROM dead_letters WHERE id = ?", (letter,))

    async def forget_before(self, at: int) -> int:
        """Drop messages that became undeliverable before ``at`` (Unix ms UTC); that they did stays."""
        return await self.tx.execute(
            "DELETE FROM parked WHERE letter IN (SELECT id FROM dead_letters WHERE at < ?)", (at,)
        )
