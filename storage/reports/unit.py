"""The unit in counts: how many people by area, shift, rating and role. Never who."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from operator import attrgetter, sub

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Counts
from storage.core.rows import millis
from storage.history.derived import SAME_PERSON

UNKNOWN = 0
"""Area id of people whose place of work is unknown."""
NOWHERE = -1
"""Area id of people outside the unit."""

_SAME = SAME_PERSON.format(id="c.id")
_STATE = (
    "COALESCE((SELECT m.state FROM live_memberships AS m WHERE m.contact = c.id AND m.from_day <= ?2 "
    "ORDER BY m.from_day DESC, m.id DESC LIMIT 1), 'employed')"
)
_PLACED = (
    "(SELECT p.id FROM live_placements AS p WHERE p.contact = c.id AND p.from_day <= ?2 "
    "ORDER BY p.from_day DESC, p.id DESC LIMIT 1)"
)
_PART = (
    f"COALESCE((SELECT NOT r.ended FROM live_roles AS r WHERE r.contact IN {_SAME} "
    "AND r.role = '{part}' AND r.from_day <= ?2 "
    f"ORDER BY r.from_day DESC, r.id DESC LIMIT 1), 0)"
)
_TALKED = (
    f"(SELECT MAX(t.at) FROM current_conversations AS t WHERE t.contact IN {_SAME} "
    "AND t.outcome = 'reached')"
)
_TRIED = f"(SELECT MAX(t.at) FROM current_conversations AS t WHERE t.contact IN {_SAME})"
_TURNS = (
    "(SELECT MIN(day) FROM ("
    "SELECT MIN(from_day) AS day FROM placements WHERE contact = c.id AND from_day > ?2 UNION ALL "
    "SELECT MIN(from_day) FROM memberships WHERE contact = c.id AND from_day > ?2 UNION ALL "
    f"SELECT MIN(from_day) FROM roles WHERE contact IN {_SAME} AND from_day > ?2))"
)
_RECOMPUTE = (
    "UPDATE contacts SET unit_area = now.area, unit_shift = now.shift, parts = now.parts, "
    "talked_at = now.talked_at, tried_at = now.tried_at, turns_on = now.turns_on, was_area = CASE "
    "WHEN NOT EXISTS (SELECT 1 FROM releases AS told WHERE told.committee = ?1 AND told.day > '') "
    "THEN NULL WHEN COALESCE(was_area, unit_area, -1) = COALESCE(now.area, -1) THEN NULL "
    "ELSE COALESCE(was_area, unit_area, -1) END "
    "FROM (SELECT c.id, CASE WHEN c.present AND c.merged_into IS NULL "
    f"AND {_STATE} NOT IN ('not yet', 'left', 'excluded') "
    "THEN COALESCE(placed.area, 0) END AS area, placed.shift, "
    f"{_PART.format(part='committee')} + 2 * {_PART.format(part='leader')} AS parts, "
    f"{_TALKED} AS talked_at, {_TRIED} AS tried_at, {_TURNS} AS turns_on FROM (WAITING) AS waiting "
    "CROSS JOIN contacts AS c ON c.id = waiting.id "
    f"LEFT JOIN placements AS placed ON placed.id = {_PLACED}) AS now WHERE contacts.id = now.id"
)

_WRITTEN = "SELECT contact AS id FROM unsettled WHERE committee = ?1 AND contact > 0"
_TURNING = "SELECT id FROM contacts WHERE committee = ?1 AND turns_on <= ?2"

_COUNTED = (
    "COUNT(*), COUNT(*) FILTER (WHERE talked_at >= ?2), COUNT(rating), "
    "COUNT(*) FILTER (WHERE rating <= 2), COUNT(*) FILTER (WHERE parts & 1), "
    "COUNT(*) FILTER (WHERE parts & 2), COUNT(*) FILTER (WHERE parts & 2 AND rating IS NULL), "
    "COUNT(*) - COUNT(organizer)"
)
"""The fields of ``UnitSums``, in their order, of contacts one by one; ``?2``: talked to since."""
_WEEK = 7 * 24 * 3600 * 1000
"""Milliseconds of a week of ``unit_talks``."""
_KEPT = (
    "SELECT area, shift, rating, parts, people, assigned, 0 AS talked FROM unit_counts "
    "WHERE committee = ?1 UNION ALL "
    "SELECT area, shift, 0, 0, 0, 0, people FROM unit_talks "
    f"WHERE committee = ?1 AND week > ?2 / {_WEEK} UNION ALL "
    "SELECT unit_area, COALESCE(unit_shift, ''), 0, 0, 0, 0, 1 FROM contacts "
    f"WHERE committee = ?1 AND talked_at >= ?2 AND talked_at < (?2 / {_WEEK} + 1) * {_WEEK} "
    "AND unit_area >= 0"
)
"""Everybody in the unit, in the groups that triggers count; those talked to since ``?2`` apart, again."""
_ADDED = (
    "SUM(people), SUM(talked), SUM(iif(rating, people, 0)), SUM(iif(rating IN (1, 2), people, 0)), "
    "SUM(iif(parts & 1, people, 0)), SUM(iif(parts & 2, people, 0)), "
    "SUM(iif(parts & 2 AND NOT rating, people, 0)), SUM(people - assigned)"
)
"""The same, of the groups of ``_KEPT``."""
_RATINGS = range(6)
"""As the counts have them; 0: none."""
_BY_RATING = ", ".join(f"SUM(iif(rating = {rating}, people, 0))" for rating in _RATINGS)


@dataclass(frozen=True, slots=True)
class UnitSums:
    """Counts of a group of people: the whole group, and people with certain properties."""

    people: int = 0
    talked: int = 0
    """Had a one-on-one lately."""
    rated: int = 0
    support: int = 0
    """Rated 1 or 2."""
    committee: int = 0
    leaders: int = 0
    leaders_unrated: int = 0
    unassigned: int = 0

    def __sub__(self, other: "UnitSums") -> "UnitSums":
        return UnitSums(*map(sub, _FIGURES(self), _FIGURES(other)))


_FIGURES = attrgetter(*(field.name for field in fields(UnitSums)))


def together(several: Iterable[UnitSums]) -> UnitSums:
    """Add up several groups."""
    return UnitSums(*map(sum, zip(*map(_FIGURES, several), strict=True)))


@dataclass(frozen=True, slots=True)
class UnitCell:
    """The people of an area and shift, in counts; for leads."""

    area: int
    shift: str | None
    ratings: Mapping[int | None, int]
    """How many have each rating that anybody has; None: not assessed."""
    sums: UnitSums


@dataclass(frozen=True, slots=True)
class Unit(Counts):
    """Counts of one committee's unit on the day ``today``."""

    today: date

    async def recompute_written(self) -> None:
        """Recompute derived columns of contacts that have changed."""
        waiting = await self.tx.value(
            "SELECT 1 FROM unsettled WHERE committee = ? AND contact > 0 LIMIT 1",
            (self.committee,),
        )
        if waiting is not None:
            await self._recompute(_WRITTEN)
            await self.tx.execute(
                "DELETE FROM unsettled WHERE committee = ? AND contact > 0", (self.committee,)
            )

    async def recompute(self) -> None:
        """Recompute derived columns of contacts that have changed, or that change by date up to today."""
        await self.recompute_written()
        await self._recompute(_TURNING)

    async def as_of(self, day: date) -> "Unit":
        """Return the unit on a day of the committee's calendar, with everything written until now."""
        then = replace(self, today=day)
        await then.recompute()
        return then

    async def _recompute(self, waiting: str) -> None:
        await self.tx.execute(
            _RECOMPUTE.replace("WAITING", waiting), (self.committee, self.today.isoformat())
        )

    async def cells(self, talked_since: datetime) -> list[UnitCell]:
        """Count everybody in the unit, grouped by area and shift."""
        rows = await self.tx.all(
            f"SELECT area, shift, {_BY_RATING}, {_ADDED} FROM ({_KEPT}) GROUP BY area, shift",
            (self.committee, millis(talked_since)),
        )
        return [_cell(*row) for row in rows]

    async def by_area(self, talked_since: datetime) -> dict[int, UnitSums]:
        """Count everybody in the unit by today's area id."""
        rows = await self.tx.all(
            f"SELECT area, {_ADDED} FROM ({_KEPT}) GROUP BY area",
            (self.committee, millis(talked_since)),
        )
        return {area: UnitSums(*counts) for area, *counts in rows}

    async def elsewhere(self, talked_since: datetime) -> dict[tuple[int, int], UnitSums]:
        """Count people whom the last report put in another area, by (area id then, area id now)."""
        rows = await self.tx.all(
            f"SELECT was_area, COALESCE(unit_area, -1) AS now_area, {_COUNTED} FROM contacts "
            "WHERE committee = ?1 AND was_area >= -1 GROUP BY was_area, now_area",
            (self.committee, millis(talked_since)),
        )
        return {(was, now): UnitSums(*counts) for was, now, *counts in rows}

    async def count_where_they_are(self, moves: Sequence[tuple[int, int]]) -> None:
        """Mark people of the given moves (area id then, now) as reported in their present area."""
        await self.tx.executemany(
            "UPDATE contacts SET was_area = NULL "
            "WHERE committee = ? AND was_area = ? AND COALESCE(unit_area, -1) = ?",
            [(self.committee, was, now) for was, now in moves],
        )

    async def areas(self) -> dict[int, str]:
        """Return the names of areas by id."""
        rows = await self.tx.all(
            "SELECT id, name FROM areas WHERE committee = ? AND folded >= ''", (self.committee,)
        )
        return {row["id"]: row["name"] for row in rows}

    async def moved(self, since: datetime) -> dict[tuple[int | None, int | None], int]:
        """Count people by (rating before, rating after) since a time; None: unrated.

        People whose rating is back where it was are left out.
        """
        rows = await self.tx.all(
            "SELECT f.before, l.after, COUNT(*) AS n FROM (SELECT MIN(id) AS first, MAX(id) AS last "
            "FROM rating_moves WHERE committee = ? AND at >= ? GROUP BY contact) AS w "
            "JOIN rating_moves AS f ON f.id = w.first JOIN rating_moves AS l ON l.id = w.last "
            "WHERE f.before IS NOT l.after GROUP BY f.before, l.after",
            (self.committee, millis(since)),
        )
        return {(row["before"], row["after"]): row["n"] for row in rows}

    async def last_move(self) -> int:
        """Return the row id of the latest change of a rating; 0 if there is none."""
        return await self.tx.number("SELECT COALESCE(MAX(id), 0) FROM rating_moves")

    async def changed_sides(self, mark: int) -> dict[UserId | None, int]:
        """Count people who crossed between ratings 1-2 and 3-5 after a row id, by today's organizer.

        Only people reported in their present area; somebody without a rating before counts as having crossed.
        """
        rows = await self.tx.all(
            "SELECT c.organizer, COUNT(*) AS n FROM (SELECT contact, MIN(id) AS first FROM rating_moves "
            "WHERE committee = ? AND id > ? GROUP BY +contact) AS w "
            "JOIN rating_moves AS f ON f.id = w.first JOIN contacts AS c ON c.id = w.contact "
            "WHERE c.unit_area >= 0 AND c.was_area IS NULL AND c.rating IS NOT NULL "
            "AND (f.before IS NULL OR (f.before <= 2) <> (c.rating <= 2)) GROUP BY c.organizer",
            (self.committee, mark),
        )
        return {row["organizer"] and UserId(row["organizer"]): row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class WorkCounts(Counts):
    """Counts of what the committee did and owes."""

    async def talks(self, since: datetime) -> tuple[int, int]:
        """Return (attempts including one-on-ones, one-on-ones) since a time.

        All rows, less the few that were undone or edited: nothing is looked up for the others.
        """
        every = await self.tx.one(
            "SELECT COUNT(*) AS tried, COALESCE(SUM(outcome = 'reached'), 0) AS reached "
            "FROM conversations WHERE committee = ? AND at >= ?",
            (self.committee, millis(since)),
        )
        void = await self.tx.one(
            "SELECT COUNT(*) AS tried, COALESCE(SUM(outcome = 'reached'), 0) AS reached "
            "FROM conversations AS t WHERE t.at >= ?2 AND t.id IN ("
            "SELECT d.id FROM history AS back JOIN conversations AS d ON d.entry = back.reverses "
            "WHERE back.committee = ?1 AND back.at >= ?2 AND back.reverses IS NOT NULL "
            "UNION SELECT o.id FROM live_conversations AS e JOIN conversations AS o "
            "ON o.committee = e.committee AND o.number = e.number AND o.id < e.id "
            "WHERE e.committee = ?1 AND e.at >= ?2 AND e.replaces IS NOT NULL)",
            (self.committee, millis(since)),
        )
        if every is None or void is None:
            return (0, 0)
        return every["tried"] - void["tried"], every["reached"] - void["reached"]

    async def done(self, since: datetime, *, by: UserId | None = None) -> int:
        """Count follow-ups closed since a time, by one person or by all (None)."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM history AS h WHERE committee = ?1 AND kind = 'follow-up done' "
            "AND at >= ?2 AND (?3 IS NULL OR author = ?3) AND NOT EXISTS "
            "(SELECT 1 FROM history AS back WHERE back.reverses = h.id)",
            (self.committee, millis(since), by),
        )

    async def owed(self, after: date | None, until: date, *, by: UserId | None = None) -> int:
        """Count open follow-ups due after one day and until another, of one person or of all (None)."""
        mine = "" if by is None else "AND owner = ? "
        return await self.tx.number(
            "SELECT COUNT(*) FROM follow_ups "
            f"WHERE committee = ? {mine}AND due_day > ? AND due_day <= ? AND open",
            (
                self.committee,
                *(() if by is None else (by,)),
                "" if after is None else after.isoformat(),
                until.isoformat(),
            ),
        )


def _cell(area: int, shift: str, *counts: int) -> UnitCell:
    rated, sums = counts[: len(_RATINGS)], counts[len(_RATINGS) :]
    ratings = {rating or None: n for rating, n in zip(_RATINGS, rated, strict=True) if n}
    return UnitCell(area, shift or None, ratings, UnitSums(*sums))
