"""The ten most frequent acts take half of the taps, and do what they did."""

from pathlib import Path

import pytest

from tests.chat.conversation import Chat
from tests.support.spoken import Table
from tests.support.taps import ACTS, CALIBRATED, FrequentAct, table, taps

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "in-few-taps.md"


@pytest.fixture
async def world(chat: Chat) -> Table:
    """Ana's people, a follow-up that is due, a petition, and a meeting that she was asked to."""
    for name in ("Sam Okafor", "Ben Stone", "Eva Lind"):
        await chat.dm("@ana", f'!contact add "{name}"')
    await chat.dm("@ana", "!followup M-2 today")
    await chat.dm("@lea", '!test open petition "On-call pay" goal=60% --yes')
    await chat.room("@lea", "!meet new Planning | fri 19:00")
    await chat.room("@lea", "!ok")
    chat.later(minutes=20)
    return Table(chat.database)


@pytest.mark.parametrize(("line", "counted"), CALIBRATED.items())
def test_the_keyboard_counts_as_a_hand_did(line: str, counted: int) -> None:
    assert taps(line) == counted


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_each_act_takes_at_most_half_of_the_taps(act: FrequentAct) -> None:
    assert act.taps_after * 2 <= act.taps_before


def test_those_that_were_asked_for() -> None:
    assert [act.taps_after for act in ACTS[:5]] <= [40, 22, 15, 9, 8]


@pytest.mark.parametrize(
    "act", [each for each in ACTS if not each.tapped], ids=lambda act: act.name
)
async def test_each_act_does_what_it_did(world: Table, act: FrequentAct) -> None:
    _said, nothing = await world.played()
    said, before = await world.played(*act.first, act.before)
    told, after = await world.played(*act.first, act.after)
    assert after == before
    if before == nothing:
        assert said == told, "it shows the same"
    assert len(said) > 20


def test_the_page_shows_them() -> None:
    assert table() in PAGE.read_text(encoding="utf-8")
