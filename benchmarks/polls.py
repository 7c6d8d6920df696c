"""A vote in rosters of 5 to 5,000 people, beside the plain row that other bots write for one.

The plain side is one committed UPDATE in an encrypted database of the same kind, which says who voted
what to anybody with the file: what the sealed box costs is the ratio. Votes and plain rows alternate.
"""

import os
import secrets
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.polls.keys import PollKeys
from bot.polls.register import Open, Register
from bot.polls.state import Mark
from commands.polls.model import Kind, Poll, Rules, encode
from storage.ballots import Ballots
from storage.database import Database
from storage.model import UserId

ROSTERS = (5, 50, 500, 5_000)
VOTES = int(os.environ.get("VOTES", "400"))
POLL = Poll(
    "K7QX", Kind.TEMPERATURE, "Ready to march on the boss?", (), Rules(5, None, datetime(2030, 1, 1, tzinfo=UTC))
)  # fmt: skip
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (that is tmpfs)


async def main() -> None:
    """Print a row for each size of roster."""
    sys.stdout.write(
        f"{'roster':>7} {'box KiB':>8} {'vote ms':>8} {'p95 ms':>8} {'plain ms':>9} {'ratio':>6}"
        f" {'open ms':>8} {'count ms':>9}\n"
    )
    for size in ROSTERS:
        with (
            tempfile.TemporaryDirectory() as place,
            tempfile.TemporaryDirectory(dir=MEMORY) as keys,
        ):
            sys.stdout.write(await _row(size, Path(place), Path(keys)) + "\n")
            sys.stdout.flush()


async def _row(size: int, place: Path, memory: Path) -> str:
    roster = [UserId(f"@organizer-{secrets.token_hex(4)}:example.org") for _ in range(size)]
    ballots = await Ballots.open(place / "ballots.db", os.urandom(32))
    plain = await Database.open(place / "plain.db", os.urandom(32))
    try:
        async with plain.transaction() as tx:
            await tx.execute("CREATE TABLE votes(voter TEXT PRIMARY KEY, choice TEXT)")
            await tx.executemany("INSERT INTO votes VALUES (?, NULL)", [(each,) for each in roster])
        register = Register(ballots, PollKeys(memory))
        started = time.perf_counter()
        poll = await register.open(POLL, roster, "!room:example.org", "$origin")
        opened = _ms(started)
        times, plain_times = [], []
        for number in range(VOTES):
            who, choice = secrets.choice(roster), secrets.choice(("00", "03", "05"))
            times.append(await _vote(register, poll, who, choice, number))
            started = time.perf_counter()
            async with plain.transaction() as tx:
                await tx.execute("UPDATE votes SET choice = ? WHERE voter = ?", (choice, who))
            plain_times.append(_ms(started))
        kib = len((await register.state(poll)).encode()) / 1024
        started = time.perf_counter()
        await register.count(poll)
        counted = _ms(started)
    finally:
        await ballots.close()
        await plain.close()
    median, other = statistics.median(times), statistics.median(plain_times)
    p95 = statistics.quantiles(times, n=20)[-1]
    return (
        f"{size:7} {kib:8.0f} {median:8.2f} {p95:8.2f} {other:9.2f} {median / other:6.1f}"
        f" {opened:8.1f} {counted:9.1f}"
    )


async def _vote(register: Register, poll: Open, who: UserId, choice: str, number: int) -> float:
    started = time.perf_counter()
    await register.vote(poll, who, encode(POLL, choice), Mark(f"session of {who}", number))
    return _ms(started)


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000
