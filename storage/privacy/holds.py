"""Whose records may not be deleted, and why."""

from dataclasses import dataclass
from datetime import datetime

from storage.core.driver import Row
from storage.core.model import ContactId, UserId
from storage.core.repository import Repository, millis, moment
from storage.history.derived import SAME_PERSON


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing about somebody is deleted while this lasts."""

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
        await self.tx.execute(
            "INSERT INTO holds(committee, contact, why, author, at) VALUES (?, ?, ?, ?, ?)",
            (self.committee, contact, why, self.author, millis(self.now)),
        )

    async def end(self, contact: ContactId) -> bool:
        """Whether there was one. The clocks look at everything anew that it kept."""
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
        """The hold on any record of somebody."""
        row = await self.tx.one(
            f"{_HOLD}WHERE h.contact IN {SAME_PERSON.format(id='?1')} AND h.ended_at IS NULL LIMIT 1",
            (contact,),
        )
        return None if row is None else _hold(row)

    async def all(self, limit: int) -> list[Hold]:
        """The oldest holds there are."""
        rows = await self.tx.all(
            f"{_HOLD}WHERE h.committee = ? AND h.contact > 0 AND h.ended_at IS NULL "
            "ORDER BY h.id LIMIT ?",
            (self.committee, limit),
        )
        return [_hold(row) for row in rows]


_HOLD = (
    "SELECT h.contact, c.number, h.why, h.author, h.at FROM holds AS h "
    "JOIN contacts AS c ON c.id = h.contact "
)


def _hold(row: Row) -> Hold:
    return Hold(
        ContactId(row["contact"]),
        f"M-{row['number']}",
        row["why"],
        UserId(row["author"]),
        moment(row["at"]),
    )
