"""What every ring may use: a real homeserver, people on it, and the bot as a process."""

import gc
import itertools
import os
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
from sqlcipher3.dbapi2 import connect

from demo.federation import AWAY_FOR_LONG, Federation
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from storage.core import driver
from tests.inside import table
from tests.support.chapters import NewChapter, chapters_on
from tests.support.committee import (
    PASSWORD,
    Committee,
    Gathered,
    NewSteward,
    SignIn,
    bring,
)
from tests.support.forked_workers import ForkedWorkers
from tests.support.new_databases import make_in_one_go
from tests.support.order import SharedOut, file_of, longest_first, waits
from tests.support.pairs import HomeserverWithPairs, pairs_in, together
from tests.support.proxy import FaultyProxy
from tests.support.setting_up import set_up
from tests.support.trees import let_go
from tests.support.warm_start import HOMESERVERS, WARM, share

# On CI the same examples every time; elsewhere new ones, and failures are remembered.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Have workers forked, unless this is one or some are to run elsewhere."""
    if config.option.dist != "no" and set(config.option.tx) == {"popen"}:
        config.pluginmanager.register(ForkedWorkers(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End even if a failed test left a thread behind, which the interpreter would wait for."""
    left = [
        thread.name
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.daemon
    ]
    if left:
        sys.stdout.flush()
        sys.stderr.write(f"\nended by force: threads left running: {', '.join(left)}\n")
        sys.stderr.flush()
        os._exit(pytest.ExitCode.TESTS_FAILED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what every insider reached. Here, because the process that sums up loads only this file."""
    table.summary(terminalreporter)


ROOMY = 1 << 30
"""Bytes; a homeserver takes 10 MB, and a container has 64 MB of such memory by itself."""

STATEMENTS = 1024
"""More than all jobs have together in one conversation."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among ten thousand tests that all stay: that takes 3 s less of 8."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have workers take the longest files first."""
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have workers share what starts bots and homeservers, if tests that wait for these are among them."""
    files = {file_of(item.nodeid) for item in session.items}
    if hasattr(session.config, "workerinput") and any(map(waits, files)):
        share()


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharedOut | None:
    """Share tests out among workers."""
    return SharedOut(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def _whole_run() -> Iterator[None]:
    """What holds for every test. One fixture: each that all tests have is looked at before each of them."""
    with ExitStack() as at_the_end, pytest.MonkeyPatch.context() as patch:
        for close in (let_go, WARM.close, HOMESERVERS.close, _close_copies):
            at_the_end.callback(close)
        _forget_settings_of_this_machine(patch)
        _start_warm(patch)
        make_in_one_go(patch)
        _keep_statements_compiled(patch)
        yield


def _close_copies() -> None:
    """Close the copies of a database that conversations had one after the other, if there were any."""
    if (loaded := sys.modules.get("tests.support.made_whole")) is not None:
        loaded.SHELF.clear()


def _forget_settings_of_this_machine(patch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("STEWARD_"):
            patch.delenv(name)


def _start_warm(patch: pytest.MonkeyPatch) -> None:
    """Bots and homeservers start without importing everything anew, unless they are started in a way of their own.

    Homeservers keep what they have in memory: nobody asks what a disk has of it.
    """
    patch.setattr(Steward, "starts", WARM.start)
    patch.setattr(Homeserver, "starts", HOMESERVERS.start)
    patch.setattr(Homeserver, "place", _roomy_memory())


def _keep_statements_compiled(patch: pytest.MonkeyPatch) -> None:
    """Databases here keep what a week of commands asks: compiling it anew is a tenth of what a command takes.

    A connection keeps 128 statements as it comes, of some 500, each of 8 KB: the bot is to be small.
    """
    patch.setattr(driver, "connect", partial(connect, cached_statements=STATEMENTS))


def _roomy_memory() -> Path | None:
    memory = Path("/dev/shm")  # noqa: S108 (that is memory, which is the point)
    if not memory.is_dir():
        return None
    room = os.statvfs(memory)
    return memory if room.f_bavail * room.f_frsize > ROOMY else None


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def homeserver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Homeserver]:
    """One Synapse for all files of a worker; people and rooms are new in each test."""
    server = Homeserver()
    if hasattr(request.config, "workerinput"):
        # Workers share what they begin with; for one alone it would be more than it needs.
        shared = tmp_path_factory.getbasetemp().parent / "pairs"
        server = HomeserverWithPairs(await pairs_in(shared))
    async with server:
        yield server


@pytest.fixture
async def own_homeserver() -> AsyncIterator[Homeserver]:
    """A Synapse of this test's own, to be stopped, killed and restarted."""
    async with Homeserver() as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _homeservers_of_towns() -> AsyncIterator[Federation]:
    async with Federation() as federation:
        yield federation


@pytest.fixture
async def federation(_homeservers_of_towns: Federation) -> AsyncIterator[Federation]:
    """Homeservers that federate, for the whole run: each starts when a test first opens its town.

    What a test cut or stopped is whole again for the next one; people and rooms are new in each.
    """
    yield _homeservers_of_towns
    await _homeservers_of_towns.mended()


@pytest.fixture
async def own_federation() -> AsyncIterator[Federation]:
    """Homeservers of this test's own, which leave one that they missed once alone for two hours."""
    async with Federation(settings=AWAY_FOR_LONG) as federation:
        yield federation


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Names nobody else on the shared homeserver has: ``unique("ana")`` -> ``ana-3fa2b1c4``."""

    def name(start: str) -> str:
        return f"{start}-{secrets.token_hex(4)}"

    return name


@pytest.fixture
async def sign_in(homeserver: Homeserver, unique: Callable[[str], str]) -> AsyncIterator[SignIn]:
    """Sign in new people until the test ends.

    ``on`` is another homeserver than the shared one; other options are Organizer.sign_in's.
    """
    async with AsyncExitStack() as stack:

        async def signed_in(
            name: str,
            *,
            on: Homeserver | None = None,
            cross_signed: bool = True,
            signed_only: bool = False,
            accepts_invites: bool = True,
        ) -> Organizer:
            server = on or homeserver
            user = await server.register(unique(name), PASSWORD)
            return await stack.enter_async_context(
                await Organizer.sign_in(
                    server.url,
                    user,
                    PASSWORD,
                    cross_signed=cross_signed,
                    signed_only=signed_only,
                    accepts_invites=accepts_invites,
                )
            )

        yield signed_in


@pytest.fixture
async def new_steward(
    homeserver: Homeserver, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[NewSteward]:
    """Set up bots, each on a new account and not yet started.

    ``through`` is a proxy to reach the homeserver by, ``on`` another homeserver, ``inviters`` who may
    invite the bot other than people of its own homeserver.
    """
    # Short, because the bot's socket is in it, and a socket's path may have 107 bytes.
    directories = (tmp_path / f"bot{number}" for number in itertools.count(1))
    async with AsyncExitStack() as stack:

        async def made(
            *,
            on: Homeserver | None = None,
            through: FaultyProxy | None = None,
            settings: str = "",
            inviters: tuple[str, ...] | None = None,
        ) -> Steward:
            server = on or homeserver
            user = await server.register(unique("steward"), PASSWORD)
            url = through.url if through is not None else server.url
            bot = Steward(next(directories), url, user, PASSWORD, inviters=inviters)
            await stack.enter_async_context(bot)
            await set_up(bot, settings)
            return bot

        yield made


@pytest.fixture
async def gathered(homeserver: Homeserver) -> AsyncIterator[Gathered]:
    """Gather Ana and Ben in an encrypted room around a running bot.

    ``on`` is another homeserver than the shared one.
    """
    async with AsyncExitStack() as stack:

        async def around(
            steward: Steward, *, on: Homeserver | None = None, ben_signed_only: bool = False
        ) -> Committee:
            pair = together(on or homeserver, ben_signed_only=ben_signed_only)
            met = await stack.enter_async_context(pair)
            return await bring(steward, met.ana, met.ben, met.room)

        yield around


@pytest.fixture
def new_chapter(federation: Federation, new_steward: NewSteward, sign_in: SignIn) -> NewChapter:
    """Found chapters: a running bot in one town, its committee's people in another."""
    return chapters_on(federation, new_steward, sign_in)


@pytest.fixture
async def steward(new_steward: NewSteward) -> Steward:
    """The bot, running and ready."""
    bot = await new_steward()
    await bot.start()
    return bot


@pytest.fixture
async def committee(steward: Steward, gathered: Gathered) -> Committee:
    """Ana (lead) and Ben in an encrypted room with the running bot, which has greeted them."""
    return await gathered(steward)
