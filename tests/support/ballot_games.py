"""Games of an attacker who copies the ballot files again and again, to learn votes and voters.

Each trial decides by a coin which of two things happens between two copies. The attacker, who knows
everything else, says which.
"""

import random
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from tests.support.ballot_layouts import OPTIONS, FileState, Layout, Snapshot, people
from tests.support.ballot_learner import Trial
from tests.support.ballot_links import (
    Knowledge,
    boxes,
    differences,
    first_votes,
    link_states,
    present,
    xor,
)
from tests.support.ballot_sqlite import State

Game = Literal["what", "who", "whether"]
GAMES: Final[tuple[Game, ...]] = ("what", "who", "whether")
ROSTER: Final = people(24)
EITHER: Final = (ROSTER[3], ROSTER[17])
"""The two who are in question."""
CHOICES: Final = (0, 1)
"""The two that are in question."""
ROUNDS: Final = 8
"""Trials in one poll, where people may vote again."""
FILES: Final = ("ballots.db", "ballots.db-wal", "ballots.db-shm", "ballots.db-journal")
PAGE: Final = 4096
LOG_HEADER, FRAME_HEADER = 32, 24
ABSENT: Final = FileState(b"", 0)
MakeLayout = Callable[[Path], Awaitable[Layout]]


@dataclass(slots=True)
class Table:
    """Where a game is played."""

    make: MakeLayout
    knowledge: Knowledge
    scratch: Path
    chance: random.Random
    rounds: int = ROUNDS

    async def play(self, game: Game, trials: int) -> list[Trial]:
        """Play ``trials`` games, in as many polls as they take."""
        played: list[Trial] = []
        while len(played) < trials:
            played += await self._poll(game)
        return played[:trials]

    async def _poll(self, game: Game) -> list[Trial]:
        with TemporaryDirectory(dir=self.scratch) as directory:
            layout = await self.make(Path(directory))
            await layout.open(ROSTER, OPTIONS)
            opened = layout.snapshot()
            others = [person for person in ROSTER if person not in EITHER]
            self.chance.shuffle(others)
            for _earlier in range(self.chance.randrange(5)):
                await layout.vote(others.pop(), self.chance.randrange(len(OPTIONS)))
            played = [
                await self._trial(game, layout, others, opened)
                for _round in range(self.rounds if layout.changeable else 1)
            ]
            await layout.leave()
        return played

    async def _trial(
        self, game: Game, layout: Layout, others: list[str], opened: Snapshot
    ) -> Trial:
        truth = bool(self.chance.getrandbits(1))
        copies = [opened, layout.snapshot()]
        await self._event(game, layout, truth)
        copies.append(layout.snapshot())
        # What happens next may give away what happened before.
        if others and self.chance.getrandbits(1):
            await layout.vote(others.pop(), self.chance.randrange(len(OPTIONS)))
        else:
            await layout.heartbeat()
        copies.append(layout.snapshot())
        return Trial(features(copies, self.knowledge), truth)

    async def _event(self, game: Game, layout: Layout, truth: bool) -> None:  # noqa: FBT001
        if game == "what":
            await layout.vote(EITHER[0], CHOICES[truth])
        elif game == "who":
            await layout.vote(EITHER[truth], CHOICES[0])
        elif truth:
            await layout.vote(EITHER[0], CHOICES[0])
        else:
            await layout.heartbeat()


# -- what is looked at ------------------------------------------------------------------------------


def features(copies: Sequence[Snapshot], knowledge: Knowledge) -> list[float]:
    """Return all that could tell something about four copies, as numbers."""
    states = [present(copy) for copy in copies]
    sealed = [_box(state) for state in states]
    seen = _of_links(states, knowledge) + _of_stream(sealed, knowledge)
    for at in (1, 2):
        old, new = copies[at], copies[at + 1]
        for name in FILES:
            seen += _of_file(old.get(name, ABSENT), new.get(name, ABSENT))
        seen += _of_log(old.get(FILES[1], ABSENT).content, new.get(FILES[1], ABSENT).content)
        seen += _of_words(old, new, knowledge)
        seen += _of_times(new)
        seen += _of_pages(states[at], states[at + 1])
        seen += _of_box(sealed[at], sealed[at + 1])
    return seen


def _of_links(states: Sequence[State], knowledge: Knowledge) -> list[float]:
    """What the attacker who links people and choices makes of them."""
    before, after = (link_states(states[1:end], knowledge) for end in (3, 4))
    return [
        float(len(after)),
        *(float(links.get(person, -1)) for links in (before, after) for person in EITHER),
    ]


def _of_stream(sealed: Sequence[bytes], knowledge: Knowledge) -> list[float]:
    """What each choice gained since the beginning, if the key stream were always the same one."""
    then, now = (Counter(first_votes(sealed[0], each, knowledge).values()) for each in sealed[1:3])
    return [float(now[choice] - then[choice]) for choice in range(len(knowledge.options))]


def _of_file(old: FileState, new: FileState) -> list[float]:
    """Its size, and which of its pages changed."""
    pages = range(0, max(len(old.content), len(new.content)), PAGE)
    changed = [
        at // PAGE for at in pages if old.content[at : at + PAGE] != new.content[at : at + PAGE]
    ]
    return [
        float(len(new.content)),
        float(len(new.content) - len(old.content)),
        float(new.changed_ns != old.changed_ns),
        float(len(changed)),
        float(changed[0] if changed else -1),
        float(changed[-1] if changed else -1),
    ]


def _of_log(old: bytes, new: bytes) -> list[float]:
    """The frames that came: how many, of which pages, in how many commits, and how dense."""
    same = old[:LOG_HEADER] == new[:LOG_HEADER] and len(new) >= len(old)
    start = len(old) if same and old else LOG_HEADER
    numbers, commits = [], 0
    for at in range(start, len(new) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        numbers.append(int.from_bytes(new[at : at + 4]))
        commits += new[at + 4 : at + 8] != bytes(4)
    added = new[start:]
    return [
        float(same),
        float(len(numbers)),
        float(commits),
        float(sum(numbers)),
        float(max(numbers, default=0)),
        float(len(zlib.compress(added, 1))),
        float(sum(added) / len(added) if added else 0),
    ]


def _of_words(old: Snapshot, new: Snapshot, knowledge: Knowledge) -> list[float]:
    """How many more times than before the words in question stand there."""
    then = b"".join(state.content for state in old.values())
    now = b"".join(state.content for state in new.values())
    words = [*EITHER, *(knowledge.options[choice] for choice in CHOICES)]
    return [float(now.count(w.encode()) - then.count(w.encode())) for w in words]


def _of_times(copy: Snapshot) -> list[float]:
    """Which file was written last, and by how much later than the others."""
    times = [copy.get(name, ABSENT).changed_ns for name in FILES[:3]]
    return [float(times[1] - times[0]), float(times[1] - times[2])]


def _of_pages(old: State, new: State) -> list[float]:
    """Where content changed, in the first page after the one that counts changes."""
    changed = [n for n in sorted(new.pages) if n > 1 and old.pages.get(n) != new.pages[n]]
    if not changed:
        return [0.0, -1.0, -1.0, -1.0]
    page = changed[0]
    difference = xor(old.pages.get(page, b""), new.pages[page])
    first = len(difference) - len(difference.lstrip(b"\0"))
    return [float(len(changed)), float(page), float(first), float(len(difference.rstrip(b"\0")))]


def _of_box(then: bytes, now: bytes) -> list[float]:
    """How the sealed state changed, where the file around it can be read."""
    blocks = differences(then, now)
    first, change = blocks[0] if blocks else (-1, 0)
    return [
        float(len(now)),
        float(len(blocks)),
        float(first),
        float(blocks[-1][0] if blocks else -1),
        float(change.bit_count()),
        float(change >> 120),
        float(int.from_bytes(xor(then, now)).bit_count()),
        *map(float, now[:16].ljust(16, b"\0")),
    ]


def _box(state: State) -> bytes:
    found = boxes(state)
    return found[0] if found else b""
