"""How long others wait while a member sends as much as they can, and what a large file does."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.inside import server
from tests.inside.conftest import Reach
from tests.inside.insider import invented
from tests.inside.server import Waits, Watched
from tests.support.world import World, world

pytestmark = pytest.mark.nightly

PEOPLE = invented(400, random.Random("busy"))
LINES, NAMES = 30, 25
LARGE = 20_000_000
"""Bytes; just below what the bot takes at all."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Four hundred people, a petition, Ben who asks small things, and Carl who sends."""

    world: World
    carl: Organizer
    of_carl: str
    of_ben: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    async with world(homeserver, tmp_path_factory.mktemp("j") / "b") as here:
        bot = here.steward.user
        await here.ask(here.ana, '!setup name="Payments chapter" tz=Madrid', "Payments chapter")
        carl = await here.member("carl")
        rooms = []
        for who in (here.ana, here.ben, carl):
            rooms.append(await who.direct(bot))
            await who.settled(rooms[-1], bot)
        rows = "\n".join(f"{n},{name},Payments" for n, name in enumerate(PEOPLE, 1000))
        await here.ana.ask(rooms[0], f"!import paste\nEmp #,Name,Area\n{rows}", "400 rows", of=bot)
        await here.ana.ask(rooms[0], "!import check 1", "400 new", of=bot, seconds=60)
        await here.ana.ask(rooms[0], "!import commit 1", "saved", of=bot, seconds=60)
        opened = '!test open petition "RTO petition" --yes'
        await here.ana.ask(rooms[0], opened, "is open", of=bot)
        yield Scene(here, carl, rooms[2], rooms[1])


def hard_lists(count: int) -> list[str]:
    """Lists of lines of many names, each nearly somebody's."""
    near = [name[:-1] + "x" + name[-1] for name in PEOPLE]
    random.Random("hard").shuffle(near)
    lines = [
        " ".join(near[(line * NAMES + at) % len(near)] for at in range(NAMES))
        for line in range(LINES * count)
    ]
    return [
        "!test mark petition did\n" + "\n".join(lines[n * LINES : (n + 1) * LINES])
        for n in range(count)
    ]


@pytest.mark.asyncio(loop_scope="module")
async def test_calm(scene: Scene) -> None:
    """The instrument: with nobody else about, Ben waits next to nothing, and he is answered."""
    waits = Waits(scene.world, scene.world.ben, scene.of_ben)
    for _each in range(10):
        await waits.ask()
    assert 0 <= waits.p99 < 1
    assert any("@ben" in each or "rganizer" in each for each in _heard(scene))


def _heard(scene: Scene) -> list[str]:
    return server.heard(scene.world.ben, scene.world.steward.user)


@pytest.mark.asyncio(loop_scope="module")
async def test_lists_that_are_hard_to_match(scene: Scene, now: Reach) -> None:
    waits, over = Waits(scene.world, scene.world.ben, scene.of_ben), asyncio.Event()
    asking = asyncio.create_task(waits.ask_until(over))
    await server.paste_storm(scene.carl, scene.of_carl, hard_lists(20), scene.world.steward.user)
    over.set()
    await asking
    now("flood", waits.p99)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def with_files(scene: Scene) -> tuple[Watched, Waits]:
    """Carl sends three large files; what becomes of the bot, and how long Ben waits."""
    watched, over = Watched(scene.world), asyncio.Event()
    waits = Waits(scene.world, scene.world.ben, scene.of_ben)
    tasks = [asyncio.create_task(watched.watch(over)), asyncio.create_task(waits.ask_until(over))]
    mark = len(scene.carl.messages)
    bot = scene.world.steward.user
    files = {
        "staff1.csv": server.short_cells(LARGE),
        "staff2.csv": server.one_row(LARGE),
        "staff3.csv": server.full_rows(LARGE),
        "staff4.csv": server.open_quotes(LARGE),
        "staff5.xlsx": server.workbook(2 * LARGE),
    }
    for name, content in files.items():
        await server.send_file(scene.carl, scene.of_carl, name, content)
    try:
        async with asyncio.timeout(90):
            while len(server.heard(scene.carl, bot, mark)) < len(files):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    except TimeoutError:
        pass
    over.set()
    await asyncio.gather(*tasks)
    return watched, waits


def test_control_memory_of_a_child_is_seen(control: Reach) -> None:
    """The instrument: a program that starts another, which takes 400 MiB."""
    hungry = "x = bytearray(b'x') * (400 << 20); print(flush=True); input()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hungry!r}])"
    command = [sys.executable, "-c", outer]
    with subprocess.Popen(  # noqa: S603 (our own words)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert started.stdin is not None
        started.stdout.readline()
        control("file memory", round(server.tree_mib(started.pid)))
        started.stdin.write(b"\n")


@pytest.mark.asyncio(loop_scope="module")
async def test_large_files_end_nothing(with_files: tuple[Watched, Waits], now: Reach) -> None:
    now("file restarts", with_files[0].restarts)


@pytest.mark.asyncio(loop_scope="module")
async def test_large_files_take_little_memory(
    with_files: tuple[Watched, Waits], now: Reach
) -> None:
    now("file memory", round(with_files[0].most))


@pytest.mark.asyncio(loop_scope="module")
async def test_large_files_keep_nobody_waiting(
    with_files: tuple[Watched, Waits], now: Reach
) -> None:
    now("file wait", max(with_files[1].taken))
