"""Two bots of one user with one place for keys of polls: whatever is restarted or killed, both polls close right."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.polls.keys import PollKeys
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from demo.processes import ROOT
from demo.steward import Steward
from tests.support.committee import Committee, NewSteward, SignIn, gather
from tests.support.polling import (
    LATER,
    SETTINGS,
    Voter,
    announced,
    ask,
    in_memory,
    with_people,
)

ORDERS = (
    "restart the first, restart the second",
    "kill the first, restart the second, kill the second, restart the first",
    "stop the first, restart the second, kill the second, start the first",
)


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.mark.timeout(600)
async def test_two_bots_with_open_polls_in_any_order(
    new_steward: NewSteward, sign_in: SignIn, memory: Path
) -> None:
    people = [await sign_in(name) for name in ("ana", "ben", "chi")]
    committees: list[Committee] = []
    for _ in range(2):
        steward = await new_steward(settings=SETTINGS.format(keys=memory))
        await steward.start()
        committee = await gather(steward, *people[:2])
        await with_people(committee, people[2:])
        await committee.say(committee.ana, "!status", "3 members")
        committees.append(committee)
    first, second = (each.steward for each in committees)
    codes, voters = [], []
    for committee in committees:
        await ask(committee, '!poll temp "Ready to march?" closes=3h')
        codes.append(await announced(committee, "Ready to march?"))
        voters.append([await Voter.of(each, committee.steward.user) for each in people])
        await voters[-1][0].vote(codes[-1], "05")
        await voters[-1][0].acknowledged(1)

    for order in ORDERS:
        for step in order.split(", "):
            await _do(step, first, second)
            assert _kept(committees, memory), step
    # Both know which votes they had, and take others.
    for code, electorate in zip(codes, voters, strict=True):
        for voter, choice in zip(electorate[1:], ("05", "00"), strict=True):
            await voter.vote(code, choice)
            await voter.acknowledged(1)

    await first.stop()
    await second.stop()
    for committee, code in zip(committees, codes, strict=True):
        await committee.steward.start(LATER)
        result = await committee.ana.hear(
            f"{code} is closed", of=committee.steward.user, where=committee.room, seconds=60
        )
        assert "2 · 5 all in" in result.body
        assert "1 · 0 no, not this" in result.body
        assert "3 ballots of 3" in result.body
    # A key goes when its ballots were taken back in the direct chats.
    async with asyncio.timeout(90):
        while any(path.is_file() for path in memory.rglob("*")):  # noqa: ASYNC110 (other processes)
            await asyncio.sleep(0.2)


async def _do(step: str, first: Steward, second: Steward) -> None:
    what, _the, which = step.split(" ")
    bot = first if which == "first" else second
    match what:
        case "start":
            await bot.start()
        case "stop":
            assert await bot.stop() == 0
        case "kill":
            await bot.kill()
            await bot.start()
        case "restart":
            assert await bot.stop() == 0
            await bot.start()


def _kept(committees: list[Committee], memory: Path) -> bool:
    """Whether the key of each bot's poll lies in a place of its own."""
    places = [
        PollKeys.seen(DataDirectory(committee.steward.data), memory).path
        for committee in committees
    ]
    assert len(set(places)) == 2
    return all(len(list(place.glob("*.key"))) == 1 for place in places)


def copied(source: Path, target: Path) -> None:
    """Copy a directory as an operator does, sockets and times included."""
    run(["cp", "-a", str(source), str(target)])


def run(words: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603
        words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.timeout(180)
async def test_a_copy_is_refused_where_keys_of_polls_cannot_be_kept(
    new_steward: NewSteward, tmp_path: Path
) -> None:
    """The guard that every bot has on a terminal, where nobody made /run/steward."""
    steward = await new_steward(settings='\n[polls]\nkeys_dir = "/proc/steward"\n')
    await steward.start()
    third, data = steward.directory / "third.toml", tmp_path / "copy"
    await asyncio.to_thread(copied, steward.data, data)
    words = steward.config.read_text("utf-8").replace('data_dir = "data"', f'data_dir = "{data}"')
    assert str(data) in words
    third.write_text(words, "utf-8")
    third.chmod(0o600)
    line = [sys.executable, "-m", "bot", "run", "--config", str(third)]
    ended = await asyncio.to_thread(run, line)
    assert ended.returncode == ExitCode.LOCKED, ended.stderr
    assert f"process {steward.pid} of " in ended.stderr
    assert "started on a copy" in ended.stderr
    assert steward.user not in ended.stderr
    # The first goes on, and is the same after its own restart.
    assert await steward.stop() == 0
    await steward.start()
