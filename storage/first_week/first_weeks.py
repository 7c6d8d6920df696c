"""First weeks: which tips a new organizer was sent, who wants none, and who has compared their ratings."""

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class FirstWeeks(Shared):
    """First weeks across committees: a person is new once."""

    async def told(self, person: UserId) -> int:
        """Return the day after joining whose tip was sent to the person last; 0: none was."""
        day = await self.tx.value("SELECT told FROM first_weeks WHERE person = ?", (person,))
        return day if isinstance(day, int) else 0

    async def tell(self, person: UserId, day: int) -> None:
        """Note that the tip of a day after joining is sent to the person."""
        await self.tx.execute(
            "INSERT INTO first_weeks(person, told) VALUES (?, ?) "
            "ON CONFLICT(person) DO UPDATE SET told = excluded.told",
            (person, day),
        )

    async def off(self, person: UserId) -> bool:
        """Whether the person wants no tips."""
        return bool(await self.tx.value("SELECT off FROM first_weeks WHERE person = ?", (person,)))

    async def switch(self, person: UserId, *, off: bool) -> None:
        """Save whether the person wants no tips."""
        await self.tx.execute(
            "INSERT INTO first_weeks(person, off) VALUES (?, ?) "
            "ON CONFLICT(person) DO UPDATE SET off = excluded.off",
            (person, off),
        )

    async def compared(self, person: UserId) -> bool:
        """Whether the person was shown how their ratings compare with deeds."""
        return bool(
            await self.tx.value("SELECT compared FROM first_weeks WHERE person = ?", (person,))
        )

    async def compare(self, person: UserId) -> None:
        """Note that the person was shown how their ratings compare with deeds."""
        await self.tx.execute(
            "INSERT INTO first_weeks(person, compared) VALUES (?, 1) "
            "ON CONFLICT(person) DO UPDATE SET compared = 1",
            (person,),
        )
