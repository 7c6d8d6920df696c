"""One organizer's account never tells who everybody is."""

import pytest

from commands.framework.limits import A_DAY, AN_HOUR
from tests.chat.conversation import Chat, Said

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PAUSE = "so I pause here for a while"


def name(number: int) -> str:
    return f"Zo{LETTERS[number // 26]}{LETTERS[number % 26] * 3}"


@pytest.fixture
async def unit(chat: Chat) -> None:
    """Ben has forty people, Ana two."""
    for number in range(40):
        await chat.dm("@ben", f"!contact add {name(number)} --yes")
    await chat.dm("@ana", '!contact add "Ana Own" --yes')
    await chat.dm("@ana", '!contact add "Ana Other" --yes')


async def look_until_stopped(chat: Chat) -> tuple[int, Said]:
    """Ana tries one handle after the other."""
    for number in range(1, 41):
        said = await chat.dm("@ana", f"!contact show M-{number}")
        if PAUSE in said.here:
            return number, said
    raise AssertionError("nobody stopped her")


@pytest.mark.usefixtures("unit")
async def test_one_handle_after_the_other(chat: Chat) -> None:
    number, stopped = await look_until_stopped(chat)
    assert number == AN_HOUR + 1
    assert name(AN_HOUR) not in stopped.text
    assert stopped.says("Yours: !contact list", "@ana looked up so many people", "the first time")
    assert [r.audience.value for r in stopped.replies] == ["here", "leads"]


@pytest.mark.usefixtures("unit")
async def test_searching_and_mistyping_count_as_well(chat: Chat) -> None:
    for start in ("zoaa", "zoab", "zoac"):
        assert (await chat.dm("@ana", f"!contact find {start}")).says(start.capitalize())
    for number in range(3, AN_HOUR):
        await chat.dm("@ana", f"!contact show {name(number)}")
    stopped = await chat.dm("@ana", "!contact find zob")
    assert stopped.says(PAUSE)
    assert "Zob" not in stopped.text
    assert (await chat.dm("@ana", f"!contact add {name(35)}")).says(PAUSE)


@pytest.mark.usefixtures("unit")
async def test_nothing_is_written_by_a_command_that_was_stopped(chat: Chat) -> None:
    await look_until_stopped(chat)
    before = await chat.conversations()
    assert (await chat.dm("@ana", "!1on1 log M-40 reached")).says(PAUSE)
    assert await chat.conversations() == before


@pytest.mark.usefixtures("unit")
async def test_ones_own_and_those_already_seen_stay_in_sight(chat: Chat) -> None:
    await look_until_stopped(chat)
    assert (await chat.dm("@ana", "!contact list")).says("M-41 Ana Own", "M-42 Ana Other")
    assert (await chat.dm("@ana", "!contact show M-41")).says("Ana Own")
    assert (await chat.dm("@ana", "!contact show M-1")).says(name(0))


@pytest.mark.usefixtures("unit")
async def test_leads_hear_of_it_once_a_day(chat: Chat) -> None:
    await look_until_stopped(chat)
    again = await chat.dm("@ana", "!contact show M-40")
    assert [r.audience.value for r in again.replies] == ["here"]
    chat.later(hours=25)
    _number, stopped = await look_until_stopped(chat)
    assert stopped.says("3 times so far")


@pytest.mark.usefixtures("unit")
async def test_after_an_hour_there_is_room_until_the_day_is_full(chat: Chat) -> None:
    await look_until_stopped(chat)
    chat.later(minutes=61)
    assert (await chat.dm("@ana", "!contact show M-40")).says(name(39))
    for number in range(40, A_DAY + 5):
        await chat.dm("@ben", f"!contact add {name(number)} --yes")
    for number in range(1, A_DAY + 10):
        said = await chat.dm("@ana", f"!contact show M-{number}")
        chat.later(minutes=3)
        if "more tomorrow" in said.here:
            break
    else:
        raise AssertionError("nobody stopped her")
    chat.later(hours=25)
    assert (await chat.dm("@ana", "!contact show M-40")).says(name(39))


@pytest.mark.usefixtures("unit")
async def test_leads_and_whoever_stands_in_are_not_stopped(chat: Chat) -> None:
    for number in range(1, 41):
        assert (await chat.dm("@lea", f"!contact show M-{number}")).says(name(number - 1))
    await chat.dm("@lea", "!away @ben until=2026-12-24 cover=@ana")
    for number in range(1, 41):
        assert (await chat.dm("@ana", f"!contact show M-{number}")).says(name(number - 1))
