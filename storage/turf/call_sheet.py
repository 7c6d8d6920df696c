"""The call sheet: whom an organizer may talk to next, and what is on record that says why."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Answer, Assessment, ContactId, EntryKind, UserId
from storage.core.repository import Repository
from storage.core.rows import millis, moment
from storage.history.derived import SAME_PERSON
from storage.structure_tests.model import Mark

REST = timedelta(hours=12)
"""Who was tried this lately is not proposed again: an evening's try comes back in the morning."""
STALE = timedelta(days=30)
"""Age from which a rating is old, where a structure test is open."""
LONG = timedelta(days=28)
"""Time since the last one-on-one after which somebody is proposed without another reason."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One contact with all that a call sheet judges by."""

    contact: ContactId
    number: int
    name: str
    due: date | None = None
    """Day of the earliest follow-up that is due by today."""
    what: str = ""
    """What that follow-up is about; empty: nothing in particular."""
    ahead: bool = False
    """Whether a follow-up is planned for a later day."""
    asked: str | None = None
    """Open structure test in which they were asked and have not answered."""
    promised: str | None = None
    """Open structure test in which they said yes and have not done it."""
    unasked: str | None = None
    """Open structure test in which nobody has asked them yet."""
    unanswered: bool = False
    """Whether they were asked for something in the last talk, and did not answer."""
    ask: str | None = None
    """What they were asked for last, in any talk."""
    answer: Answer | None = None
    issue: str | None = None
    """What they named last as moving them."""
    leader: bool = False
    """Whether they are a natural leader."""
    behind: int = 0
    """How many people stand behind them."""
    rating: Assessment = Assessment.NOT_ASSESSED
    rated: datetime | None = None
    talked: datetime | None = None
    """When the last one-on-one took place."""
    tried: datetime | None = None
    """When anybody last tried to talk with them, whatever came of it."""
    away: bool = False
    """Whether they are on leave."""
    shut: bool = False
    """Whether they would not talk the last time, or it was the wrong contact, and no day was set since."""

    @property
    def handle(self) -> str:
        """The handle people type, ``M-<number>``."""
        return f"M-{self.number}"


_SAME = SAME_PERSON.format(id="c.id")
_IN_UNIT = (
    "c.committee = ?1 AND c.present AND c.merged_into IS NULL AND c.unit_area >= 0 "
    "AND (?5 IS NULL OR c.unit_area = ?5)"
)
_THEIRS = "c.organizer IN (SELECT value FROM json_each(?2))"
_RESTED = "(c.tried_at IS NULL OR c.tried_at <= ?4)"
_ON_LEAVE = (
    "COALESCE((SELECT m.state FROM live_memberships AS m WHERE m.contact = c.id "
    "AND m.from_day <= ?3 ORDER BY m.from_day DESC, m.id DESC LIMIT 1) = 'on leave', 0)"
)
_AHEAD = (
    f"EXISTS (SELECT 1 FROM follow_ups AS f WHERE f.contact IN {_SAME} AND f.open "
    "AND f.due_day > ?3)"
)
_OWED_NOW = (
    f"f.contact IN {_SAME} AND f.open AND f.due_day <= ?3 "
    "AND f.owner IN (SELECT value FROM json_each(?2))"
)
_LAST = (
    f"(SELECT t.{{column}} FROM current_conversations AS t WHERE t.contact IN {_SAME} "
    "{which}ORDER BY t.number DESC LIMIT 1)"
)
_LAST_TALK = _LAST.format(column="id", which="AND t.outcome = 'reached' ")
_LAST_ASK = _LAST.format(column="id", which="AND t.ask IS NOT NULL ")
_SHUT = (
    f"(COALESCE({_LAST.format(column='outcome', which='')} IN ('refused', 'wrongcontact'), 0) "
    # Who set a day with a refusal, or after it, means to try again on that day.
    f"AND NOT EXISTS (SELECT 1 FROM follow_ups AS f WHERE {_OWED_NOW} "
    f"AND f.entry >= {_LAST.format(column='entry', which='')}))"
)
_UNANSWERED = (
    f"EXISTS (SELECT 1 FROM conversations AS n WHERE n.contact IN {_SAME} AND n.ask IS NOT NULL "
    f"AND n.answer IS NULL AND n.id = {_LAST_TALK} "
    # What came of it was said since: with the follow-up that came with the ask, or in a test.
    "AND NOT EXISTS (SELECT 1 FROM follow_ups AS f WHERE f.entry = n.entry AND NOT f.open) "
    "AND NOT EXISTS (SELECT 1 FROM live_test_marks AS k WHERE k.contact = n.contact "
    f"AND k.mark >= {Mark.UNABLE.value} AND k.entry > n.entry))"
)
_IN_A_TEST = (
    "(SELECT s.name FROM json_each(?6) AS o CROSS JOIN test_people AS p ON p.test = o.value "
    f"AND p.contact IN {_SAME} CROSS JOIN tests AS s ON s.id = p.test WHERE p.mark = {{mark}} "
    "AND p.counted AND p.area >= 0 ORDER BY s.number DESC LIMIT 1)"
)
_ASKED, _PROMISED, _UNASKED = (
    _IN_A_TEST.format(mark=mark.value) for mark in (Mark.ASKED, Mark.YES, Mark.NOT_ASKED)
)
_LEADER = "c.parts >= 2"
_IN_TURN = "c.tried_at, c.number"
"""Of equals, whoever was tried longest ago; who was never tried comes first."""
_WALK = (
    f"SELECT c.id FROM contacts AS c WHERE {_IN_UNIT} AND c.organizer = ?8 AND ({{which}}) "
    f"AND {_RESTED} AND c.rating IS NOT 5 AND NOT {_ON_LEAVE} AND NOT {_AHEAD} AND NOT {_SHUT} "
    "ORDER BY {order} LIMIT ?7"
)
_OWED = (
    "SELECT c.id FROM follow_ups AS f CROSS JOIN contacts AS o ON o.id = f.contact "
    "CROSS JOIN contacts AS c ON c.id = COALESCE(o.merged_into, o.id) WHERE f.committee = ?1 "
    "AND f.owner = ?8 AND f.due_day <= ?3 AND f.open "
    f"AND {_IN_UNIT} AND {_THEIRS} AND {_RESTED} AND NOT {_ON_LEAVE} AND NOT {_SHUT} "
    f"GROUP BY c.id ORDER BY MIN(f.due_day), {_IN_TURN} LIMIT ?7"
)
_FACTS = (
    "SELECT c.id, c.number, c.name, c.rating, c.rated_at, c.talked_at, c.tried_at, "
    f"{_LEADER} AS leader, (SELECT COUNT(*) FROM contacts AS w WHERE w.follows = c.id AND w.present "
    "AND w.unit_area >= 0) AS behind, d.due_day, d.what, "
    f"{_AHEAD} AS ahead, {_ASKED} AS asked, "
    f"{_PROMISED} AS promised, {_UNASKED} AS unasked, {_UNANSWERED} AS unanswered, a.ask, "
    f"a.answer, {_LAST.format(column='issue', which='AND t.issue IS NOT NULL ')} AS issue, "
    f"{_ON_LEAVE} AS away, {_SHUT} AS shut FROM json_each(?7) AS j "
    "CROSS JOIN contacts AS c ON c.id = j.value LEFT JOIN follow_ups AS d ON d.id = "
    f"(SELECT f.id FROM follow_ups AS f WHERE {_OWED_NOW} ORDER BY f.due_day, f.id LIMIT 1) "
    f"LEFT JOIN conversations AS a ON a.id = {_LAST_ASK} WHERE {_IN_UNIT} AND {_THEIRS}"
)


@dataclass(frozen=True, slots=True)
class CallSheet(Repository):
    """One committee's call sheets, read from columns that storage.reports.unit has recomputed."""

    today: date
    now: datetime

    async def candidates(
        self, organizers: Sequence[UserId], *, area: int | None = None, most: int
    ) -> list[Candidate]:
        """Return the people of some organizers among whom the ``most`` to talk to next are.

        ``area`` is an area id of storage.reports.unit; None: all areas. Each reason is looked through
        from whom it names first, only as far as needed, and the next reason only while people lack.
        """
        tests = await self._open_tests()
        found: dict[int, None] = {}
        for sql in _walks(self.now, tests=bool(tests)):
            for organizer in organizers:
                # As many again: those of the reasons before may be found once more.
                said = self._said(organizers, area, tests, 2 * most, organizer)
                found |= dict.fromkeys(row["id"] for row in await self.tx.all(sql, said))
            if len(found) >= most:
                break
        return await self._facts(organizers, area, tests, found)

    async def logged_now(self, author: UserId) -> set[ContactId]:
        """Return with whom somebody logs a talk at this moment, whatever day they say it was."""
        rows = await self.tx.all(
            "SELECT contact FROM history WHERE committee = ? AND author = ? AND kind = ? AND at = ? "
            "AND contact IS NOT NULL",
            (self.committee, author, EntryKind.CONVERSATION_LOGGED.value, millis(self.now)),
        )
        return {ContactId(row["contact"]) for row in rows}

    async def everybody(
        self, organizers: Sequence[UserId], contacts: Iterable[ContactId]
    ) -> list[Candidate]:
        """Return all of the given contacts that are some organizers', whether there is a reason or not."""
        return await self._facts(organizers, None, await self._open_tests(), contacts)

    async def _facts(
        self,
        organizers: Sequence[UserId],
        area: int | None,
        tests: Sequence[int],
        contacts: Iterable[int],
    ) -> list[Candidate]:
        said = self._said(organizers, area, tests, json.dumps(list(contacts)))
        return [_candidate(row) for row in await self.tx.all(_FACTS, said)]

    async def _open_tests(self) -> list[int]:
        rows = await self.tx.all(
            "SELECT id FROM live_tests WHERE committee = ? AND number > 0 AND closed_at IS NULL "
            "AND NOT count_only AND NOT names_gone",
            (self.committee,),
        )
        return [row["id"] for row in rows]

    def _said(
        self,
        organizers: Sequence[UserId],
        area: int | None,
        tests: Sequence[int],
        *rest: object,
    ) -> tuple[object, ...]:
        """What stands for ?1 to ?6, and what comes after."""
        return (
            self.committee,
            json.dumps(list(organizers)),
            self.today.isoformat(),
            millis(self.now - REST),
            area,
            json.dumps(list(tests)),
            *rest,
        )


def _walks(now: datetime, *, tests: bool) -> Iterable[str]:
    """The queries that find people, one for each reason, in the order of the reasons.

    The same reasons as commands/call_sheet/rules.py gives; a test compares the two.
    """
    yield _OWED
    asked = f"{_ASKED} IS NOT NULL OR {_UNANSWERED}" if tests else _UNANSWERED
    yield _WALK.format(which=asked, order=_IN_TURN)
    if tests:
        yield _WALK.format(which=f"{_PROMISED} IS NOT NULL", order=_IN_TURN)
    yield _WALK.format(which=f"{_LEADER} AND c.talked_at IS NULL", order=_IN_TURN)
    if tests:
        old = f"c.rated_at <= {millis(now - STALE):d} AND {_UNASKED} IS NOT NULL"
        yield _WALK.format(which=old, order=f"c.rated_at, {_IN_TURN}")
        yield _WALK.format(which=f"{_UNASKED} IS NOT NULL", order=_IN_TURN)
    yield _WALK.format(which="c.talked_at IS NULL", order=_IN_TURN)
    since = f"c.talked_at <= {millis(now - LONG):d}"
    yield _WALK.format(which=since, order=f"c.talked_at, {_IN_TURN}")


def _candidate(row: Row) -> Candidate:
    return Candidate(
        contact=ContactId(row["id"]),
        number=row["number"],
        name=row["name"],
        due=None if row["due_day"] is None else date.fromisoformat(row["due_day"]),
        what=row["what"] or "",
        ahead=bool(row["ahead"]),
        asked=row["asked"],
        promised=row["promised"],
        unasked=row["unasked"],
        unanswered=bool(row["unanswered"]),
        ask=row["ask"],
        answer=None if row["answer"] is None else Answer(row["answer"]),
        issue=row["issue"],
        leader=bool(row["leader"]),
        behind=row["behind"],
        rating=Assessment(row["rating"] or 0),
        rated=_at(row["rated_at"]),
        talked=_at(row["talked_at"]),
        tried=_at(row["tried_at"]),
        away=bool(row["away"]),
        shut=bool(row["shut"]),
    )


def _at(value: int | None) -> datetime | None:
    return None if value is None else moment(value)
