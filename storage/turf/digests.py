"""Morning digests: for which day each person's digest was last checked, and who wants none."""

from datetime import date

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class Digests(Shared):
    """Digests across committees: a person gets one digest a day."""

    async def last(self, person: UserId) -> date | None:
        """Return the day for which the person's digest was last checked; None: never."""
        day = await self.tx.value("SELECT day FROM digests WHERE person = ?", (person,))
        return date.fromisoformat(day) if isinstance(day, str) else None

    async def looked(self, person: UserId, day: date) -> None:
        """Note that the person's digest was checked for a day."""
        await self.tx.execute(
            "INSERT INTO digests(person, day) VALUES (?, ?) "
            "ON CONFLICT(person) DO UPDATE SET day = excluded.day",
            (person, day.isoformat()),
        )

    async def muted(self, person: UserId) -> bool:
        """Whether the person wants no digests."""
        return bool(await self.tx.value("SELECT muted FROM digests WHERE person = ?", (person,)))

    async def mute(self, person: UserId, *, muted: bool) -> None:
        """Save whether the person wants no digests."""
        await self.tx.execute(
            "INSERT INTO digests(person, muted) VALUES (?, ?) "
            "ON CONFLICT(person) DO UPDATE SET muted = excluded.muted",
            (person, muted),
        )
