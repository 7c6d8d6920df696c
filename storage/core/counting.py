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
        int(str(await tx.value("SELECT count(*) FROM committees"))),
        int(str(await tx.value("SELECT count(*) FROM contacts"))),
        int(str(await tx.value("SELECT count(*) FROM handled"))),
    )
