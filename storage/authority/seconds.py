"""Seconds: questions to another lead, when somebody wants to destroy more than one person may alone."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.core.rows import millis


@dataclass(frozen=True, slots=True)
class Second:
    """One question to another lead, and who agreed."""

    id: int
    number: int
    person: UserId
    act: str
    at: datetime
    agreed_by: UserId | None
    agreed_at: datetime | None
    agreed_row: int
    """The newest row of what was spent when somebody agreed."""


@dataclass(frozen=True, slots=True)
class Seconds(Common):
    """One committee's questions to another lead."""

    async def ask(self, person: UserId, act: str, now: datetime) -> Second:
        """Record a question and return the new row with its number."""
        number = await self.tx.value(
            "UPDATE committees SET last_second = last_second + 1 WHERE id = ? RETURNING last_second",
            (self.committee,),
        )
        await self.tx.add(
            "seconds", committee=self.committee, number=number, person=person, act=act, asked_at=now
        )
        asked = await self.by_number(int(str(number)))
        if asked is None:
            raise LookupError("a question just asked is not there")
        return asked

    async def by_number(self, number: int) -> Second | None:
        """Return the question with the number people type; None if there is none."""
        return await self.tx.record(
            Second, f"{_SECOND}WHERE committee = ? AND number = ?", (self.committee, number)
        )

    async def last(self, person: UserId, act: str) -> Second | None:
        """Return somebody's newest question about an act; None if there is none."""
        return await self.tx.record(
            Second,
            f"{_SECOND}WHERE committee = ? AND person = ? AND act = ? ORDER BY id DESC LIMIT 1",
            (self.committee, person, act),
        )

    async def agree(self, one: Second, by: UserId, now: datetime) -> bool:
        """Record who agrees; False if somebody had agreed before."""
        changed = await self.tx.execute(
            "UPDATE seconds SET agreed_by = ?, agreed_at = ?, "
            "agreed_row = COALESCE((SELECT MAX(id) FROM spent), 0) "
            "WHERE id = ? AND agreed_by IS NULL",
            (by, millis(now), one.id),
        )
        return changed > 0


_SECOND = "SELECT *, asked_at AS at, COALESCE(agreed_row, 0) AS agreed_row FROM seconds "
