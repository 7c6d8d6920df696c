"""What was deleted and can still be read in the files, until they are written anew."""

from dataclasses import dataclass
from datetime import datetime

from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class Remnants(Shared):
    """What was deleted and is still to be made unreadable."""

    async def leave(self, at: datetime) -> None:
        """Note that something was deleted: the files are to be written anew."""
        await self.tx.add("remnants", at=at)

    async def last(self) -> int | None:
        value = await self.tx.value("SELECT MAX(id) FROM remnants")
        return None if value is None else int(str(value))

    async def gone(self, last: int) -> None:
        await self.tx.execute("DELETE FROM remnants WHERE id <= ?", (last,))
