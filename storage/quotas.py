"""Counting what one person made, destroyed and sent: each question is one indexed count that stops early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.called import COUNTS
from storage.model import Kind, UserId
from storage.repository import Common, Shared, millis, moment

KEPT = timedelta(days=2)
"""Older rows are of no use; they go with the next one."""

_MINE = "JOIN history AS h ON h.id = {row}.entry AND h.author = ?2"
_RULE = (
    "(SELECT v.{column} FROM meeting_versions AS v WHERE v.meeting = m.id "
    f"AND {COUNTS.format(row='v')} ORDER BY v.id DESC LIMIT 1)"
)
_REPEATS, _STARTS = _RULE.format(column="rule"), _RULE.format(column="start_local")
_IMPORTS = "state IN ('mapping', 'checking', 'checked', 'saving')"

_ASKED = "EXISTS (SELECT 1 FROM time_polls AS p WHERE p.meeting = m.id AND NOT p.closed)"

OPEN: Mapping[str, tuple[str, str]] = {
    "meeting": (
        f"meetings AS m {_MINE.format(row='m')} WHERE m.committee = ?1 AND m.open AND m.id > 0 "
        f"AND {_REPEATS} IS NULL AND {_STARTS} IS NOT NULL",
        "meetings AS m WHERE m.committee = ?1 AND m.open AND m.id > 0 "
        f"AND {_REPEATS} IS NULL AND {_STARTS} IS NOT NULL",
    ),
    "series": (
        f"meetings AS m {_MINE.format(row='m')} WHERE m.committee = ?1 AND m.open AND m.id > 0 "
        f"AND {_REPEATS} IS NOT NULL",
        f"meetings AS m WHERE m.committee = ?1 AND m.open AND m.id > 0 AND {_REPEATS} IS NOT NULL",
    ),
    "time poll": (
        f"meetings AS m {_MINE.format(row='m')} WHERE m.committee = ?1 AND m.open AND m.id > 0 "
        f"AND {_ASKED}",
        f"meetings AS m WHERE m.committee = ?1 AND m.open AND m.id > 0 AND {_ASKED}",
    ),
    "follow-up": (
        f"follow_ups AS f {_MINE.format(row='f')} "
        "WHERE f.committee = ?1 AND f.owner = ?2 AND f.open",
        "follow_ups AS f WHERE f.committee = ?1 AND f.due_day > '' AND f.open",
    ),
    "action": (
        f"actions AS a {_MINE.format(row='a')} WHERE a.committee = ?1 AND a.owner >= '' AND a.open",
        "actions AS a WHERE a.committee = ?1 AND a.owner >= '' AND a.open",
    ),
    "test": (
        f"tests AS t {_MINE.format(row='t')} WHERE t.committee = ?1 AND t.number > 0 "
        f"AND t.closed_at IS NULL AND {COUNTS.format(row='t')}",
        "tests AS t WHERE t.committee = ?1 AND t.number > 0 AND t.closed_at IS NULL "
        f"AND {COUNTS.format(row='t')}",
    ),
    "sheet": (
        "test_sheets AS s WHERE s.committee = ?1 AND s.number > 0 AND s.author = ?2",
        "test_sheets AS s WHERE s.committee = ?1 AND s.number > 0",
    ),
    "import": (
        f"imports AS i WHERE i.committee = ?1 AND i.author = ?2 AND i.{_IMPORTS}",
        f"imports AS i WHERE i.committee = ?1 AND i.author > '' AND i.{_IMPORTS}",
    ),
    "export": (
        "exports AS e WHERE e.committee = ?1 AND e.author = ?2 AND e.state = 'asked' AND e.at > ?4",
        "exports AS e WHERE e.committee = ?1 AND e.author > '' AND e.state = 'asked'",
    ),
    "area": ("", "areas AS r WHERE r.committee = ?1 AND r.folded > ''"),
}
"""Of each kind of thing that stays open: one person's, and everybody's. ?1 is the committee, ?2 the
person, ?3 as many as are of interest, ?4 a day ago. A bound that holds for every row lets an index be
searched and left early instead of read."""

TABLED: Mapping[str, str] = {
    "import": "imports AS i WHERE i.committee = ?1 AND i.author = ?2 AND i.at > ?4",
    "export": "exports AS e WHERE e.committee = ?1 AND e.author = ?2 AND e.at > ?4",
    "sheet": "test_sheets AS s WHERE s.committee = ?1 AND s.number > 0 AND s.author = ?2 AND s.at > ?4",
}
"""What is no entry of history and has a table of its own: one person's of a day."""


@dataclass(frozen=True, slots=True)
class Usage(Common):
    """How much there is of what; no names, no contacts."""

    async def last_entry(self) -> int:
        """The newest entry of history, of any committee."""
        last = await self.tx.value("SELECT seq FROM sqlite_sequence WHERE name = 'history'")
        return 0 if last is None else int(str(last))

    async def last_area(self) -> int:
        """The newest area, of any committee."""
        return int(str(await self.tx.value("SELECT COALESCE(MAX(id), 0) FROM areas")))

    async def recorded(self, person: UserId, after: int) -> set[Kind]:
        """As what somebody's entries after that one count."""
        rows = await self.tx.all(
            "SELECT DISTINCT kind FROM history WHERE committee = ? AND author = ? AND id > ?",
            (self.committee, person, after),
        )
        return {Kind(row["kind"]) for row in rows}

    async def new_areas(self, after: int) -> int:
        count = await self.tx.value(
            "SELECT COUNT(*) FROM areas WHERE id > ? AND +committee = ?", (after, self.committee)
        )
        return int(str(count))

    async def entries(
        self, person: UserId, kinds: Sequence[Kind], since: datetime, most: int
    ) -> int:
        """How many entries of these kinds somebody made since then, counted up to ``most``."""
        count = await self.tx.value(
            "SELECT COUNT(*) FROM (SELECT 1 FROM history WHERE committee = ? AND author = ? "
            f"AND kind IN ({','.join('?' * len(kinds))}) AND at > ? LIMIT ?)",
            (self.committee, person, *(kind.value for kind in kinds), millis(since), most),
        )
        return int(str(count))

    async def open(self, what: str, person: UserId | None, now: datetime, most: int) -> int:
        """How many of these are open now, one person's or everybody's, counted up to ``most``."""
        rows = OPEN[what][0 if person is not None else 1]
        return await self._count(rows, person, now, most)

    async def made(self, what: str, person: UserId, now: datetime, most: int) -> int:
        """How many of what has a table of its own somebody made in a day, counted up to ``most``."""
        return await self._count(TABLED[what], person, now, most)

    async def _count(self, rows: str, person: UserId | None, now: datetime, most: int) -> int:
        count = await self.tx.value(
            f"SELECT COUNT(*) FROM (SELECT ?2, ?4 FROM {rows} LIMIT ?3)",
            (self.committee, person, most, millis(now - timedelta(days=1))),
        )
        return int(str(count))

    # -- what is counted here alone -------------------------------------------------------------

    async def spend(self, person: UserId, what: str, times: int, now: datetime) -> None:
        """Somebody did it, so many times."""
        await self.tx.execute("DELETE FROM spent WHERE at < ?", (millis(now - KEPT),))
        await self.tx.insert(
            "INSERT INTO spent(committee, person, what, times, at) VALUES (?, ?, ?, ?, ?)",
            (self.committee, person, what, times, millis(now)),
        )

    async def spent(self, person: UserId, what: str, since: datetime) -> int:
        """How often somebody did it since then."""
        total = await self.tx.value(
            "SELECT COALESCE(SUM(times), 0) FROM spent "
            "WHERE committee = ? AND person = ? AND what = ? AND at > ?",
            (self.committee, person, what, millis(since)),
        )
        return int(str(total))

    async def last_act(self) -> int:
        """The newest row of what was spent, by anybody."""
        last = await self.tx.value("SELECT seq FROM sqlite_sequence WHERE name = 'spent'")
        return 0 if last is None else int(str(last))

    async def acts_since(self, person: UserId, after: int) -> dict[str, int]:
        """What somebody destroyed after that row, and how often."""
        rows = await self.tx.all(
            "SELECT what, SUM(times) AS times FROM spent WHERE id > ? AND +committee = ? "
            "AND +person = ? AND what GLOB 'act *' GROUP BY what",
            (after, self.committee, person),
        )
        return {row["what"]: row["times"] for row in rows}

    async def first_spent(self, person: UserId, what: str, since: datetime) -> datetime | None:
        """When somebody first did it since then."""
        at = await self.tx.value(
            "SELECT MIN(at) FROM spent WHERE committee = ? AND person = ? AND what = ? AND at > ?",
            (self.committee, person, what, millis(since)),
        )
        return None if at is None else moment(int(str(at)))


@dataclass(frozen=True, slots=True)
class Spending(Shared):
    """Everybody's rows, for whoever tidies up."""

    async def forget_before(self, at: int) -> int:
        """Drop what was counted before ``at`` (Unix ms UTC)."""
        await self.tx.execute("DELETE FROM seconds WHERE asked_at < ?", (at,))
        return await self.tx.execute("DELETE FROM spent WHERE at < ?", (at,))
