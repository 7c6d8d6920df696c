"""The audit trail: who did what with people's records, and who looked at whom."""

from datetime import datetime
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, UserId
from storage.core.repository import Common, Repository
from storage.core.rows import millis
from storage.history.derived import SAME_PERSON


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
    """A lead confirmed somebody's power in the room."""
    ENDED = "ended"
    """A lead ended somebody's part."""
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
    """Write-only audit trail of a committee, for commands given in the room: nothing can be read."""

    author: UserId
    now: datetime

    async def keep(self, action: AuditedAction, *, words: str) -> None:
        """Add a line to the trail."""
        await Audits(self.tx, self.committee, self.author, self.now).keep(action, words=words)


@dataclass(frozen=True, slots=True)
class Audits(Repository):
    """One committee's audit trail. Lines go only when their retention clock ends."""

    author: UserId | None
    """None: the bot itself."""
    now: datetime

    async def keep(
        self, action: AuditedAction, *, contact: ContactId | None = None, words: str = ""
    ) -> None:
        """Add a line to the trail. ``contact`` None: about nobody in particular."""
        await self.tx.add(
            "audits",
            committee=self.committee,
            author=self.author or "",
            at=self.now,
            action=action,
            contact=contact,
            words=words,
        )

    async def latest(self, before: datetime, limit: int) -> list[Audited]:
        """Return actions and look-ups of other people's contacts before ``before``, newest first."""
        return await self.tx.records(
            Audited,
            "SELECT * FROM (SELECT a.action, NULLIF(a.author, '') AS author, a.at, 'M-' || c.number AS handle, a.words FROM audits AS a "
            "LEFT JOIN contacts AS c ON c.id = a.contact WHERE a.committee = ?1 AND a.id > 0 "
            "AND a.at < ?2 ORDER BY a.id DESC LIMIT ?3) UNION ALL SELECT * FROM ("
            "SELECT 'looked', v.viewer, v.at, 'M-' || c.number, '' FROM views AS v "
            "JOIN contacts AS c ON c.id = v.contact WHERE v.committee = ?1 AND v.at < ?2 "
            "ORDER BY v.at DESC LIMIT ?3) ORDER BY at DESC LIMIT ?3",
            (self.committee, millis(before), limit),
        )

    async def by(self, author: UserId, before: datetime, limit: int) -> list[Audited]:
        """Return actions and look-ups of one person before ``before``, newest first."""
        return await self.tx.records(
            Audited,
            "SELECT * FROM (SELECT a.action, NULLIF(a.author, '') AS author, a.at, 'M-' || c.number AS handle, a.words FROM audits AS a "
            "LEFT JOIN contacts AS c ON c.id = a.contact WHERE a.committee = ?1 AND a.id > 0 "
            "AND a.author = ?4 AND a.at < ?2 ORDER BY a.id DESC LIMIT ?3) UNION ALL SELECT * FROM ("
            "SELECT 'looked', v.viewer, v.at, 'M-' || c.number, '' FROM views AS v "
            "JOIN contacts AS c ON c.id = v.contact WHERE v.committee = ?1 AND v.at < ?2 "
            "AND v.viewer = ?4 ORDER BY v.at DESC LIMIT ?3) ORDER BY at DESC LIMIT ?3",
            (self.committee, millis(before), limit, author),
        )

    async def about(
        self, contact: ContactId, before: datetime, limit: int, by: UserId | None = None
    ) -> list[Audited]:
        """Return actions and look-ups about one person before ``before``, newest first; of one author if named."""
        return await self.tx.records(
            Audited,
            "SELECT * FROM (SELECT a.action, NULLIF(a.author, '') AS author, a.at, 'M-' || c.number AS handle, a.words FROM audits AS a "
            "JOIN contacts AS c ON c.id = a.contact "
            f"WHERE a.contact IN {SAME_PERSON.format(id='?1')} AND a.at < ?2 "
            "AND (?4 IS NULL OR a.author = ?4) "
            "ORDER BY a.id DESC LIMIT ?3) UNION ALL SELECT * FROM ("
            "SELECT 'looked', v.viewer, v.at, 'M-' || c.number, '' FROM views AS v "
            "JOIN contacts AS c ON c.id = v.contact "
            f"WHERE v.contact IN {SAME_PERSON.format(id='?1')} AND v.at < ?2 "
            "AND (?4 IS NULL OR v.viewer = ?4) "
            "ORDER BY v.at DESC LIMIT ?3) ORDER BY at DESC LIMIT ?3",
            (contact, millis(before), limit, by),
        )
