"""What one organizer may do next, as counts and handles: never a name."""

from datetime import date, datetime, timedelta

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.core.rows import millis

SOON = timedelta(days=14)
"""How far ahead a meeting is somebody's to answer."""
MANY = 100
"""How far is counted: beyond that the figure says no more."""

_THEIRS = (
    "FROM contacts AS c WHERE c.committee = ?1 AND c.organizer = ?2 AND c.present "
    "AND c.merged_into IS NULL AND (c.out_from IS NULL OR c.out_from > ?3) "
)
_UNASKED = (
    "SELECT t.number FROM live_tests AS t WHERE t.committee = ?1 AND t.number > 0 "
    "AND t.closed_at IS NULL AND NOT t.count_only AND NOT t.names_gone AND EXISTS("
    "SELECT 1 FROM contacts AS c CROSS JOIN test_people AS p ON p.test = t.id AND p.contact = c.id "
    "WHERE c.committee = ?1 AND c.organizer = ?2 AND c.present AND p.mark = 0 AND p.counted "
    "AND p.area >= 0) ORDER BY t.number DESC LIMIT 1"
)
_UNANSWERED = (
    "SELECT m.number FROM occurrences AS o CROSS JOIN meetings AS m ON m.id = o.meeting "
    "WHERE o.committee = ?1 AND o.start_at > ?3 AND o.start_at <= ?4 AND o.live AND NOT EXISTS("
    "SELECT 1 FROM live_rsvps AS r WHERE r.occurrence = o.id AND r.person = ?2 "
    "AND r.for_seq = o.seq) ORDER BY o.start_at LIMIT 1"
)
_TIME_POLL = (
    "SELECT m.number FROM meetings AS m CROSS JOIN time_polls AS t ON t.meeting = m.id "
    "WHERE m.committee = ?1 AND m.id > 0 AND m.open AND NOT t.closed AND t.closes_at > ?3 AND NOT EXISTS("
    "SELECT 1 FROM live_availabilities AS a WHERE a.meeting = m.id AND a.person = ?2) "
    "ORDER BY m.id LIMIT 1"
)
_UNASSIGNED = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM contacts AS c WHERE c.committee = ?1 "
    "AND c.organizer IS NULL AND c.present AND c.merged_into IS NULL "
    "AND (c.out_from IS NULL OR c.out_from > ?2) LIMIT ?3)"
)
_IMPORT = (
    "SELECT number FROM imports WHERE committee = ? AND author = ? "
    "AND state IN ('mapping', 'checked') ORDER BY +number DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What waits for one organizer. Numbers are those that people type."""

    due: int
    """Follow-ups that are due by today, at most MANY."""
    example: int | None
    """Number of one of their people, one whom nobody talked to if there is one; None: they have none."""
    untouched: bool
    """Whether that is somebody whom nobody has talked to."""
    test: int | None
    """Open structure test in which somebody of theirs was not asked."""


@dataclass(frozen=True, slots=True)
class CommitteeWork:
    """What waits for people of a committee, without anything about contacts."""

    meeting: int | None
    """Meeting that they have not answered."""
    times: int | None
    """Meeting whose time is being asked for, and they have not said when they can."""


@dataclass(frozen=True, slots=True)
class LeadWork:
    """What waits for one lead."""

    unassigned: int
    """Contacts without an organizer, at most MANY."""
    list_: int | None
    """Import of theirs that waits for a decision."""


@dataclass(frozen=True, slots=True)
class NextSteps(Common):
    """What somebody may do next. Common, so that newcomers may ask; ``own`` and ``lead`` are not for them."""

    today: date
    now: datetime

    async def own(self, user: UserId) -> OwnWork:
        """Return what waits for an organizer with their people; not for a room."""
        day = self.today.isoformat()
        due = await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM follow_ups WHERE committee = ? AND owner = ? "
            "AND due_day <= ? AND open LIMIT ?)",
            (self.committee, user, day, MANY),
        )
        said = (self.committee, user, day)
        new = await self.tx.value(f"SELECT c.number {_THEIRS}AND c.talked_at IS NULL LIMIT 1", said)
        any_ = new if new is not None else await self.tx.value(
            f"SELECT c.number {_THEIRS}LIMIT 1", said
        )  # fmt: skip
        test = await self.tx.value(_UNASKED, (self.committee, user))
        return OwnWork(due, _number(any_), new is not None, _number(test))

    async def common(self, user: UserId) -> CommitteeWork:
        """Return what waits for a member of the committee."""
        now, soon = millis(self.now), millis(self.now + SOON)
        meeting = await self.tx.value(_UNANSWERED, (self.committee, user, now, soon))
        times = await self.tx.value(_TIME_POLL, (self.committee, user, now))
        return CommitteeWork(_number(meeting), _number(times))

    async def lead(self, user: UserId) -> LeadWork:
        """Return what waits for a lead; not for a room."""
        day = self.today.isoformat()
        unassigned = await self.tx.number(_UNASSIGNED, (self.committee, day, MANY))
        return LeadWork(unassigned, _number(await self.tx.value(_IMPORT, (self.committee, user))))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
