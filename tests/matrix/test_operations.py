"""On the real homeserver: a flood, an answer that cannot be delivered, figures, and a disk that fills."""

import asyncio
import errno
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.process.exit_codes import ExitCode
from demo.homeserver import Homeserver
from demo.steward import Steward
from tests.support.committee import PASSWORD, Committee, Gathered, NewSteward

FIGURES = """
[limits]
person_burst = 5
person_per_minute = 5
room_per_minute = 1000
[metrics]
textfile = "{path}"
"""


async def test_a_flood_is_told_once_while_others_are_answered(
    new_steward: NewSteward, gathered: Gathered, tmp_path: Path
) -> None:
    path = tmp_path / "steward.prom"
    steward = await new_steward(settings=FIGURES.format(path=path))
    await steward.start()
    committee = await gathered(steward)
    ana, ben, room = committee.ana, committee.ben, committee.room
    mark = len(ana.messages)
    # More than two minutes hold, should one of them end meanwhile.
    for _ in range(25):
        await ana.send(room, "!tz Europe/Madrid")
    answer = await ben.ask(room, "!tz Africa/Lagos", "Lagos", of=steward.user)
    assert answer.room == room
    await ana.hear("a lot at once", of=steward.user, since=mark)
    heard = [m.body for m in ana.messages[mark:] if m.sender == steward.user]
    told = [body for body in heard if "a lot at once" in body]
    assert 1 <= len(told) <= 2
    assert sum("Madrid" in body for body in heard) <= 10
    await _figures_say(path, "steward_ready 1.0")
    assert await steward.stop() == ExitCode.OK
    assert not path.exists()


async def _figures_say(path: Path, words: str) -> None:
    async with asyncio.timeout(60):
        while not path.exists() or words not in path.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_an_answer_that_cannot_be_delivered_is_sent_once_the_cause_is_mended(
    committee: Committee,
) -> None:
    steward, ana, ben, room = committee.steward, committee.ana, committee.ben, committee.room
    levels = await ana.api.call("GET", f"/rooms/{room}/state/m.room.power_levels")
    silent = {**levels, "users": {**levels["users"], ben.user: 100}, "events_default": 100}
    await ana.api.call("PUT", f"/rooms/{room}/state/m.room.power_levels", silent)
    await ana.send(room, "!tz Europe/Madrid")
    await steward.until(lambda status: bool(status.get("dead_letters")))
    status, shown = await steward.command("dead-letters")
    assert status == ExitCode.OK
    assert "(refused_403), can be sent again" in shown
    for secret in ("Madrid", room, ana.user):
        assert secret not in shown
    assert "dead letters   1" in (await steward.command("status"))[1]
    await ana.api.call("PUT", f"/rooms/{room}/state/m.room.power_levels", levels)
    mark = len(ana.messages)
    assert "Queued again: 1." in (await steward.command("dead-letters", "retry", "all"))[1]
    await ana.hear("Madrid", of=steward.user, since=mark)
    assert "No dead letters" in (await steward.command("dead-letters"))[1]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 48 MiB, in memory; only root may make one.

    Not below pytest's own folder: a run that is killed leaves it mounted, and whichever run comes to
    tidy up that folder would fail for it.
    """
    place = Path(tempfile.mkdtemp(prefix="s-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        place.rmdir()
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S603, S607
    place.rmdir()


async def _supervise(steward: Steward, over: asyncio.Event) -> None:
    """Start it again whenever it ends, as a service manager does."""
    while not over.is_set():
        if not steward.running:
            ended = await steward.ended()
            assert ended == ExitCode.DISK, steward.log()[-3000:]
            await steward.start(wait=False)
        await asyncio.sleep(0.5)


def _leave(place: Path, free: int) -> None:
    """Fill the disk until so many bytes are left; with fewer left than that, nothing changes."""
    disk = os.statvfs(place)
    try:
        # Appended: emptied first, there would be room for a moment, which the bot may see.
        with (place / "filler").open("ab") as filler:
            filler.write(bytes(max(0, disk.f_bavail * disk.f_frsize - free)))
    except OSError as error:
        # The bot wrote in the meantime; then there is not a byte left either.
        if error.errno != errno.ENOSPC or free:
            raise


async def test_a_disk_that_fills_is_said_and_loses_nothing(
    small_disk: Path, homeserver: Homeserver, gathered: Gathered, unique: Callable[[str], str]
) -> None:
    user = await homeserver.register(unique("steward"), PASSWORD)
    async with Steward(small_disk, homeserver.url, user, PASSWORD) as steward:
        await steward.init()
        await steward.start()
        committee = await gathered(steward)
        ana = committee.ana
        direct = await committee.open_direct(ana)
        await ana.hear(of=user, where=direct)

        async def says(text: str, expect: str) -> None:
            await ana.ask(direct, text, expect, of=user, where=direct, seconds=60)

        await says('!contact add "Uma Thorne"', "M-1")
        _leave(small_disk, 4 << 20)
        await asyncio.sleep(1.1)
        await says('!contact add "Sam Okafor"', "disk of my machine is full")
        assert (await steward.command("status"))[0] == ExitCode.NOT_READY
        await says("!forget M-1", "It cannot be undone")
        await says("!forget M-1 --yes", "is forgotten")

        # Whoever was forgotten is overwritten first, which takes as much room as the database.
        await steward.logs("wiped")
        over = asyncio.Event()
        async with asyncio.TaskGroup() as beside:
            beside.create_task(_supervise(steward, over))
            # Not a byte left: the reserve is given up to say so.
            while (steward.data / "reserve").exists():
                # What the bot gave back by cutting its logs would be enough for several answers.
                _leave(small_disk, 0)
                await says('!contact add "Sam Okafor"', "disk of my machine is full")
            for _ in range(3):
                await says('!contact add "Sam Okafor"', "disk of my machine is full")

            (small_disk / "filler").unlink()
            await asyncio.sleep(1.1)
            await says('!contact add "Sam Okafor"', "M-2")
            over.set()
        await says("!contact list", "Sam Okafor")
        await steward.sees((steward.data / "reserve").exists)
        assert (await steward.command("status"))[0] == ExitCode.OK
        assert "disk_has_room" in steward.log()
        assert await steward.stop() == ExitCode.OK
