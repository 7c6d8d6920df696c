"""Nothing that a running bot shows from outside moves with votes: figures, log, status, files.

Whoever watches the monitoring, the log at its most talkative, or the directory every moment sees the
same in a minute in which people vote as in one in which nobody does.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from bot.health.prometheus import STEPS
from demo.homeserver import Homeserver
from tests.support.ballot_faulty_bot import BEAT
from tests.support.ballot_table import Note
from tests.support.ballot_voters import (
    SETTINGS,
    FaultySteward,
    Voter,
    invited,
    opened,
    typed,
    with_ballot,
)
from tests.support.committee import PASSWORD, Committee, Gathered, SignIn

WATCHED: Final = 2.5 * BEAT
"""Seconds: two heartbeats are in it."""
OF_THE_MACHINE: Final = (
    "steward_disk_free_bytes",
    "steward_process_cpu",
    "steward_process_resident",
    "steward_process_virt",
)
"""Figures that other programs or mere time may move a step; each is looked at by itself."""
ROW: Final = "figures, log and files, watched: whether"


class TellingSteward(FaultySteward):
    """Its heartbeats come every few seconds, and its figures several times a second."""

    fault = "telling"


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    return tmp_path / "steward.prom"


@pytest.fixture
async def committee(
    homeserver: Homeserver, gathered: Gathered, in_memory: Path, tmp_path: Path, figures: Path
) -> AsyncIterator[Committee]:
    user = await homeserver.register(f"steward-{in_memory.name[-6:].lower()}", PASSWORD)
    settings = SETTINGS.format(keys=in_memory) + f'\n[metrics]\ntextfile = "{figures}"\n'
    async with TellingSteward(
        tmp_path / "b", homeserver.url, user, PASSWORD, settings=settings
    ) as bot:
        await bot.init()
        await bot.start()
        yield await gathered(bot)


@dataclass
class Watch:
    """What was seen in a while."""

    figures: set[str] = field(default_factory=set)
    """Readings, without what the machine moves."""
    ages: set[object] = field(default_factory=set)
    files: set[tuple[str, ...]] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    """Files with another time of writing at the end."""
    read: set[str] = field(default_factory=set)
    """And of reading."""
    logged: list[str] = field(default_factory=list)


@dataclass
class Watcher:
    committee: Committee
    figures: Path
    keys: Path

    async def watch(self, while_: "asyncio.Task[None] | None" = None) -> Watch:
        """Look again and again for a while, and until something is done."""
        seen, before, lines = Watch(), self._times(), len(self._log())
        ends = asyncio.get_running_loop().time() + WATCHED
        while asyncio.get_running_loop().time() < ends or not (while_ is None or while_.done()):
            seen.figures.add(told(self.figures.read_text()))
            seen.files.add(tuple(sorted(self._times())))
            status = await self.committee.steward.status()
            seen.ages.add(
                (status["last_sync_seconds"], status["queue"], status.get("dead_letters"))
            )
            await asyncio.sleep(0.1)
        if while_ is not None:
            await while_
        after = self._times()
        seen.written = {n for n, at in after.items() if n in before and before[n][0] != at[0]}
        seen.read = {n for n, at in after.items() if n in before and before[n][1] != at[1]}
        seen.logged = self._log()[lines:]
        return seen

    def _times(self) -> dict[str, tuple[int, int]]:
        """Every file there is, with its times of writing and reading.

        The index of a log is written through memory whenever the log is: when its own time moves is
        the kernel's doing, at most twice a minute, so only that it is there is looked at.
        """
        found = {}
        for folder in (self.committee.steward.data, self.keys):
            for path in folder.rglob("*"):
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue
                times = (status.st_mtime_ns, status.st_atime_ns)
                found[f"{folder.name}/{path.name}"] = (
                    (0, 0) if path.name.endswith("-shm") else times
                )
        return found

    def _log(self) -> list[str]:
        return self.committee.steward.log().splitlines()


def told(reading: str) -> str:
    """A reading without comments and without what the machine moves."""
    rows = [row for row in reading.splitlines() if not row.startswith("#")]
    for row in rows:
        name, _space, value = row.partition(" ")
        step = STEPS.get(name.removesuffix("_total"))
        assert step is None or float(value) % step == 0, row
    return "\n".join(row for row in rows if not row.startswith(OF_THE_MACHINE))


def value_of(figure: str, reading: str) -> float:
    return next(
        float(row.split()[-1]) for row in reading.splitlines() if row.split()[:1] == [figure]
    )


async def voting(voters: list[Voter], code: str) -> None:
    """Everybody votes, changes their mind, slips, and one votes unencrypted."""
    for time, choice in enumerate(("04", "02", "05"), 1):
        for voter in voters:
            await voter.vote(code, choice)
            await voter.recorded(code, time)
    await voters[0].vote(code, "9")
    await voters[0].who.hear("That is not a ballot", of=voters[0].bot)
    await voters[1].who.api.send_clear(voters[1].room, "m.room.message", typed(f"vote {code} 04"))
    await voters[1].who.hear("unencrypted", of=voters[1].bot, where=voters[1].room)


@pytest.mark.timeout(300)
async def test_a_minute_with_votes_looks_like_one_without(
    committee: Committee, sign_in: SignIn, in_memory: Path, figures: Path, note: Note
) -> None:
    watcher = Watcher(committee, figures, in_memory)
    chi = await sign_in("chi")
    await invited(committee, [chi])
    bot = committee.steward.user
    # The control: without a poll every message is counted.
    before = figures.read_text()
    for _time in range(3):
        await committee.say(committee.ana, "!status", "fingerprint")

    def moved() -> list[float]:
        after = figures.read_text()
        names = ("steward_syncs_total", "steward_answered_total")
        return [value_of(name, after) - value_of(name, before) for name in names]

    await committee.steward.sees(lambda: all(each >= 3 for each in moved()))
    syncs, answers = moved()
    note(ROW, "control", f"{syncs:.0f} syncs, {answers:.0f} answers")

    code = await opened(committee, '!poll temp "Ready?" k=3 closes=1h')
    found = [await with_ballot(who, bot, code) for who in (committee.ana, committee.ben, chi)]
    for voter in found:
        await voter.to_tap(code)
        # Whose chat with the bot goes on; a first message ever writes more (docs/ballot-secrecy.md).
        await voter.who.ask(voter.room, "!me", of=bot)
    await asyncio.sleep(BEAT)
    quiet = await watcher.watch()
    busy = await watcher.watch(asyncio.create_task(voting(found, code)))
    told_apart = {
        name: more
        for name in ("figures", "ages", "files", "written", "read", "logged")
        if (more := [each for each in getattr(busy, name) if each not in getattr(quiet, name)])
    }
    note(ROW, "product", f"{len(told_apart)} of 6 differ")
    assert not told_apart, told_apart
    assert quiet.logged == []
    assert len(quiet.figures) == 1


async def test_control_an_unencrypted_message_is_counted_and_logged_when_no_poll_is_open(
    committee: Committee, figures: Path
) -> None:
    direct = await committee.open_direct(committee.ana)
    await committee.ana.hear(of=committee.steward.user, where=direct)
    before = committee.steward.log().count("refused")
    await committee.ana.api.send_clear(direct, "m.room.message", typed("!vote K7QX 04"))
    await committee.ana.hear("unencrypted", of=committee.steward.user, where=direct)
    await committee.steward.logs("refused", times=before + 1)

    def counted() -> bool:
        now = figures.read_text()
        return 'reason="plain' in now or "steward_refused_total{" in now

    await committee.steward.sees(counted)
