"""Counts that may leave a committee: whatever is added up and subtracted, no group under five comes out. Pure.

The rule, in two sentences. In each report every group of a line (not asked; asked, no yes; yes, not done; done)
has nobody in it or at least five, and each count is what it was in the report before or differs from that by at
least five. So every group that can be made out from all reports together has nobody in it or at least five.

The proof. At each report somebody stands on one step of a ladder. A group that can be made out is one whose
number is the same in all ways in which people may have moved between reports: up where a count grew, down where
it shrank, not across a count that stayed. Such a number is a sum over the people of terms, one for each report
and step, which is never negative whatever way somebody moved. Let M(t, s) be the least that somebody on step s
at report t can still add after it: in the direction in which people move from s it never falls. What somebody
adds is then a sum of terms that are not negative: for standing on a step at a report, and for crossing a count
between two. So the number is made of whole multiples of groups' sizes and of counts' changes (potentials, as in
Ford and Fulkerson, Flows in Networks, 1962), and each of those is none or at least five.

Lines are different people, so a total beside them tells nothing new. Who is in which line is decided once for a
test, from its snapshot. Over the tests of a coalition lines are only ever joined, and a size stays or moves by
at least five.

No count that is told is above the truth; below it may be. What this does not hide: people whom a reader knows
one by one anyway.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, pairwise

from commands.shared.small_groups import FEWEST, Area, Row, fold
from storage.core.lazy_dataclass import dataclass

Steps = tuple[int, ...]
"""How many people of a line came how far, each count within the one before: asked, said yes or did it, did it."""
EVERYBODY: Row = frozenset()
"""The line of all areas, in a coalition that was told of no area yet."""
_FAR = 25
"""How far below the truth the nearest count that may be told is looked for, before nobody."""


@dataclass(frozen=True, slots=True)
class CountedLine:
    """People who are counted together, and how far they came."""

    people: int
    steps: Steps

    @property
    def groups(self) -> Iterator[int]:
        """The sizes of the groups into which the counts cut the people."""
        counts = (self.people, *self.steps, 0)
        return (more - fewer for more, fewer in pairwise(counts))


def may_be_told(line: CountedLine, last: Steps) -> bool:
    """Whether a line may be told after the counts that were told of it last; zeros: nothing was told yet."""
    changes = (abs(now - then) for now, then in zip(line.steps, last, strict=True))
    return line.people >= FEWEST and all(
        size == 0 or size >= FEWEST for size in chain(line.groups, changes)
    )


def told(truth: CountedLine, last: Steps) -> CountedLine:
    """Return what is told of a line of five and more: the most that is true and may be told, ``did`` first.

    ``last``: what was told of it before; zeros: nothing, so that nobody was asked.
    """
    most = tuple(min(count, truth.people) for count in truth.steps)
    for steps in _downward(most, last, ()):
        line = CountedLine(truth.people, steps)
        if may_be_told(line, last):
            return line
    raise ValueError("a line of fewer than five people is never told")


def _downward(most: Steps, last: Steps, chosen: Steps) -> Iterator[Steps]:
    """Every choice of counts up to ``most`` that may stand beside each other, the largest last count first."""
    if not most:
        yield chosen
        return
    fewest = chosen[0] if chosen else 0
    near = range(most[-1], max(fewest, most[-1] - _FAR) - 1, -1)
    for count in near if fewest in near else (*near, fewest):
        gaps = (count - fewest, abs(count - last[-1]))
        if all(gap == 0 or gap >= FEWEST for gap in gaps):
            yield from _downward(most[:-1], last[:-1], (count, *chosen))


def whole_line(sizes: Mapping[Area, int], before: Mapping[Row, int]) -> dict[Row, int]:
    """Line up all people as one: its areas -> people, as they are told. Empty for fewer than five.

    ``before``: the lines that the coalition was told last.
    """
    people = sum(sizes.values())
    if people < FEWEST:
        return {}
    known = frozenset().union(*before)
    row = known.union(sizes) if known else EVERYBODY
    return {row: _size(people, sum(before.values()))}


def rough_line(sizes: Mapping[Area, int], before: Mapping[Row, int]) -> dict[Row, int]:
    """Line up all people as one, in fives, for whoever does not know any more what it told; as ``whole_line``.

    Whatever the last size was, beside it this one says of nobody that they came or went.
    """
    return {row: people // FEWEST * FEWEST for row, people in whole_line(sizes, before).items()}


def lines_by_area(sizes: Mapping[Area, int], before: Mapping[Row, int]) -> dict[Row, int]:
    """Line up people by area, small areas together: areas -> people, as they are told. Empty for fewer than five.

    ``before``: the lines that the coalition was told last; lines that were together stay together.
    """
    if EVERYBODY in before:
        return _first_by_area(sizes, before[EVERYBODY])
    lines: dict[Row, int] = {}
    for row in fold(sizes, before):
        joined = [old for old in before if old & row]
        people = sum(sizes.get(area, 0) for area in row)
        lines[row.union(*joined)] = _size(people, sum(before[old] for old in joined))
    return lines


def _first_by_area(sizes: Mapping[Area, int], whole: int) -> dict[Row, int]:
    """The first lines by area after a total: their sum is that total, or differs from it by five and more."""
    rows = fold(sizes)
    lines = {row: sum(sizes.get(area, 0) for area in row) for row in rows}
    if not lines:
        return {}
    people = sum(lines.values())
    missing = _size(people, whole) - people
    if lines[rows[0]] + missing < FEWEST:
        return {frozenset().union(*rows): people + missing}
    lines[rows[0]] += missing
    return lines


def _size(now: int, last: int) -> int:
    """A size as it is told: what it was, while it moved by fewer than five."""
    return last if abs(now - last) < FEWEST <= last else now
