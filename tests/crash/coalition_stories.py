"""What three committees do together, as often as somebody likes: a poll, a joint test, a meeting; and what is counted."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from commands.coalition.seat import Seat
from storage.coalition.meetings import SharedMeetings
from storage.meetings.meetings import Meetings
from tests.chat.conversation import Chat
from tests.crash.mortal_bus import Kill, Lives

CHAPTERS: Final = ("Berlin", "Milan", "Shenzhen")
"""The first proposes everything."""
MORE: Final = ("@dan", "@eva", "@flo")
FIVE: Final = ("@ana", "@ben", "@lea", "@kim", "@dan")
VOTES: Final = {"Berlin": "1112", "Milan": "122", "Shenzhen": "1111"}
"""Yes is 1, no is 2; one letter for each who votes."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What has to be nothing."""

    lost: int = 0
    twice: int = 0
    unequal: int = 0

    def __add__(self, other: "Faults") -> "Faults":
        return Faults(
            self.lost + other.lost, self.twice + other.twice, self.unequal + other.unequal
        )

    def __str__(self) -> str:
        return f"lost {self.lost}, twice {self.twice}, unequal {self.unequal}"


@dataclass(frozen=True, slots=True)
class Story:
    """What committees do together, and what was wrong at its end."""

    name: str
    play: Callable[[Lives], Awaitable[None]]
    faults: Callable[[Lives], Awaitable[Faults]]
    restorable: tuple[str, ...] = CHAPTERS
    """Whose bots can be lost without people having to say something again."""


async def people(chat: Chat) -> None:
    """Twenty people on record: M-1 to M-20."""
    first = ("Sam", "Mia", "Ravi", "Omar", "Kofi", "Lena", "Bo", "Ines", "Tom", "Eva")
    for name in (f"{each} {last}" for last in ("Okafor", "Chen") for each in first):
        said = await chat.dm("@kim", f'!contact add "{name}" area=Payments --yes')
        assert name in said.text, said.text


def only_killed(lives: Lives) -> bool:
    """Whether nothing worse happened than that bots died: then nothing may be missing."""
    return all(isinstance(each, Kill) for each in lives.met)


def _repeated(things: Iterable[Hashable]) -> int:
    return sum(times - 1 for times in Counter(things).values())


def _unequal(found: Mapping[str, Any]) -> int:
    """How many are not as most are."""
    return len(found) - max(Counter(map(repr, found.values())).values())


async def _agreed(lives: Lives) -> None:
    """A lead says ok in each committee, the proposer's first."""
    for name in CHAPTERS:
        said = await lives.typed(name, "!coalition ok")
        if said is not None and "Nothing waits" in said.text:
            # Whoever proposes died before it was heard: leads say ok once they are asked.
            await lives.all_there()
            said = await lives.typed(name, "!coalition ok")
        assert said is None or "Nothing waits" not in said.text, (name, said.text)
        await lives.settle()


# -- a coalition poll


async def _poll(lives: Lives) -> None:
    """Asked on Monday; on Thursday it closes, and both rounds follow."""
    for chapter in lives.bus.chapters.values():
        chapter.chat.join(*MORE)
        chapter.chat.polls.rules = chapter.chat.polls.rules.__class__(k=3)
    await lives.typed("Berlin", '!coalition poll "Strike fund?" closes=3d k=3 two=yes')
    await _agreed(lives)
    for name, choices in VOTES.items():
        for who, each in zip(FIVE, choices, strict=False):
            await lives.bus[name].chat.dm(who, f"vote K7QX 0{each}")
    await lives.later(days=2)
    await lives.back_up()
    await lives.later(days=1, hours=8)
    for _again in range(20):
        await lives.later(minutes=4)
    for _again in range(10):
        await lives.later(hours=1)
    await lives.all_there()
    await lives.later(hours=15)
    await lives.later(hours=1)


_SUM: Final = re.compile(r"The sum over \d committees: \d+ ballots of \d+\.")


async def _poll_faults(lives: Lives) -> Faults:
    results = {
        name: [each for each in lives.told(name) if "is closed" in each] for name in CHAPTERS
    }
    sums = {name: _SUM.findall("\n".join(each)) for name, each in results.items()}
    parts = {
        (who, block["body"]["vector"])
        for who, block, _sentence in lives.bus.said
        if block["kind"] == "poll part"
    }
    lost = sum(not each for each in results.values())
    if only_killed(lives):
        whole = "The sum over 3 committees: 11 ballots of 21."
        lost += sum(whole not in each for each in sums.values())
    twice = sum(len(each) - 1 for each in sums.values() if each)
    # A second part of one committee in another set would tell its totals.
    twice += _repeated(who for who, _vector in parts)
    return Faults(lost, twice, _unequal({name: each[-1:] for name, each in sums.items()}))


# -- a joint test


async def _joint_test(lives: Lives) -> None:
    """Open for a week; a table on Monday at ten and one at the end."""
    propose = '!coalition test petition "On-call pay" goal=65% closes="2026-11-30 18:00"'
    await lives.typed("Berlin", propose)
    await _agreed(lives)
    for name, first, last in (("Berlin", 1, 12), ("Milan", 1, 7), ("Shenzhen", 1, 20)):
        handles = " ".join(f"M-{number}" for number in range(first, last + 1))
        await lives.typed(name, f"!test mark T-1 did {handles}", "@kim")
    await lives.later(days=6)
    await lives.back_up()
    await lives.later(days=1, hours=2)
    for _again in range(8):
        await lives.later(hours=1)
    for _again in range(12):
        await lives.later(hours=1)
    await lives.all_there()
    for _again in range(4):
        await lives.later(hours=8)
    await lives.later(days=1, hours=1)


async def _joint_test_faults(lives: Lives) -> Faults:
    tables = {
        name: [each for each in lives.told(name) if "all committees" in each] for name in CHAPTERS
    }
    lost = sum(
        not any(words in each for each in every)
        for every in tables.values()
        for words in ("as of Mon 30 Nov", "at the end")
    )
    if only_killed(lives):
        whole = "Together, 3 committees: 39/60"
        lost += sum(whole not in table for every in tables.values() for table in every)
    return Faults(lost, sum(map(_repeated, tables.values())), _unequal(tables))


# -- a meeting


async def _meeting(lives: Lives) -> None:
    """Proposed on Monday, asked about until Thursday, chosen on Friday, moved once."""
    for chapter in lives.bus.chapters.values():
        chapter.chat.join(*MORE)
    line = "!coalition meet Joint demands | sat 10:00, sun 14:00 | until thu 20:00 | 90m"
    await lives.typed("Berlin", line)
    await _agreed(lives)
    for name in CHAPTERS:
        for who in FIVE:
            await lives.typed(name, "!can 1 2", who)
    await lives.settle()
    await lives.later(days=3, hours=10)
    await lives.back_up()
    await lives.later(hours=14)
    await lives.typed("Berlin", "!coalition pick #1 2")
    await lives.settle()
    await lives.later(minutes=2)
    await lives.typed("Berlin", "!coalition move #1 sun 12:30")
    await lives.typed("Berlin", "!coalition ok")
    await lives.settle()
    for _again in range(8):
        await lives.later(hours=1)
    await lives.all_there()
    await lives.later(hours=1)


AT: Final = datetime(2026, 11, 29, 11, 30, tzinfo=UTC)
"""Where Berlin's clocks show 12:30."""


async def _when(seat: Seat) -> list[tuple[datetime, int, bool]]:
    meetings, found = seat.repository(Meetings), []
    for shared in await seat.repository(SharedMeetings).all():
        found += [
            (each.at, each.minutes, each.live)
            for each in await meetings.occurrences(shared.meeting)
        ]
    return found


async def _meeting_faults(lives: Lives) -> Faults:
    when = {name: await lives.bus[name].do(_when) for name in CHAPTERS}
    lost = sum((AT, 90, True) not in each for each in when.values())
    twice = 0
    for name in CHAPTERS[1:]:
        said = lives.told(name)
        for words in ("Joint demands #1: ", "Joint demands #1 moved"):
            times = sum(words in each for each in said)
            twice += max(0, times - 1)
            lost += not times
    return Faults(lost, twice, _unequal(when))


POLL: Final = Story("poll", _poll, _poll_faults)
JOINT_TEST: Final = Story("joint test", _joint_test, _joint_test_faults)
# Whoever was lost with the choice that its lead made is told it again: tests/chat/test_coalition_meetings_dies.py.
MEETING: Final = Story("meeting", _meeting, _meeting_faults, CHAPTERS[1:])
STORIES: Final = (POLL, JOINT_TEST, MEETING)
