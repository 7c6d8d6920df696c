"""How much a database holds, for whoever checks a backup: numbers only."""

from dataclasses import dataclass

from storage.core.database import Transaction


@dataclass(frozen=True, slots=True)
class DatabaseContents:
    committees: int
    contacts: int
    handled: int


async def contents(tx: Transaction) -> DatabaseContents:
    return DatabaseContents(
        await tx.number("SELECT count(*) FROM committees"),
        await tx.number("SELECT count(*) FROM contacts"),
        await tx.number("SELECT count(*) FROM handled"),
    )
