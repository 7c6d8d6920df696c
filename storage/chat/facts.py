"""The table of single values that the bot keeps about its own state, by name."""

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass

SYNC_TOKEN = "sync_token"  # noqa: S105 (the name of a fact)
HEARD = "heard_at"
"""Unix ms at which the latest processed sync answer arrived."""
RESTORED_AT = "restored_at"
"""Unix ms of the last time that the bot was restored from a backup; stays."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Single values the bot keeps about its own state, by name."""

    tx: Transaction

    async def get(self, name: str) -> str | None:
        """Return a value; None if nothing is kept under the name."""
        value = await self.tx.value("SELECT value FROM facts WHERE name = ?", (name,))
        return None if value is None else str(value)

    async def touch(self, name: str) -> None:
        """Delete and insert a value unchanged, because SQLite may skip an update that changes nothing."""
        value = await self.get(name)
        await self.drop(name)
        if value is not None:
            await self.put(name, value)

    async def put(self, name: str, value: str) -> None:
        """Insert or replace a value."""
        await self.tx.brief(
            "INSERT INTO facts(name, value) VALUES (?, ?)"
            " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    async def drop(self, name: str) -> None:
        """Delete a value; does nothing if there is none."""
        await self.tx.brief("DELETE FROM facts WHERE name = ?", (name,))
