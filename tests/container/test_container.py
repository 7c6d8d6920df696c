"""The image: built, run without rights, killed, asked how it is. `make container` shows all of it."""

import asyncio
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot import __version__
from bot.process import origin
from bot.process.exit_codes import ExitCode
from demo.homeserver import Homeserver
from tests.container import contained
from tests.container.contained import ENTRY, USER, Contained
from tests.support.committee import PASSWORD, SignIn, gather
from tests.unit.test_image import EVERYTHING

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(bool(contained.missing()), reason=contained.missing() or "-"),
]
LIMIT = 10
MEGABYTES = 120
"""What the image may add to its base, uncompressed."""


def show(*lines: object) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 (to be read by whoever tries the image)


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    started = time.monotonic()
    contained.build()
    show(f"\nbuilt in {time.monotonic() - started:.0f} s")
    with contained.mounted() as mounted:
        yield mounted


@pytest.fixture
async def bot(
    root: Path, own_homeserver: Homeserver, unique: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Contained]:
    user = await own_homeserver.register(unique("steward"), PASSWORD)
    async with Contained(root, tmp_path, own_homeserver.url, user, PASSWORD) as made:
        os.chown(tmp_path, USER, USER)
        show("$ steward init ...", await made.init())
        made.settle(f"[timeouts]\nunhealthy_after_seconds = {LIMIT}\nlong_poll_seconds = 5\n")
        yield made


def test_the_image_states_how_it_is_run(root: Path) -> None:
    config = {
        name: contained.setting(name) for name in ("User", "Entrypoint", "Cmd", "Healthcheck")
    }
    show(*(f"{name}: {words}" for name, words in config.items()))
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == "[/venv/bin/python -m bot]"
    assert "/app/bot/cli/health_check.py" in config["Healthcheck"]
    labels = contained.setting("Labels")
    show(f"Labels: {labels}")
    for name, words in (
        ("title", "Steward"),
        ("version", __version__),
        ("revision", contained.COMMIT),
        ("licenses", "AGPL-3.0-or-later"),
        ("base.name", contained.BASE),
    ):
        assert f"org.opencontainers.image.{name}:{words}" in labels


def test_it_is_small(root: Path) -> None:
    whole, base = contained.megabytes(contained.IMAGE), contained.megabytes(contained.BASE)
    show(f"{whole - base} MB, and {base} of its base")
    assert whole - base <= MEGABYTES
    spoken = [path for path in (root / "app/locales").rglob("*") if path.is_file()]
    assert {path.suffix for path in spoken} == {".mo"}


def test_nothing_in_it_installs_or_builds(root: Path) -> None:
    wanted = ("pip", "pip3", "uv", "gcc", "cc", "make", "git", "curl", "wget")
    places = ("venv/bin", "usr/bin", "usr/local/bin", "bin", "usr/sbin")
    found = [
        f"{place}/{name}" for place in places for name in wanted if (root / place / name).exists()
    ]
    assert found == []
    for module in ("pip", "setuptools", "ensurepip", "pytest", "synapse"):
        done = subprocess.run(  # noqa: S603
            ["chroot", str(root), "/venv/bin/python", "-c", f"import {module}"],  # noqa: S607
            capture_output=True,
            check=False,
        )
        assert b"ModuleNotFoundError" in done.stderr, module


async def test_it_says_what_it_was_made_from(bot: Contained) -> None:
    said = await bot.run("from bot.process import origin; print(origin.found())")
    show(said)
    assert said == f"commit {contained.COMMIT}, lock {origin.found().lock}\n"


async def test_it_has_no_rights_and_one_place_to_write(bot: Contained) -> None:
    script = (
        "import os, pathlib\n"
        "def can(p):\n"
        "    try:\n"
        "        pathlib.Path(p, 'probe').write_text(''); pathlib.Path(p, 'probe').unlink(); return 'yes'\n"
        "    except OSError as no: return no.strerror\n"
        "print('user', os.getuid(), os.getgid(), os.getgroups())\n"
        "print(*[l for l in open('/proc/self/status') if l.startswith(('Cap', 'NoNewPrivs'))], sep='')\n"
        "print({p: can(p) for p in ('/', '/app', '/venv', '/etc', '/usr/bin', '/data', '/tmp')})\n"
    )
    said = await bot.run(script)
    show(said)
    assert f"user {USER} {USER} []" in said
    assert "CapEff:\t0000000000000000" in said
    assert "CapBnd:\t0000000000000000" in said
    assert "NoNewPrivs:\t1" in said
    for place in ("/", "/app", "/venv", "/etc", "/usr/bin"):
        assert f"'{place}': 'Read-only file system'" in said
    assert "'/data': 'yes', '/tmp': 'yes'" in said


async def test_all_that_the_bot_could_load_loads_there(bot: Contained) -> None:
    """Much was left out of the image: nothing of it may be missed, in no command and no child."""
    assert "bot/cli/main.py" in await bot.run(EVERYTHING)
    _code, words = await bot.command("doctor")
    show("$ steward doctor", words)
    # Wrong is that keys are made cheaply in tests, and nothing else.
    assert [line[:12] for line in words.splitlines() if line.startswith("WRONG")] == [
        "WRONG keys: "
    ]
    assert "ok    homeserver: answers" in words


def test_each_command_explains_itself_there(root: Path) -> None:
    def said(*words: str) -> str:
        line = ["chroot", str(root), "/usr/bin/env", "PYTHONPATH=/app", *ENTRY, *words]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout  # noqa: S603

    made_from = f"commit {contained.COMMIT}, lock {origin.found().lock}"
    assert said("--version") == f"steward {__version__} ({made_from})\n"
    listed = re.findall(
        r"^  ([a-z][a-z-]+) ", said("--help").partition("Commands:")[2], re.MULTILINE
    )
    assert len(listed) > 10
    for command in listed:
        assert command in said(command, "--help")


DRAW = """
import asyncio
from bot.pictures.renderer import PictureRenderer
from bot.pictures.protocol import as_json
from commands.picture import Bars, ChartBar

async def main():
    renderer = PictureRenderer()
    running = asyncio.create_task(renderer.run())
    await asyncio.sleep(0)
    names = "Search 搜索 खोज بحث ዳሰሳ ค้นหา חיפוש 검색"
    bars = Bars("Payments", "60 people", ((1, "organizes"),), (ChartBar(names, (3,), "3/7"),))
    print("drawn", (await renderer.draw(as_json(bars))).full.width)
    running.cancel()
    await asyncio.wait({running})

asyncio.run(main())
"""


async def test_it_draws_pictures_there(bot: Contained) -> None:
    """In a process of its own, which finds fonts and no place for a cache."""
    assert await bot.run(DRAW) == "drawn 1080\n"


async def test_killed_it_starts_and_answers_again(
    bot: Contained, own_homeserver: Homeserver, sign_in: SignIn
) -> None:
    await bot.start()
    show("$ steward status", (await bot.command("status"))[1])
    committee = await gather(
        bot, await sign_in("ana", on=own_homeserver), await sign_in("ben", on=own_homeserver)
    )
    first = await committee.say(committee.ana, "!tz Europe/Madrid", "Madrid")
    show("ana: !tz Europe/Madrid", f"steward, encrypted={first.encrypted}: {first.body}")
    assert first.encrypted
    memory = bot.bot.memory_info().rss / 2**20
    show(f"the bot has {memory:.0f} MiB of memory, uid {bot.bot.uids().real}")
    show("kill -9")
    bot.bot.kill()
    await bot.ended()
    assert (await bot.command("status"))[0] == ExitCode.NOT_RUNNING
    await committee.ana.send(committee.room, "!tz Africa/Lagos")
    mark = len(committee.ana.messages)
    await bot.start()
    late = await committee.ana.hear("Lagos", of=bot.user, since=mark)
    show("ana, while it was dead: !tz Africa/Lagos", f"steward: {late.body}")
    again = await committee.say(committee.ana, "!tz Africa/Cairo", "Cairo")
    show("ana: !tz Africa/Cairo", f"steward: {again.body}")
    assert await bot.stop() == ExitCode.OK


async def test_its_health_is_that_of_the_connection(
    bot: Contained, own_homeserver: Homeserver
) -> None:
    await bot.start()
    assert (await bot.command("status"))[0] == ExitCode.OK
    await own_homeserver.kill()
    away = time.monotonic()
    while (await bot.command("status"))[0] == ExitCode.OK:
        assert time.monotonic() - away < LIMIT + 20
        await asyncio.sleep(0.5)
    code, words = await bot.command("status")
    show(
        f"the homeserver is away, the limit is {LIMIT} s; after {time.monotonic() - away:.0f} s:",
        words,
    )
    assert code == ExitCode.NOT_READY
    assert time.monotonic() - away >= LIMIT
    await own_homeserver.start()
    back = time.monotonic()
    while (await bot.command("status"))[0] != ExitCode.OK:
        assert time.monotonic() - back < 60
        await asyncio.sleep(0.5)
    show(
        f"healthy {time.monotonic() - back:.0f} s after it came back",
        (await bot.command("status"))[1],
    )
