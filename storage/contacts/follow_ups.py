"""Follow-ups: dated tasks an organizer owes to a contact. They close only when somebody says how it went."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, EntryId, FollowUp, UserId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.history.derived import SAME_PERSON

_SELECT = (
    "SELECT f.id, f.number, f.contact, f.owner, f.what, f.due_day AS due, 'M-' || c.number AS handle, c.name "
    "FROM follow_ups AS f JOIN contacts AS o ON o.id = f.contact "
    "JOIN contacts AS c ON c.id = COALESCE(o.merged_into, o.id) "
)
_EVENT = (
    "INSERT INTO follow_up_events(follow_up, kind, due_day, zone, result, author, at, entry) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Owed:
    """Counts of what somebody owes; the empty name is nobody: follow-ups of people who left."""

    owner: UserId
    due: int
    """Today and in the days ahead that were asked about."""
    overdue: int


@dataclass(frozen=True, slots=True)
class FollowUps(Repository):
    """One committee's follow-ups."""

    async def add(
        self,
        entry: EntryId,
        contact: ContactId,
        what: str,
        due: date,
        *,
        owner: UserId,
        zone: ZoneInfo,
        at: datetime,
    ) -> int:
        """Add a follow-up due on a day of the owner's calendar; returns the number people type."""
        number = await self.tx.returned(
            "UPDATE committees SET last_follow_up = last_follow_up + 1 WHERE id = ? "
            "RETURNING last_follow_up",
            (self.committee,),
        )
        row = await self.tx.add(
            "follow_ups",
            committee=self.committee,
            number=number,
            contact=contact,
            owner=owner,
            what=what,
            due_day=due,
            entry=entry,
        )
        await self.tx.insert(
            _EVENT, (row, "due", due.isoformat(), zone.key, None, owner, millis(at), entry)
        )
        await self.tx.add("follow_up_owners", follow_up=row, owner=owner, at=at, entry=entry)
        return int(str(number))

    async def open(self, number: int) -> FollowUp | None:
        """Return the open follow-up with a number; None if there is none."""
        return await self.tx.record(
            FollowUp,
            _SELECT + "WHERE f.committee = ? AND f.number = ? AND f.open",
            (self.committee, number),
        )

    async def due(self, owner: UserId, until: date, limit: int) -> list[FollowUp]:
        """Return the follow-ups somebody owes up to and including a day, most urgent first."""
        return await self.tx.records(
            FollowUp,
            _SELECT + "WHERE f.committee = ? AND f.owner = ? AND f.due_day <= ? AND f.open "
            "ORDER BY f.due_day, f.id LIMIT ?",
            (self.committee, owner, until.isoformat(), limit),
        )

    async def count_open(self, owner: UserId, limit: int = 1000) -> int:
        """Count the follow-ups a person owes, at most ``limit``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM follow_ups "
            "WHERE committee = ? AND owner = ? AND open LIMIT ?)",
            (self.committee, owner, limit),
        )

    async def owed(self, today: date, horizon: date) -> list[Owed]:
        """Return for each owner how many follow-ups are overdue, and how many are due up to ``horizon``."""
        rows = await self.tx.all(
            "WITH RECURSIVE owners(owner) AS (SELECT (SELECT f.owner FROM follow_ups AS f "
            "WHERE f.committee = ?1 AND f.owner >= '' AND f.open ORDER BY f.owner LIMIT 1) "
            "UNION ALL SELECT (SELECT f.owner FROM follow_ups AS f WHERE f.committee = ?1 "
            "AND f.owner > owners.owner AND f.open ORDER BY f.owner LIMIT 1) "
            "FROM owners WHERE owner IS NOT NULL) "
            "SELECT o.owner, (SELECT COUNT(*) FROM follow_ups AS f WHERE f.committee = ?1 "
            "AND f.owner = o.owner AND f.due_day < ?2 AND f.open) AS overdue, "
            "(SELECT COUNT(*) FROM follow_ups AS f WHERE f.committee = ?1 AND f.owner = o.owner "
            "AND f.due_day >= ?2 AND f.due_day <= ?3 AND f.open) AS due "
            "FROM owners AS o WHERE o.owner IS NOT NULL",
            (self.committee, today.isoformat(), horizon.isoformat()),
        )
        return [Owed(UserId(row["owner"]), row["due"], row["overdue"]) for row in rows]

    async def overdue(self, owner: UserId, today: date) -> int:
        """Count somebody's open follow-ups due before today."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM follow_ups "
            "WHERE committee = ? AND owner = ? AND due_day < ? AND open",
            (self.committee, owner, today.isoformat()),
        )

    async def late_since(self, day: date, after: date | None = None) -> int:
        """Count the committee's open follow-ups due on ``day`` or before, without those due by ``after``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM follow_ups WHERE committee = ? AND due_day <= ? "
            "AND due_day > ? AND open",
            (self.committee, day.isoformat(), "" if after is None else after.isoformat()),
        )

    async def next_for(self, contact: ContactId) -> FollowUp | None:
        """Return the earliest open follow-up about somebody; None if there is none."""
        return await self.tx.record(
            FollowUp,
            _SELECT + f"WHERE f.contact IN {SAME_PERSON.format(id='?1')} AND +f.committee = ?2 "
            "AND f.open ORDER BY f.due_day, f.id LIMIT 1",
            (contact, self.committee),
        )

    async def with_contact(
        self, contact: ContactId, owner: UserId, until: date | None, limit: int
    ) -> list[FollowUp]:
        """Return what somebody owes to one contact up to and including a day (None: ever), by day."""
        return await self.tx.records(
            FollowUp,
            _SELECT + f"WHERE f.contact IN {SAME_PERSON.format(id='?1')} AND +f.committee = ?2 "
            "AND f.owner = ?3 AND (?4 IS NULL OR f.due_day <= ?4) AND f.open "
            "ORDER BY f.due_day, f.id LIMIT ?5",
            (contact, self.committee, owner, None if until is None else until.isoformat(), limit),
        )

    async def done(
        self, entry: EntryId, task: FollowUp, result: str, *, author: UserId, at: datetime
    ) -> None:
        """Close a follow-up with its result."""
        await self.tx.insert(
            _EVENT, (task.id, "done", None, None, result, author, millis(at), entry)
        )
        await self.tx.execute("UPDATE follow_ups SET open = 0 WHERE id = ?", (task.id,))

    async def snooze(
        self,
        entry: EntryId,
        task: FollowUp,
        due: date,
        *,
        author: UserId,
        zone: ZoneInfo,
        at: datetime,
    ) -> None:
        """Move a follow-up to a later day of the owner's calendar."""
        day = due.isoformat()
        await self.tx.insert(
            _EVENT, (task.id, "due", day, zone.key, None, author, millis(at), entry)
        )
        await self.tx.execute("UPDATE follow_ups SET due_day = ? WHERE id = ?", (day, task.id))
