"""Whoever holds the files cannot put names beside choices.

The same attacker links every single voter where tables are kept apart as carefully as tables can
be, and where the box has a mistake in it.
"""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from storage.polls import sealed
from tests.support import ballot_product
from tests.support.ballot_layouts import (
    OPTIONS,
    Detached,
    DetachedWal,
    Flagged,
    FlaggedWal,
    Layout,
    Snapshot,
    people,
)
from tests.support.ballot_learner import DEVIATIONS
from tests.support.ballot_links import Evidence, Knowledge, guess_the_rest, link
from tests.support.ballot_product import Sealed
from tests.support.ballot_table import Column, Note

Means = Literal["one closed file", "a copy while it ran", "every copy", "deleted journals"]
ROSTER = people(24)
POLLS = 12
GUESSED = 1 / len(OPTIONS)

BREAKS: list[tuple[Means, type[Detached]]] = [
    ("one closed file", Detached),
    ("one closed file", DetachedWal),
    ("a copy while it ran", DetachedWal),
    ("a copy while it ran", FlaggedWal),
    ("every copy", Detached),
    ("every copy", DetachedWal),
    ("every copy", Flagged),
    ("every copy", FlaggedWal),
    ("deleted journals", Detached),
    ("deleted journals", Flagged),
]
"""What is enough against which tables."""
MEANS: list[Means] = list(dict.fromkeys(means for means, _layout in BREAKS))


async def attacked(layout: Layout, means: Means, knowledge: Knowledge, seed: str) -> int:
    """Let everybody vote once, and count for how many of them the attacker says what."""
    chance = random.Random(f"{seed} {means}")
    truth = {person: chance.randrange(len(OPTIONS)) for person in ROSTER}
    await layout.open(ROSTER, OPTIONS)
    copies = [layout.snapshot()]
    for person in chance.sample(ROSTER, len(ROSTER)):
        await layout.vote(person, truth[person])
        copies.append(layout.snapshot())
    await layout.leave()
    closed = layout.snapshot()
    evidence = {
        "one closed file": Evidence([closed]),
        "a copy while it ran": Evidence([copies[-1]]),
        "every copy": Evidence([*copies, closed]),
        "deleted journals": Evidence([closed], [*layout.recovered, *logs(copies)]),
    }[means]
    found = guess_the_rest(link(evidence, knowledge), knowledge, chance)
    return sum(found[person] == truth[person] for person in ROSTER)


def logs(copies: Sequence[Snapshot]) -> list[bytes]:
    """Write-ahead logs are deleted at the end, too."""
    return [copy["ballots.db-wal"].content for copy in copies[-1:] if "ballots.db-wal" in copy]


def advantage(right: int, polls: int) -> str:
    rate = right / (polls * len(ROSTER))
    return f"{(rate - GUESSED) / (1 - GUESSED):+.3f} ({right}/{polls * len(ROSTER)})"


def row(means: Means) -> str:
    return f"who chose what, from {means}"


@pytest.mark.parametrize(("means", "layout"), BREAKS)
async def test_control_careful_tables_are_linked(
    means: Means, layout: type[Detached], tmp_path: Path, note: Note
) -> None:
    knowledge = Knowledge(ROSTER, OPTIONS)
    right = await attacked(layout(tmp_path), means, knowledge, "tables")
    note(row(means), "control", advantage(right, 1))
    assert right == len(ROSTER)


@pytest.mark.parametrize("means", ["a copy while it ran", "every copy"])
@pytest.mark.parametrize("fault", ["not sealed", "one nonce"])
async def test_control_a_faulty_box_is_linked(
    means: Means, fault: str, in_memory: Path, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    if fault == "not sealed":
        monkeypatch.setattr(sealed, "seal", ballot_product.not_sealed)
        monkeypatch.setattr(sealed, "unseal", ballot_product.not_unsealed)
    else:
        monkeypatch.setattr(sealed, "seal", ballot_product.sealed_with_one_nonce)
    right = await in_box(means, "box alone", in_memory, "faulty")
    note(row(means), "faulty box", advantage(right, 1))
    assert right == len(ROSTER)


@pytest.mark.parametrize("means", MEANS)
@pytest.mark.parametrize("column", ["box alone", "product"])
async def test_the_box_is_not_linked(
    means: Means, column: Column, in_memory: Path, note: Note
) -> None:
    right = 0
    for poll in range(POLLS):
        right += await in_box(means, column, in_memory, f"poll {poll}")
    note(row(means), column, advantage(right, POLLS))
    asked = POLLS * len(ROSTER)
    luck = DEVIATIONS * math.sqrt(asked * GUESSED * (1 - GUESSED))
    assert abs(right - asked * GUESSED) < luck


async def in_box(means: Means, column: Column, in_memory: Path, seed: str) -> int:
    directory = in_memory / seed
    directory.mkdir()
    layout = await Sealed.at(directory, in_memory / "keys", encrypted=column == "product")
    return await attacked(layout, means, ballot_product.knowledge(ROSTER), f"{seed} {column}")
