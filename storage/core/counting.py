"""Row counts of a database, shown by the check of a backup: numbers only, no content."""

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseContents:
    """Row counts of committees, contacts and handled messages."""

    committees: int
    contacts: int
    handled: int


async def contents(tx: Transaction) -> DatabaseContents:
    """Count the rows of a database."""
    return DatabaseContents(
        await tx.number("SELECT count(*) FROM committees"),
        await tx.number("SELECT count(*) FROM contacts"),
        await tx.number("SELECT count(*) FROM handled"),
    )
