"""One organizer's account never tells who everybody is: one budget, whatever they type."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from commands.framework.context import RoomId
from commands.shared import look_ups
from commands.shared.look_ups import ASKED_A_DAY, SHOWN_A_DAY, SHOWN_TO_LEADS, TOLD_OF_LEADS
from storage.authority.look_ups import LookUpKind
from tests.chat.conversation import Chat, Said
from tests.support.begun import copied, made

LETTERS = "abcdefghijklmnopqrstuvwxyz"
STOPPED = "I did not do that"


def stopped(said: Said) -> bool:
    """Whether the budget is spent."""
    return STOPPED in said.here


def name(number: int) -> str:
    """A name that is like none of the others."""
    first, second, third = number // 26, number % 26, (7 * number) % 26
    return f"{LETTERS[second].upper()}{LETTERS[third]}{LETTERS[first] * 3}o"


def whole_name(number: int) -> str:
    """The same with a second word."""
    return f"{name(number)} {name(number + 300)}ski"


async def with_others(chat: Chat, people: int) -> None:
    """A lead has some people, Ana two of her own, the last ones."""
    for number in range(people):
        await chat.dm("@lea", f"!contact add {name(number)} --yes")
    await chat.dm("@ana", '!contact add "Ana Own" --yes')
    await chat.dm("@ana", '!contact add "Ana Other" --yes')
    chat.later(hours=25)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with more people than may be looked up in a day, to be copied for each test."""
    place = tmp_path_factory.mktemp("known") / "steward.db"
    return made(place, partial(with_others, people=SHOWN_A_DAY + 20))


@pytest.fixture
async def unit(known: Path) -> AsyncIterator[Chat]:
    async with copied(known) as chat:
        chat.later(hours=25)
        yield chat


async def spend(chat: Chat, who: str = "@ana") -> None:
    """Somebody asks for people who do not exist until there is no more asking."""
    for number in range(ASKED_A_DAY + 1):
        if stopped(await chat.dm(who, f"!contact find qq{LETTERS[number % 26]}{number}")):
            return
    raise AssertionError("misses are free")


def prefixes() -> Iterator[str]:
    """Every beginning of two letters."""
    return (f"{one}{other}" for one in LETTERS for other in LETTERS)


async def learnt(chat: Chat, who: str, people: int) -> set[str]:
    """The names that somebody gets out of the bot, prefix by prefix, until it stops them."""
    names = {name(number) for number in range(people)}
    found: set[str] = set()
    for prefix in prefixes():
        text = (await chat.dm(who, f"!contact find {prefix}")).here
        found |= {each for each in names if each in text}
    return found


async def test_prefix_by_prefix_no_more_than_the_budget_is_learnt(chat: Chat) -> None:
    await with_others(chat, 200)
    assert len(await learnt(chat, "@lea", 200)) == 200
    assert 0 < len(await learnt(chat, "@ana", 200)) <= SHOWN_A_DAY


async def test_handle_by_handle(unit: Chat) -> None:
    shown: list[bool] = []
    for number in range(1, SHOWN_A_DAY + 5):
        said = await unit.dm("@ana", f"!1on1 guide M-{number}")
        shown.append(name(number - 1) in said.text)
        assert stopped(said) is not shown[-1]
        await unit.dm("@ana", "cancel")
    assert shown == [True] * SHOWN_A_DAY + [False] * 4


MISSES = {
    "names nobody has": "!contact find qq{n}",
    "handles nobody has": "!1on1 log M-{n}999 reached",
    "ratings of nobody": "!assess M-{n}999 2 said",
    "questions begun": "!1on1 guide M-{n}999",
    "names in a talk": "!1on1 log Qqzz{n} reached",
    "people added": "!contact add Qq{letter}zz{other}{letter} --yes",
}


@pytest.mark.parametrize("typed", MISSES.values(), ids=MISSES.keys())
async def test_what_comes_to_nothing_counts_whatever_the_command(unit: Chat, typed: str) -> None:
    for n in range(ASKED_A_DAY):
        letter, other = LETTERS[n % 26], LETTERS[n // 26]
        said = await unit.dm("@ana", typed.format(n=n, letter=letter, other=other))
        assert not stopped(said), n
    assert stopped(await unit.dm("@ana", "!contact find zzz"))
    assert stopped(await unit.dm("@ana", "!1on1 log M-1 reached"))
    assert await unit.conversations() == []


async def test_ones_own_people_are_free_and_stay_in_reach(unit: Chat) -> None:
    own = f"M-{SHOWN_A_DAY + 21}"
    for _ in range(ASKED_A_DAY + 20):
        assert (await unit.dm("@ana", "!contact find own")).says("Ana Own")
    await spend(unit)
    assert (await unit.dm("@ana", "!contact list")).says("Ana Own", "Ana Other")
    assert (await unit.dm("@ana", "!contact find other")).says("Ana Other")
    assert (await unit.dm("@ana", f"!1on1 log {own} reached")).says("Logged")
    assert (await unit.dm("@ana", '!assess "Ana Other" 2 said')).says("2 supports")
    assert (await unit.dm("@ana", "!1on1 log Ana Ownn reached")).says("Did you mean", "Ana Own")


async def test_whom_one_was_shown_today_or_talked_with_stays_in_reach(unit: Chat) -> None:
    await unit.dm("@ana", "!1on1 log M-1 reached next=fri")
    await unit.dm("@ana", f"!contact find {name(1)}")
    await spend(unit)
    assert (await unit.dm("@ana", "!1on1 log M-1 busy")).says("Logged M-1")
    assert (await unit.dm("@ana", "!1on1 log M-2 busy")).says("Logged M-2")
    assert stopped(await unit.dm("@ana", "!1on1 log M-3 busy"))
    assert (await unit.dm("@ana", "!due")).says("M-1")


async def test_nothing_is_written_by_a_command_that_was_stopped(unit: Chat) -> None:
    await spend(unit)
    before = len(await unit.contacts())
    assert stopped(await unit.dm("@ana", "!contact add Quincy --yes"))
    assert stopped(await unit.dm("@ana", "!1on1 log M-4 reached"))
    assert len(await unit.contacts()) == before
    assert await unit.conversations() == []


async def test_leads_hear_of_it_once_a_day(unit: Chat) -> None:
    await spend(unit)
    again = await unit.dm("@ana", "!contact find zzz")
    assert [r.audience.value for r in again.replies] == ["here"]
    unit.later(hours=25)
    told = [await unit.dm("@ana", f"!contact find qq{n}") for n in range(ASKED_A_DAY + 1)]
    assert told[-1].says("I have stopped @ana 3 times")
    assert [r.audience.value for r in told[-1].replies] == ["here", "leads"]


async def still_stopped(chat: Chat) -> bool:
    return stopped(await chat.dm("@ana", "!contact find zzz"))


async def test_a_day_later_there_is_room_again(unit: Chat) -> None:
    await spend(unit)
    unit.later(hours=23)
    assert await still_stopped(unit)
    unit.later(hours=2)
    assert not await still_stopped(unit)


@pytest.mark.parametrize("back", [1, 26, 24 * 400])
async def test_a_clock_that_is_put_back_gives_nothing_back(unit: Chat, back: int) -> None:
    await spend(unit)
    unit.be(unit.now - timedelta(hours=back))
    assert await still_stopped(unit)
    unit.later(hours=25)
    assert not await still_stopped(unit)


async def test_members_of_two_committees_have_one_budget(unit: Chat) -> None:
    await unit.found(RoomId("!search:example.org"), "Search chapter", ["@ana"])
    for number in range(ASKED_A_DAY // 2):
        await unit.dm("@ana", f"!contact find qq{number}")
    await unit.dm("@ana", "!use search")
    for number in range(ASKED_A_DAY // 2):
        assert not stopped(await unit.dm("@ana", f"!contact find qq{number}"))
    assert await still_stopped(unit)
    await unit.dm("@ana", "!use payments")
    assert await still_stopped(unit)


async def test_neither_undo_nor_forgetting_nor_leaving_gives_anything_back(unit: Chat) -> None:
    for number in range(1, SHOWN_A_DAY + 1):
        await unit.dm("@ana", f"!1on1 log M-{number} reached")
        await unit.dm("@ana", "!undo")
    assert await still_stopped(unit)
    for number in range(1, 6):
        await unit.sure("@lea", f"!forget M-{number}")
    assert await still_stopped(unit)
    await unit.sure("@lea", "!offboard @ana")
    await unit.dm("@lea", "!readmit @ana")
    assert await still_stopped(unit)


async def test_a_normal_day_never_meets_the_limit(unit: Chat) -> None:
    """Twenty of one's own written down, five looks at others, talks with them, thirty signatures."""
    said: list[Said] = []
    for number in range(100, 120):
        said.append(await unit.dm("@ana", f"!contact add {whole_name(number)} area=Payments"))
        said.append(await unit.dm("@ana", f"!1on1 log {whole_name(number)} reached rate=2 said"))
    await unit.dm("@lea", "!test open petition --yes")
    for number in range(1, 6):
        said.append(await unit.dm("@ana", f"!contact find {name(number)[:3]}"))
        said.append(await unit.dm("@ana", f"!1on1 log M-{number} reached"))
    signed = "\n".join(whole_name(number) for number in range(90, 120))
    said.append(await unit.dm("@ana", f"!test mark petition did\n{signed}"))
    said.append(await unit.dm("@ana", "!test accept 1"))
    assert not [each.text for each in said if stopped(each)]
    assert said[-1].says("20 people marked")


# -- adding somebody ---------------------------------------------------------------------------


async def test_whether_somebody_is_with_another_is_all_that_adding_tells(unit: Chat) -> None:
    await unit.dm("@ben", '!contact add "Samuel Okafor" area=Payments')
    for typed in ("Samuel Okafor", "Sam Okafor", "Okafor Samuel", "Samuel Okafro"):
        said = await unit.dm("@ana", f'!contact add "{typed}"')
        assert said.says("Not saved yet", "who is not one of your people", "--yes")
        assert "M-" not in said.text
        assert "Payments" not in said.text
    assert (await unit.dm("@ana", "!contact add Sam Okafor --yes")).says("Added")
    # One's own are shown.
    asked = await unit.dm("@ana", '!contact add "Samuel Okafor"')
    assert asked.lists(f"M-{SHOWN_A_DAY + 24} Sam Okafor")
    assert "Payments" not in asked.text


# -- leads -------------------------------------------------------------------------------------


async def test_leads_are_not_stopped_and_many_looks_are_told_to_all_leads(chat: Chat) -> None:
    first = TOLD_OF_LEADS[0]
    for number in range(first + 2):
        await chat.dm("@kim", f"!contact add {name(number)} --yes")
    told: list[tuple[int, Said]] = []
    for number in range(1, first + 3):
        said = await chat.dm("@lea", f"!contact show M-{number}")
        assert said.says(name(number - 1))
        if [reply for reply in said.replies if reply.audience.value == "leads"]:
            told.append((number, said))
    assert [number for number, _said in told] == [first]
    assert told[0][1].says(f"@lea looked at {first} people within a day", "!audit")
    # A second look at the same people is no other person.
    assert len((await chat.dm("@lea", "!contact show M-1")).replies) == 1


async def test_there_is_an_end_for_leads(unit: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(look_ups.A_DAY, LookUpKind.SHOWN_TO_A_LEAD, 5)
    assert TOLD_OF_LEADS[-1] < SHOWN_TO_LEADS
    for number in range(1, 6):
        assert (await unit.dm("@kim", f"!contact show M-{number}")).says(name(number - 1))
    stopped = await unit.dm("@kim", "!contact show M-6")
    assert stopped.says("more tomorrow", "!export")
    assert name(5) not in stopped.text


async def test_whoever_stands_in_is_not_stopped(unit: Chat) -> None:
    await unit.dm("@lea", "!away @lea until=2026-12-24 cover=@ana")
    for number in range(1, SHOWN_A_DAY + 10):
        assert (await unit.dm("@ana", f"!contact show M-{number}")).says(name(number - 1))
