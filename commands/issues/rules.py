"""Rules for counting issues: people by issue, and no small group told to the room. Pure.

What the room reads, it may read twice, and the difference tells as well. So somebody who names an issue is
counted for the room only together with four others at least: weeks are taken together until five people
named it in them for the first time, and the week that is on waits. That holds for every issue, for all
rare issues together, and for each row of areas by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from commands.shared.small_groups import FEWEST, Row, fold
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.issues.tallies import Naming
from storage.issues.wordings import IssueList

LOOKED_BACK = timedelta(weeks=52)
"""How far back talks are looked at: what moved people longer ago may not any more."""
UNDECIDED = 3
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """Some weeks, and how many people named an issue in them for the first time."""

    begins: date
    """A Monday."""
    ends: date
    """A Sunday."""
    people: int


@dataclass(frozen=True, slots=True)
class IssueFigures:
    """One issue with everybody who named it, each once, by the first time."""

    key: str
    name: str
    listed: bool
    people: Mapping[ContactId, Naming]

    @property
    def count(self) -> int:
        """How many people named the issue."""
        return len(self.people)


class IssueTally:
    """Counts people by issue, whatever words they used."""

    def __init__(self, issues: IssueList) -> None:
        self._issues = issues
        self._keys: dict[str, str] = {}
        self._typed: dict[str, str] = {}
        self._people: defaultdict[str, dict[ContactId, Naming]] = defaultdict(dict)

    def counted(self, namings: Iterable[Naming]) -> Iterator[None]:
        """Count everybody once for each issue they named, one naming a step; the earliest come first."""
        for naming in namings:
            key = self._keys.get(naming.issue)
            if key is None:
                key = self._keys[naming.issue] = self._issues.key(naming.issue)
                self._typed.setdefault(key, naming.issue)
            self._people[key].setdefault(naming.person, naming)
            yield

    def figures(self) -> list[IssueFigures]:
        """Return the issues, most named first, then by name."""
        issues = self._issues
        found = [
            IssueFigures(key, issues.name(key, self._typed[key]), issues.listed(key), who)
            for key, who in self._people.items()
        ]
        return sorted(found, key=lambda each: (-each.count, each.name))


def week_of(naming: Naming, zone: ZoneInfo) -> date:
    """The Monday of the week in which somebody first named an issue."""
    day = naming.first.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def spans(weeks: Iterable[date], today: date) -> list[Span]:
    """Take weeks together until five people are in them; the week that is on, and a rest, are left out.

    ``weeks``: for each person the Monday of their week.
    """
    this_week = today - timedelta(days=today.weekday())
    counts: defaultdict[date, int] = defaultdict(int)
    for week in weeks:
        if week < this_week:
            counts[week] += 1
    found: list[Span] = []
    begins, people = None, 0
    for week in sorted(counts):
        begins = begins or week
        people += counts[week]
        if people >= FEWEST:
            found.append(Span(begins, week + WEEK - timedelta(days=1), people))
            begins, people = None, 0
    return found


def told(spans: Iterable[Span]) -> int:
    """How many people the room is told of."""
    return sum(span.people for span in spans)


@dataclass(frozen=True, slots=True)
class RoomRow:
    """An issue as the room reads of it; without a name, all the others together."""

    name: str
    spans: Sequence[Span]

    @property
    def people(self) -> int:
        """How many people are told of."""
        return told(self.spans)


def for_the_room(
    every: Sequence[IssueFigures], today: date, zone: ZoneInfo
) -> tuple[list[RoomRow], RoomRow | None]:
    """The issues on the list that at least five people named, and all other issues together.

    Words that are on no list are never told: they may be anything, a name as well.
    """
    rows, rest = [], dict[ContactId, date]()
    for each in every:
        weeks = {who: week_of(naming, zone) for who, naming in each.people.items()}
        counted = spans(weeks.values(), today)
        if each.listed and counted:
            rows.append(RoomRow(each.name, counted))
        else:
            for who, week in weeks.items():
                rest[who] = min(week, rest.get(who, week))
    others = RoomRow("", spans(rest.values(), today))
    rows.sort(key=lambda row: (-row.people, row.name))
    return rows, others if others.spans else None


def by_area_for_the_room(
    one: IssueFigures, today: date, zone: ZoneInfo
) -> list[tuple[tuple[int, ...], int]]:
    """Rows of areas in which at least five people named an issue, largest first; none for too few."""
    weeks: defaultdict[int, list[date]] = defaultdict(list)
    for naming in one.people.values():
        weeks[max(naming.told_area, 0)].append(week_of(naming, zone))
    this_week = today - timedelta(days=today.weekday())
    sizes = {area: sum(week < this_week for week in there) for area, there in weeks.items()}
    found = []
    for row in fold(sizes):
        count = told(spans((week for area in row for week in weeks[area]), today))
        if count:
            found.append((_largest_first(row, sizes), count))
    return found


def _largest_first(row: Row, sizes: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(sorted(row, key=lambda area: (-sizes.get(area, 0), area)))


def by_area(one: IssueFigures) -> list[tuple[int, int]]:
    """How many people named an issue in each area, as leads see it; most first."""
    counts: defaultdict[int, int] = defaultdict(int)
    for naming in one.people.values():
        counts[naming.area] += 1
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def by_week(one: IssueFigures, today: date, zone: ZoneInfo, weeks: int) -> list[int]:
    """How many people first named an issue in each of the last weeks, oldest first, this one included."""
    this_week = today - timedelta(days=today.weekday())
    firsts = [week_of(naming, zone) for naming in one.people.values()]
    return [firsts.count(this_week - WEEK * back) for back in range(weeks - 1, -1, -1)]
