"""Remnants: notes that deleted rows may still be readable in the files until the files are rewritten."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class Remnants(Shared):
    """Notes that something was deleted and the database files have still to be rewritten."""

    async def leave(self, at: datetime) -> None:
        """Note that something was deleted, so that the files are rewritten."""
        await self.tx.add("remnants", at=at)

    async def last(self) -> int | None:
        """Return the newest note's row id; None: the files need no rewriting."""
        value = await self.tx.value("SELECT MAX(id) FROM remnants")
        return None if value is None else int(str(value))

    async def gone(self, last: int) -> None:
        """Delete the notes up to a row id, after the files were rewritten."""
        await self.tx.execute("DELETE FROM remnants WHERE id <= ?", (last,))
