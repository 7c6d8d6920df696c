"""Holds: whose records may not be deleted, and why."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, UserId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.history.derived import SAME_PERSON

ON_HOLD = (
    "EXISTS (SELECT 1 FROM holds AS o WHERE o.ended_at IS NULL AND o.contact IN "
    "(SELECT {id} UNION ALL SELECT id FROM contacts WHERE merged_into = {id} "
    "UNION ALL SELECT merged_into FROM contacts WHERE id = {id}))"
)
"""SQL: whether any record of a person is on hold, by the id of one of them."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A ban on deleting anything about one person, until the hold is ended."""

    contact: ContactId
    handle: str
    why: str
    author: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Holds(Repository):
    """One committee's holds."""

    author: UserId
    now: datetime

    async def begin(self, contact: ContactId, why: str) -> None:
        """Put a person on hold."""
        await self.tx.add(
            "holds",
            committee=self.committee,
            contact=contact,
            why=why,
            author=self.author,
            at=self.now,
        )

    async def end(self, contact: ContactId) -> bool:
        """End a person's hold; False if there was none. Retention looks at all old records anew."""
        ended = await self.tx.execute(
            "UPDATE holds SET ended_at = ?2, ended_by = ?3 WHERE committee = ?4 "
            f"AND contact IN {SAME_PERSON.format(id='?1')} AND ended_at IS NULL",
            (contact, millis(self.now), self.author, self.committee),
        )
        await self.tx.execute(
            "UPDATE clocks SET reached = 0, day = '' WHERE committee = ? AND what > ''",
            (self.committee,),
        )
        return bool(ended)

    async def of(self, contact: ContactId) -> Hold | None:
        """Return the hold on any record of a person; None if there is none."""
        return await self.tx.record(
            Hold,
            f"{_HOLD}WHERE h.contact IN {SAME_PERSON.format(id='?1')} AND h.ended_at IS NULL LIMIT 1",
            (contact,),
        )

    async def all(self, limit: int) -> list[Hold]:
        """Return holds in force, the oldest first, at most ``limit``."""
        return await self.tx.records(
            Hold,
            f"{_HOLD}WHERE h.committee = ? AND h.contact > 0 AND h.ended_at IS NULL "
            "ORDER BY h.id LIMIT ?",
            (self.committee, limit),
        )


_HOLD = (
    "SELECT h.contact, 'M-' || c.number AS handle, h.why, h.author, h.at FROM holds AS h "
    "JOIN contacts AS c ON c.id = h.contact "
)
