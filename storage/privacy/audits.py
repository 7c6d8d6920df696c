"""Why something is kept about somebody, what may not be deleted, and who did what with records."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from storage.core.driver import Row
from storage.core.model import ContactId, EntryId, UserId
from storage.core.repository import Common, Repository, Shared, millis, moment
from storage.history.derived import SAME_PERSON
from storage.names.called import COUNTS


class Basis(Enum):
    """Why we may keep something about somebody (GDPR, articles 6 and 9)."""

    CONSENT = "consent"
    """They agreed."""
    MEMBER = "member"
    """They are a member of the union, or in regular contact with it."""
    INTEREST = "interest"
    """The union's legitimate interest, weighed against theirs."""


@dataclass(frozen=True, slots=True)
class Based:
    """A basis, and the day from which it holds."""

    basis: Basis
    on: date
    author: UserId


@dataclass(frozen=True, slots=True)
class Bases(Repository):
    """One committee's bases."""

    async def give(self, entry: EntryId, contact: ContactId, based: Based, at: datetime) -> None:
        await self.tx.execute(
            "INSERT INTO bases(contact, basis, on_day, author, at, entry) VALUES (?, ?, ?, ?, ?, ?)",
            (contact, based.basis.value, based.on.isoformat(), based.author, millis(at), entry),
        )

    async def of(self, contact: ContactId) -> Based | None:
        row = await self.tx.one(
            "SELECT b.basis, b.on_day, b.author FROM bases AS b "
            f"WHERE b.contact IN {SAME_PERSON.format(id='?1')} AND {COUNTS.format(row='b')} "
            "ORDER BY b.id DESC LIMIT 1",
            (contact,),
        )
        if row is None:
            return None
        return Based(Basis(row["basis"]), date.fromisoformat(row["on_day"]), UserId(row["author"]))


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

    async def begin(self, contact: ContactId, why: str, author: UserId, at: datetime) -> None:
        await self.tx.execute(
            "INSERT INTO holds(committee, contact, why, author, at) VALUES (?, ?, ?, ?, ?)",
            (self.committee, contact, why, author, millis(at)),
        )

    async def end(self, contact: ContactId, author: UserId, at: datetime) -> bool:
        """Whether there was one. The clocks look at everything anew that it kept."""
        ended = await self.tx.execute(
            "UPDATE holds SET ended_at = ?2, ended_by = ?3 WHERE committee = ?4 "
            f"AND contact IN {SAME_PERSON.format(id='?1')} AND ended_at IS NULL",
            (contact, millis(at), author, self.committee),
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


class AuditedAction(Enum):
    """What was done with people's records as such."""

    SUBJECT = "subject"
    FORGOTTEN = "forgotten"
    UNFORGOTTEN = "unforgotten"
    HOLD = "hold"
    HOLD_ENDED = "hold ended"
    EXPORT_ASKED = "export asked"
    EXPORT_APPROVED = "export approved"
    EXPORT_REFUSED = "export refused"
    EXPORT_MADE = "export made"
    EXPORT_WITHDRAWN = "export withdrawn"
    EXPORT_EXPIRED = "export expired"
    EXPIRED = "expired"
    TEST_CLOSED = "test closed"
    TEST_AMENDED = "test amended"
    TEST_ANNOUNCED = "test announced"
    TEST_OVERRIDDEN = "test announced below its bar"
    TEST_JOINED = "test joined"
    UNDONE = "undone"
    SECONDED = "seconded"
    CONFIRMED = "confirmed"
    """That the room's word about somebody's power is true."""
    LOOKED = "looked"


@dataclass(frozen=True, slots=True)
class Audited:
    """One thing that was done."""

    action: AuditedAction
    author: UserId | None
    """None: a retention clock."""
    at: datetime
    handle: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Trail(Common):
    """Adding to one committee's trail, from its room too; nothing can be read by it."""

    async def keep(
        self, action: AuditedAction, author: UserId, at: datetime, *, words: str
    ) -> None:
        await Audits(self.tx, self.committee).keep(action, author, at, words=words)


@dataclass(frozen=True, slots=True)
class Audits(Repository):
    """One committee's trail. Nothing takes a line out of it before its clock does."""

    async def keep(
        self,
        action: AuditedAction,
        author: UserId | None,
        at: datetime,
        *,
        contact: ContactId | None = None,
        words: str = "",
    ) -> None:
        await self.tx.execute(
            "INSERT INTO audits(committee, author, at, action, contact, words) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (self.committee, author or "", millis(at), action.value, contact, words),
        )

    async def latest(self, before: datetime, limit: int) -> list[Audited]:
        """What was done before then, and who looked at whom who was not theirs, newest first."""
        rows = await self.tx.all(
            "SELECT * FROM (SELECT a.action, a.author, a.at, c.number, a.words FROM audits AS a "
            "LEFT JOIN contacts AS c ON c.id = a.contact WHERE a.committee = ?1 AND a.id > 0 "
            "AND a.at < ?2 ORDER BY a.id DESC LIMIT ?3) UNION ALL SELECT * FROM ("
            "SELECT 'looked', v.viewer, v.at, c.number, '' FROM views AS v "
            "JOIN contacts AS c ON c.id = v.contact WHERE v.committee = ?1 AND v.at < ?2 "
            "ORDER BY v.at DESC LIMIT ?3) ORDER BY at DESC LIMIT ?3",
            (self.committee, millis(before), limit),
        )
        return [_audited(row) for row in rows]

    async def about(self, contact: ContactId, before: datetime, limit: int) -> list[Audited]:
        """The same about one person."""
        rows = await self.tx.all(
            "SELECT * FROM (SELECT a.action, a.author, a.at, c.number, a.words FROM audits AS a "
            "JOIN contacts AS c ON c.id = a.contact "
            f"WHERE a.contact IN {SAME_PERSON.format(id='?1')} AND a.at < ?2 "
            "ORDER BY a.id DESC LIMIT ?3) UNION ALL SELECT * FROM ("
            "SELECT 'looked', v.viewer, v.at, c.number, '' FROM views AS v "
            "JOIN contacts AS c ON c.id = v.contact "
            f"WHERE v.contact IN {SAME_PERSON.format(id='?1')} AND v.at < ?2 "
            "ORDER BY v.at DESC LIMIT ?3) ORDER BY at DESC LIMIT ?3",
            (contact, millis(before), limit),
        )
        return [_audited(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Remnants(Shared):
    """What was deleted and is still to be made unreadable."""

    async def last(self) -> int | None:
        value = await self.tx.value("SELECT MAX(id) FROM remnants")
        return None if value is None else int(str(value))

    async def gone(self, last: int) -> None:
        await self.tx.execute("DELETE FROM remnants WHERE id <= ?", (last,))


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


def _audited(row: Row) -> Audited:
    return Audited(
        AuditedAction(row["action"]),
        UserId(row["author"]) if row["author"] else None,
        moment(row["at"]),
        None if row["number"] is None else f"M-{row['number']}",
        row["words"],
    )
