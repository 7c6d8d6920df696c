"""Quotas: counts of what one person made, destroyed and sent; each count stops at a given number."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryKind, UserId
from storage.core.repository import Common, Shared
from storage.core.rows import millis, moment

KEPT = timedelta(days=2)
"""How long rows are kept; older ones are deleted with the next row."""


def _by_entry(table: str, where: str) -> tuple[str, str]:
    """One person's rows by the entry of history that made them, and everybody's."""
    mine = "JOIN history AS h ON h.id = x.entry AND h.author = ?2"
    return f"{table} AS x {mine} WHERE {where}", f"{table} AS x WHERE {where}"


def _by_author(table: str, where: str) -> tuple[str, str]:
    """The same of a table that names its authors."""
    rows = f"{table} AS x WHERE {where} AND x.author"
    return f"{rows} = ?2", f"{rows} > ''"


_LAST = (
    "(SELECT v.{column} FROM live_meeting_versions AS v WHERE v.meeting = x.id "
    "ORDER BY v.id DESC LIMIT 1)"
)
_REPEATS, _STARTS = _LAST.format(column="rule"), _LAST.format(column="start_local")
_ASKED = "EXISTS (SELECT 1 FROM time_polls AS p WHERE p.meeting = x.id AND NOT p.closed)"
_MEETING = "x.committee = ?1 AND x.open AND x.id > 0"
_TEST = "x.committee = ?1 AND x.number > 0 AND x.closed_at IS NULL"
_IMPORT = "x.committee = ?1 AND x.state IN ('mapping', 'checking', 'checked', 'saving')"

OPEN: Mapping[str, tuple[str, str]] = {
    "meeting": _by_entry(
        "meetings", f"{_MEETING} AND {_REPEATS} IS NULL AND {_STARTS} IS NOT NULL"
    ),
    "series": _by_entry("meetings", f"{_MEETING} AND {_REPEATS} IS NOT NULL"),
    "time poll": _by_entry("meetings", f"{_MEETING} AND {_ASKED}"),
    "follow-up": (
        _by_entry("follow_ups", "x.committee = ?1 AND x.owner = ?2 AND x.open")[0],
        _by_entry("follow_ups", "x.committee = ?1 AND x.due_day > '' AND x.open")[1],
    ),
    "action": _by_entry("actions", "x.committee = ?1 AND x.owner >= '' AND x.open"),
    "test": _by_entry("live_tests", _TEST),
    "sheet": _by_author("test_sheets", "x.committee = ?1 AND x.number > 0"),
    "import": _by_author("imports", _IMPORT),
    "export": _by_author("exports", "x.committee = ?1 AND x.state = 'asked' AND x.at > ?4"),
    "hold": _by_author("holds", "x.committee = ?1 AND x.at > 0 AND x.ended_at IS NULL"),
    "area": ("", "areas AS x WHERE x.committee = ?1 AND x.folded > ''"),
}
"""Of each kind of thing that stays open: one person's, and everybody's. ?1 is the committee, ?2 the
person, ?3 as many as are of interest, ?4 a day ago. A bound that holds for every row lets an index be
searched and left early instead of read."""

_TODAY = "x.committee = ?1 AND x.id > 0 AND x.at > ?4"
TABLED: Mapping[str, str] = {
    what: _by_author(table, _TODAY)[0]
    for what, table in (
        ("import", "imports"),
        ("export", "exports"),
        ("sheet", "test_sheets"),
        ("hold", "holds"),
    )
}
"""Kinds counted by a table of their own instead of history entries: SQL for one person's rows of a day."""


@dataclass(frozen=True, slots=True)
class Usage(Common):
    """Counts of a committee's entries and open things; no names, no contacts."""

    async def newest(self) -> tuple[int, int, int]:
        """Return the highest ids of history entries, areas and rows of ``spent``, over all committees."""
        row = await self.tx.one(
            "SELECT (SELECT MAX(id) FROM history) AS entry, (SELECT MAX(id) FROM areas) AS area, "
            "(SELECT MAX(id) FROM spent) AS row"
        )
        return (0, 0, 0) if row is None else (row["entry"] or 0, row["area"] or 0, row["row"] or 0)

    async def recorded(self, person: UserId, after: int) -> set[EntryKind]:
        """Return the kinds of somebody's entries after an entry id."""
        rows = await self.tx.all(
            "SELECT DISTINCT kind FROM history WHERE committee = ? AND author = ? AND id > ?",
            (self.committee, person, after),
        )
        return {EntryKind(row["kind"]) for row in rows}

    async def new_areas(self, after: int) -> int:
        """Return how many areas the committee got after an area id."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM areas WHERE id > ? AND +committee = ?", (after, self.committee)
        )

    async def entries(
        self, person: UserId, kinds: Sequence[EntryKind], since: datetime, most: int
    ) -> int:
        """Count somebody's entries of the given kinds since a time, at most ``most``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM history WHERE committee = ? AND author = ? "
            f"AND kind IN ({','.join('?' * len(kinds))}) AND at > ? LIMIT ?)",
            (self.committee, person, *(kind.value for kind in kinds), millis(since), most),
        )

    async def open(self, what: str, person: UserId | None, now: datetime, most: int) -> int:
        """Count open things of a kind, one person's or everybody's (None), at most ``most``."""
        rows = OPEN[what][0 if person is not None else 1]
        return await self._count(rows, person, now, most)

    async def made(self, what: str, person: UserId, now: datetime, most: int) -> int:
        """Count what somebody made in the last day of a kind in ``TABLED``, at most ``most``."""
        return await self._count(TABLED[what], person, now, most)

    async def _count(self, rows: str, person: UserId | None, now: datetime, most: int) -> int:
        return await self.tx.number(
            f"SELECT COUNT(*) FROM (SELECT ?2, ?4 FROM {rows} LIMIT ?3)",
            (self.committee, person, most, millis(now - timedelta(days=1))),
        )

    # -- what is counted here alone -------------------------------------------------------------

    async def spend(self, person: UserId, what: str, times: int, now: datetime) -> None:
        """Record that somebody did ``what`` so many times."""
        await self.tx.execute("DELETE FROM spent WHERE at < ?", (millis(now - KEPT),))
        await self.tx.add(
            "spent", committee=self.committee, person=person, what=what, times=times, at=now
        )

    async def spent(self, person: UserId, what: str, since: datetime) -> int:
        """Return how often somebody did ``what`` since a time."""
        return await self.tx.number(
            "SELECT COALESCE(SUM(times), 0) FROM spent "
            "WHERE committee = ? AND person = ? AND what = ? AND at > ?",
            (self.committee, person, what, millis(since)),
        )

    async def spent_after(self, person: UserId, what: str, row: int) -> int:
        """Return how often somebody did ``what`` after a row id of ``spent``."""
        return await self.tx.number(
            "SELECT COALESCE(SUM(times), 0) FROM spent "
            "WHERE committee = ? AND person = ? AND what = ? AND at > 0 AND id > ?",
            (self.committee, person, what, row),
        )

    async def acts_since(self, person: UserId, after: int) -> dict[str, int]:
        """Return what somebody destroyed after a row id of ``spent``, and how often."""
        rows = await self.tx.all(
            "SELECT what, SUM(times) AS times FROM spent WHERE id > ? AND +committee = ? "
            "AND +person = ? AND what GLOB 'act *' GROUP BY what",
            (after, self.committee, person),
        )
        return {row["what"]: row["times"] for row in rows}

    async def first_spent(self, person: UserId, what: str, since: datetime) -> datetime | None:
        """Return when somebody first did ``what`` since a time; None: not since."""
        at = await self.tx.value(
            "SELECT MIN(at) FROM spent WHERE committee = ? AND person = ? AND what = ? AND at > ?",
            (self.committee, person, what, millis(since)),
        )
        return None if at is None else moment(int(str(at)))


@dataclass(frozen=True, slots=True)
class Spending(Shared):
    """Counted doings of everybody, for deletion by age."""

    async def forget_before(self, at: int) -> int:
        """Delete questions and counts from before ``at`` (Unix ms UTC); returns how many counts went."""
        await self.tx.execute("DELETE FROM seconds WHERE asked_at < ?", (at,))
        return await self.tx.execute("DELETE FROM spent WHERE at < ?", (at,))
