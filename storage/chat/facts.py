"""Single values that the bot keeps about itself, in the table of facts."""

from dataclasses import dataclass

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
