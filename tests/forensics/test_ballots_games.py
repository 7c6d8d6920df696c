"""Somebody who can copy the files as often as they like learns nothing about votes from it.

The attacker reads what can be read, and has learned from thousands of other polls what can be
learned: sizes, times, which pages changed, how many frames came to the log.
"""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from storage.polls import sealed
from tests.support import ballot_product
from tests.support.ballot_games import GAMES, ROSTER, Game, Table
from tests.support.ballot_layouts import (
    OPTIONS,
    Detached,
    DetachedWal,
    Flagged,
    FlaggedWal,
    Layout,
    Slots,
)
from tests.support.ballot_learner import Score, judge_all
from tests.support.ballot_links import Knowledge
from tests.support.ballot_product import Sealed
from tests.support.ballot_table import Column, Note

SHORT, LONG = 500, 6400
"""Trials. A coin is 0.05 away from even once in 30,000 games of the long form (four deviations)."""
CONTROLS = 80
AT_MOST = 0.05

games = pytest.mark.parametrize("game", GAMES)
boxes = pytest.mark.parametrize("column", ["box alone", "product"])


def row(game: Game, trials: int) -> str:
    return f"copies again and again: {game}" + (f", {trials} trials" if trials == LONG else "")


def shown(score: Score) -> str:
    return f"{score.advantage:+.3f} (luck ±{score.noise:.3f})"


@pytest.fixture
def table(in_memory: Path) -> Table:
    return Table(
        control(Flagged), Knowledge(ROSTER, OPTIONS), in_memory, random.Random("snapshots")
    )


def control(layout: Callable[[Path], Layout]) -> Callable[[Path], Awaitable[Layout]]:
    async def make(directory: Path) -> Layout:
        return layout(directory)

    return make


def box(memory: Path, *, encrypted: bool) -> Callable[[Path], Awaitable[Layout]]:
    async def make(directory: Path) -> Layout:
        return await Sealed.at(directory, memory / "keys", encrypted=encrypted)

    return make


@games
@pytest.mark.parametrize("layout", [Detached, DetachedWal, Flagged, FlaggedWal])
async def test_control_careful_tables_tell_everything(
    table: Table, game: Game, layout: type[Detached], note: Note
) -> None:
    table.make = control(layout)
    score = judge_all(await table.play(game, CONTROLS))
    note(row(game, SHORT), "control", f"{score.advantage:+.3f}")
    note(row(game, LONG), "control", f"{score.advantage:+.3f}")
    assert score.advantage == 1.0


@games
async def test_control_a_box_with_one_nonce_is_noticed(
    table: Table, game: Game, note: Note, in_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "seal", ballot_product.sealed_with_one_nonce)
    # Who votes a second time as the first time shows less.
    table.rounds = 1
    score = await play_box(table, game, CONTROLS, in_memory, "box alone")
    note(row(game, SHORT), "faulty box", f"{score.advantage:+.3f}")
    note(row(game, LONG), "faulty box", f"{score.advantage:+.3f}")
    assert score.advantage > 2 * score.noise


@pytest.mark.parametrize("game", ["who", "whether"])
async def test_control_votes_that_are_encrypted_one_by_one_are_noticed(
    table: Table, game: Game, note: Note
) -> None:
    """Nothing here can be read: the attacker has to learn where something changed."""
    table.make = control(Slots)
    score = judge_all(await table.play(game, CONTROLS))
    note(f"{row(game, SHORT)}, votes encrypted one by one", "control", f"{score.advantage:+.3f}")
    assert score.advantage > 1 - score.noise / 2


@games
@boxes
async def test_copies_tell_nothing(
    table: Table, game: Game, column: Column, note: Note, in_memory: Path
) -> None:
    score = await play_box(table, game, SHORT, in_memory, column)
    note(row(game, SHORT), column, shown(score))
    assert score.advantage < max(AT_MOST, score.noise)


@games
@boxes
@pytest.mark.nightly
@pytest.mark.timeout(1200)
async def test_copies_tell_nothing_in_thousands_of_trials(
    table: Table, game: Game, column: Column, note: Note, in_memory: Path
) -> None:
    score = await play_box(table, game, LONG, in_memory, column)
    note(row(game, LONG), column, shown(score))
    assert score.advantage < AT_MOST


async def play_box(table: Table, game: Game, trials: int, in_memory: Path, column: Column) -> Score:
    table.make = box(in_memory, encrypted=column == "product")
    table.knowledge = ballot_product.knowledge(ROSTER)
    return judge_all(await table.play(game, trials))
