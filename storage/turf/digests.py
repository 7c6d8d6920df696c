"""Morning digests: the last day for which somebody's was looked at, and who wants none."""

from dataclasses import dataclass
from datetime import date

from storage.core.model import UserId
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class Digests(Shared):
    """Across committees: people have one morning."""

    async def last(self, person: UserId) -> date | None:
        """The day for which the person's digest was last looked at."""
        day = await self.tx.value("SELECT day FROM digests WHERE person = ?", (person,))
        return date.fromisoformat(day) if isinstance(day, str) else None

    async def looked(self, person: UserId, day: date) -> None:
        await self.tx.execute(
            "INSERT INTO digests(person, day) VALUES (?, ?) "
            "ON CONFLICT(person) DO UPDATE SET day = excluded.day",
            (person, day.isoformat()),
        )

    async def muted(self, person: UserId) -> bool:
        return bool(await self.tx.value("SELECT muted FROM digests WHERE person = ?", (person,)))

    async def mute(self, person: UserId, *, muted: bool) -> None:
        await self.tx.execute(
            "INSERT INTO digests(person, muted) VALUES (?, ?) "
            "ON CONFLICT(person) DO UPDATE SET muted = excluded.muted",
            (person, muted),
        )
