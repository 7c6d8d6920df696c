"""A copy of a bot on another machine: of the two the later goes on, and nobody answers twice."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.process.exit_codes import ExitCode
from demo.processes import Process, cold_start
from demo.steward import Steward
from tests.support.committee import Gathered, NewSteward

ELSEWHERE = (
    "import contextlib\n"
    "from bot.process import device_hold\n"
    "device_hold.held = lambda *_: contextlib.nullcontext()\n"
    "from bot.cli.main import main\n"
    "main()\n"
)
"""A bot on a machine whose kernel knows nothing of the first."""


def start_elsewhere(line: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    words = [sys.executable, "-c", ELSEWHERE, *line[line.index("bot") + 1 :]]
    return cold_start(words, environment, log)


class OtherMachine(Steward):
    starts = staticmethod(start_elsewhere)


def copy_of(steward: Steward, where: Path) -> Steward:
    """The bot's directory as it lies there now, on another machine."""
    sockets = shutil.ignore_patterns("*.sock", "bot.log")
    shutil.copytree(steward.directory, where, ignore=sockets)
    copy = OtherMachine(where, steward.homeserver, steward.user, "unused")
    words = steward.config.read_text("utf-8").replace(str(steward.directory), str(where))
    copy.config.write_text(words, "utf-8")
    # Keys of polls lie in the memory of each machine: a copy elsewhere meets nobody who holds them.
    copy._environment["STEWARD_POLLS__KEYS_DIR"] = str(where / "polls")
    return copy


@pytest.mark.timeout(300)
async def test_of_two_the_one_started_later_goes_on(
    new_steward: NewSteward, gathered: Gathered, tmp_path: Path
) -> None:
    first = await new_steward()
    await first.start()
    committee = await gathered(first)
    assert await first.stop() == 0
    old = copy_of(first, tmp_path / "old")
    await first.start()

    # An old copy does not begin, and the bot goes on.
    await old.start(wait=False)
    assert await old.ended() == ExitCode.DATA_DIRECTORY, old.log()
    assert "this is an old copy" in old.log()
    await committee.say(committee.ana, "!status", "2 members")

    # A copy of now begins, and the bot that was started before it ends.
    assert await first.stop() == 0
    copy = copy_of(first, tmp_path / "copy")
    await first.start()
    shutil.copy(first.data / "starts", copy.data / "starts")
    async with copy:
        await copy.start()
        assert await first.ended() == ExitCode.LOCKED, first.log()
        assert "started later, on another machine" in first.log()
        await first.start(wait=False)
        assert await first.ended() == ExitCode.DATA_DIRECTORY, first.log()
        await committee.say(committee.ana, "!status", "2 members")
        await copy.restart()

        # Somebody decides that the first is the one.
        status, said = await first.command("run", "--take-over", "--help")
        assert status == 0
        assert "--take-over" in said
        first._process = first.starts(
            first._line("run", "--take-over"), first._env({}), first.log_path
        )
        await first.wait_ready()
        assert await copy.ended() == ExitCode.LOCKED, copy.log()
    # From then on it starts as ever. What it encrypts for devices that heard the copy they cannot read until they
    # have begun anew with it: that is what two at once lose.
    await first.restart()
    for log in (first.log(), copy.log(), old.log()):
        assert first.user not in log
