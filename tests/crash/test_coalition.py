"""Bots of a coalition die at random steps, are away, come back from yesterday's backup: one result, everywhere, once."""

import os
import random
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from tests.crash.coalition_stories import CHAPTERS, JOINT_TEST, POLL, STORIES, Faults, Story, people
from tests.crash.mortal_bus import (
    Absence,
    Flaw,
    Kill,
    Lives,
    Moment,
    Restoring,
    Trouble,
    mortal,
)
from tests.support.ballot_layouts import IN_MEMORY
from tests.support.begun import made
from tests.support.coalition_bus import Weather, coalition

RUNS = int(os.environ.get("CAMPAIGN_COALITIONS") or 100)
AWAY = (5, 20, 90, 300)
"""Minutes of which one is chosen: less and more than a bot has for its answer."""


@pytest.fixture
def seed() -> int:
    """Printed, and taken from the environment to repeat a campaign."""
    return int(os.environ.get("CAMPAIGN_SEED") or secrets.randbelow(1_000_000))


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committee with twenty people on record."""
    return made(tmp_path_factory.mktemp("unit") / "steward.db", people)


NONE = Faults()


@dataclass(slots=True)
class Account:
    """What a campaign did, and what it found."""

    runs: int = 0
    met: Counter[str] = field(default_factory=Counter)
    faults: Faults = NONE
    wrong: list[str] = field(default_factory=list)
    """Runs with a fault, to be played again by their seed."""

    def note(self, lives: Lives, story: Story, seed: str, faults: Faults) -> None:
        """Add one story."""
        for each in lives.met:
            self.met[each.moment.value if isinstance(each, Kill) else type(each).__name__] += 1
        self.faults += faults
        if faults != NONE:
            self.wrong.append(f"{story.name}, {seed}, {faults}: {lives.met}")

    def __str__(self) -> str:
        kills = ", ".join(f"{self.met[each.value]} {each.value}" for each in Moment)
        away, restored = self.met[Absence.__name__], self.met[Restoring.__name__]
        return f"{kills}, {away} away, {restored} restored: {self.faults}"


async def played(
    unit: Path, story: Story, seed: str, troubles: Sequence[Trouble] = (), flaw: Flaw = Flaw.NOTHING
) -> tuple[Lives, Faults]:
    """Play a story to its end."""
    dice = random.Random(seed)
    memory = IN_MEMORY if IN_MEMORY.is_dir() else None
    with TemporaryDirectory(dir=memory) as folder:
        async with coalition(*CHAPTERS, begun=unit, weather=Weather(dice)) as bus:
            lives = Lives(bus, Path(folder), dice, troubles, flaw)
            async with mortal(lives):
                await story.play(lives)
            assert bus.errors == [], (story.name, seed, bus.errors)
            return lives, await story.faults(lives)


def drawn(story: Story, smooth: Lives, dice: random.Random, number: int) -> list[Trouble]:
    """What happens in a run: a bot or two die; in every third somebody is away, in another one is restored."""
    troubles: list[Trouble] = []
    for _kill in range(dice.choice((1, 2))):
        name, moment = dice.choice(CHAPTERS), dice.choice([*Moment])
        often = smooth.writes if moment is Moment.WITHIN else smooth.commits
        troubles.append(Kill(name, moment, dice.randint(1, often[name])))
    at = dice.randint(1, smooth.steps)
    match number % 3:
        case 1:
            span = timedelta(minutes=dice.choice(AWAY))
            troubles.append(Absence(dice.choice(CHAPTERS), at, span))
        case 2:
            troubles.append(Restoring(dice.choice(story.restorable), at))
    return troubles


async def campaign(unit: Path, seed: int, runs: int, flaw: Flaw = Flaw.NOTHING) -> Account:
    """Play all stories so often, each time with other troubles."""
    account = Account()
    for story in STORIES:
        smooth, faults = await played(unit, story, f"{seed}")
        assert faults == NONE, f"{story.name}, nothing happened: {faults}"
        assert smooth.met == []
        for number in range(runs):
            name = f"{seed} {story.name} {number}"
            troubles = drawn(story, smooth, random.Random(name), number)
            lives, faults = await played(unit, story, name, troubles, flaw)
            account.note(lives, story, name, faults)
    account.runs = runs
    return account


async def counted(unit: Path, seed: int, runs: int) -> None:
    """Print the account of a campaign; nothing may be wrong."""
    began = time.monotonic()
    account = await campaign(unit, seed, runs)
    took = time.monotonic() - began
    print(  # noqa: T201 (the point of a campaign)
        f"\n{runs} runs of a poll, a joint test and a meeting of {len(CHAPTERS)} committees"
        f" (seed {seed}, {took:.0f} s): {account}"
    )
    assert account.faults == NONE, "\n".join(account.wrong)


async def test_killed_once_in_each(unit: Path, seed: int) -> None:
    await counted(unit, seed, 1)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
async def test_killed_away_and_restored_a_hundred_times(unit: Path, seed: int) -> None:
    await counted(unit, seed, RUNS)


EVERY_OTHER: Final = range(3, 40, 2)
"""Commits of a bot that dies at each of them, and has done it when it is there again."""


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("flaw", "story", "troubles", "kind"),
    [
        (Flaw.FORGETS, JOINT_TEST, [Kill("Milan", Moment.AFTER, at) for at in EVERY_OTHER], "lost"),
        (Flaw.HASTY, JOINT_TEST, [Kill("Milan", Moment.BEFORE, at) for at in EVERY_OTHER], "twice"),
        (Flaw.UNAWARE, POLL, [Restoring("Berlin", 14)], "unequal"),
    ],
)
async def test_a_fault_would_be_counted(
    unit: Path, flaw: Flaw, story: Story, troubles: Sequence[Trouble], kind: str
) -> None:
    """The control: each number counts something where a bot is made wrong, and nothing where it is not."""
    _lives, whole = await played(unit, story, "control", troubles)
    assert whole == NONE
    _lives, wrong = await played(unit, story, "control", troubles, flaw)
    assert getattr(wrong, kind) > 0, wrong
