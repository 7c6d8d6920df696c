"""No command keeps the loop for itself: each with the worst that can be typed to it, at 5,000 contacts.

Processor time of single callbacks is measured, not the clock, and beside a fixed piece of work in the
same process; the lesser of two runs counts.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest

from commands.all import CATALOGUE
from commands.framework.spec import Command
from commands.time.warm import warm
from storage.core.database import Database
from storage.core.slices import in_slices
from tests.chat.conftest import KEY
from tests.chat.conversation import Chat
from tests.support.asking import took
from tests.support.begun import known_to_be_whole
from tests.support.crowd import settled
from tests.support.held import loop_held, set_aside, yardstick
from tests.support.worst import (
    WORST,
    Ask,
    of_each_reading,
    said_by_anybody,
    shapes_of,
    typed_to,
)

CONTACTS = 5_000
LONGEST = 25
"""How many times the yardstick in one go: a tenth of a second where the benchmarks were published."""


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Path:
    """The database of a committee with 5,000 contacts; making it takes a while."""
    path = tmp_path_factory.mktemp("crowd") / "steward.db"
    shutil.copy(empty, path)

    async def make() -> None:
        # As the bot does at its start.
        warm()
        database = await Database.open(path, KEY)
        chat = Chat(database)
        await chat.begin()
        await settled(chat, CONTACTS)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
def old_aside(crowded: Path) -> Iterator[Path]:
    """The same, with what was made before kept from the collector.

    For each test anew: what the commands of the one before read and kept (vocabularies, names of languages) would
    be looked through at each of fifteen hundred messages, which takes longer than the message.
    """
    with set_aside():
        yield crowded


@pytest.fixture
async def crowd(old_aside: Path) -> AsyncIterator[Chat]:
    """What is asked of it is taken back, so that one file does for all.

    It is opened for each test, and its bytes were checked when they were made.
    """
    with pytest.MonkeyPatch.context() as patch:
        known_to_be_whole(patch)
        database = await Database.open(old_aside, KEY)
    try:
        yield Chat(database)
    finally:
        await database.close()


async def over(chat: Chat, asks: Iterable[Ask]) -> list[str]:
    """What held the loop for longer than it may, twice."""
    found = []
    usual = yardstick()
    for ask in asks:
        longest = (await took(chat, ask)).loop / usual
        if longest > LONGEST:
            # Another process on the same core slows both for a while.
            usual = yardstick()
            longest = (await took(chat, ask)).loop / usual
        if longest > LONGEST:
            found.append(f"{ask.text[:60]!r} {ask.formatted[:20]!r}: {longest:.0f} yardsticks")
    return found


def test_every_command_has_its_worst() -> None:
    """Whoever adds a command says what is the most that can be made of it."""
    assert {command.name for command in CATALOGUE} == set(WORST)


@pytest.mark.parametrize("group", range(len(CATALOGUE.groups)))
async def test_no_command_holds_the_loop(crowd: Chat, group: int) -> None:
    asks = [ask for command in CATALOGUE.groups[group].commands for ask in typed_to(command)]
    assert await over(crowd, asks) == []


@pytest.mark.parametrize("command", of_each_reading(CATALOGUE), ids=lambda each: each.name)
async def test_nothing_behind_a_command_holds_the_loop(crowd: Chat, command: Command) -> None:
    assert await over(crowd, shapes_of(command)) == []


def test_every_kind_of_value_is_read_behind_some_command() -> None:
    read = {
        (id(each.reader), each.keyed)
        for command in of_each_reading(CATALOGUE)
        for each in command.parameters
    }
    every = {
        (id(each.reader), each.keyed)
        for command in CATALOGUE
        for each in command.parameters
        if each.reader
    }
    assert every <= read


async def test_nothing_that_is_said_holds_the_loop(crowd: Chat) -> None:
    assert await over(crowd, said_by_anybody()) == []


async def test_what_holds_the_loop_would_be_found() -> None:
    longest = LONGEST * yardstick()

    async def computing() -> None:
        until = time.thread_time() + 2 * longest
        while time.thread_time() < until:  # noqa: ASYNC110 (computing, with turns between)
            await asyncio.sleep(0)

    async def holding() -> None:
        until = time.thread_time() + 2 * longest
        while time.thread_time() < until:
            pass

    with loop_held() as held:
        await asyncio.create_task(computing())
    assert held.longest < longest < held.altogether
    with loop_held() as held:
        await asyncio.create_task(holding())
    assert held.longest > longest


async def test_thinking_is_cut_into_slices() -> None:
    """And comes to the same."""

    def steps() -> Iterator[int | None]:
        for number in range(30):
            until = time.thread_time() + 0.01
            while time.thread_time() < until:
                pass
            yield number if number % 2 else None

    with loop_held() as held:
        found = await asyncio.create_task(in_slices(steps()))
    assert found == list(range(1, 30, 2))
    assert held.longest < held.altogether / 3
