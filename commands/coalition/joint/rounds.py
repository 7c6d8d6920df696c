"""When the committees of a joint test report, who lays the reports beside each other, and what fits. Pure.

A day is due each Monday at ten in the morning UTC, which is Monday everywhere, unless the test is not a day
old, and when it closes. The bot that proposed the test says which reports stand beside each other: by the ids
of the messages, so that it cannot change them, and every room shows the same. If it is in no more, another
takes its place. A bot that never answers delays the others by PATIENCE, that one by LONE.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from storage.coalition.joint import CountsTable, ProposedTest, TestSide, ToldCounts
from storage.core.lazy_dataclass import dataclass

HOUR = time(10, tzinfo=UTC)
"""When it is Monday from Hawaii to New Zealand."""
PATIENCE = timedelta(hours=4)
"""How long reports are waited for before they are laid beside each other."""
LONE = timedelta(hours=24)
"""After which a room is shown what its own bot heard, if nobody said what stands beside each other."""
CORRECTED = timedelta(days=7)
"""How long after the end of a test late reports and corrections are shown."""
A_DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
"""How long a joint test may go on."""
AHEAD = timedelta(minutes=10)
"""How far the clock of another bot may be ahead."""
MOST_ON_A_DAY = 2
"""Tables for one Monday: two, where another bot has just taken the place of the one that lays them."""
MOST_AT_END = 12
"""Tables of the end, with all that is corrected."""
MOST_REPORTS = 80
"""Reports of one committee in one test: a year of Mondays, and a week of corrections."""
LATE = timedelta(days=31)
"""How late something may be heard: messages are said again for thirty days (``storage/coalition/retention.py``)."""
KEPT = 365 * A_DAY
"""How long the counts of a joint test are kept after its end."""
KEPT_UNKNOWN = 31 * A_DAY
"""How long what others say of a test is kept that was not proposed here."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which reports stand beside each other, by their messages, and whose are missing, by their bots."""

    messages: tuple[str, ...]
    missing: tuple[str, ...]


def due_by(test: ProposedTest, now: datetime) -> datetime | None:
    """Return the last day of a test that is due; None: none is yet."""
    if now >= test.closes_at:
        return test.closes_at
    today = datetime.combine(now.date(), HOUR)
    monday = today - timedelta(days=today.weekday())
    if monday > now:
        monday -= timedelta(days=7)
    return monday if monday >= test.opened_at + A_DAY else None


def can_begin(opened: datetime, closes: datetime, now: datetime) -> bool:
    """Whether a test that is heard of now can have been proposed at ``opened`` to end at ``closes``.

    It ends after it was proposed: so whatever was told of it was told after that, and a restore in between
    is seen.
    """
    proposed = now - LATE <= opened <= now + AHEAD and opened < closes
    return proposed and now < closes <= now + LONGEST


def is_day(test: ProposedTest, due: datetime, now: datetime) -> bool:
    """Whether a time is one of the days of a test, and has come."""
    if due > now + AHEAD or due > test.closes_at:
        return False
    return due_by(test, due) == due


def is_taken(new: Layout, laid: Sequence[CountsTable], *, final: bool) -> bool:
    """Whether a table that another bot lays is taken; ``laid``: what others laid for the same day before it.

    No clock is looked at: rooms hear at different times and show the same.
    """
    if any(each.messages == new.messages for each in laid[-1:]):
        return False
    return len(laid) < (MOST_AT_END if final else MOST_ON_A_DAY)


def over(test: ProposedTest, now: datetime) -> bool:
    """Whether nothing is said of a test any more."""
    return now >= test.closes_at + CORRECTED


def leader(test: ProposedTest, sides: Collection[str]) -> str | None:
    """Return the bot that lays the reports beside each other; None: there is none.

    ``sides``: the bots of the committees that are in it now, and were not restored since.
    """
    return test.proposer if test.proposer in sides else min(sides, default=None)


def layout(sides: Collection[str], told: Mapping[str, ToldCounts]) -> Layout:
    """Lay what was told for one day beside each other; ``told``: what each told last, by its bot."""
    there = sorted(bot for bot in told if bot in sides)
    return Layout(
        tuple(told[bot].message for bot in there),
        tuple(sorted(bot for bot in sides if bot not in told)),
    )


def is_due(new: Layout, laid: Sequence[CountsTable], waited: timedelta, *, final: bool) -> bool:
    """Whether a layout is to be said now; ``laid``: the tables of this day before it.

    At first when nobody is missing, or patience is over. After the end (``final``) again, when the last one
    reported, or when something changed and ``waited``, which counts from the last table, is a day.
    """
    if not laid:
        return not new.missing or waited >= PATIENCE
    last = laid[-1]
    if not final or new.messages == last.messages:
        return False
    return (bool(last.missing) and not new.missing) or waited >= A_DAY


def fits(side: TestSide, told: ToldCounts) -> bool:
    """Whether counts can be those of a committee's lines; what is not is shown as not reported."""
    return len(side.lines) == len(told.counts) and all(
        len(counts) == 3
        and all(more >= fewer for more, fewer in pairwise((line.people, *counts, 0)))
        for line, counts in zip(side.lines, told.counts, strict=False)
    )
