"""Benchmark of votes: rosters of 5 to 5,000 people, compared with a plain row as other bots write.

The plain side is one committed UPDATE in an encrypted database of the same kind, which says who voted
what to anybody with the file: what the sealed box costs is the ratio. Votes and plain rows alternate.
"""

import os
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.part import Part, Row, Table
from bot.polls.box import VotePosition
from bot.polls.keys import PollKeys
from bot.polls.register import Open, Register
from commands.polls.model import Poll, PollKind, Rules, encode
from storage.core.database import Database
from storage.core.model import UserId
from storage.polls.ballots import Ballots

POLL = Poll(
    "K7QX", PollKind.TEMPERATURE, "Ready to march on the boss?", (), Rules(5, None, datetime(2030, 1, 1, tzinfo=UTC))
)  # fmt: skip
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (that is tmpfs)


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of rosters, and votes in each."""

    rosters: tuple[int, ...]
    votes: int


async def measure(scale: Scale) -> list[Table]:
    """A row for each size of roster."""
    rows = []
    for size in scale.rosters:
        with (
            tempfile.TemporaryDirectory() as place,
            tempfile.TemporaryDirectory(dir=MEMORY) as keys,
        ):
            rows.append(await _row(size, scale.votes, Path(place), Path(keys)))
    heads = ("box KiB", "vote ms", "p95 ms", "plain row ms", "ratio", "opening ms", "counting ms")
    return [Table("people on the roster", heads, tuple(rows))]


async def _row(size: int, votes: int, place: Path, memory: Path) -> Row:
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
        for number in range(votes):
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
    return Row(f"{size:,}", (kib, median, p95, other, median / other, opened, counted))


async def _vote(register: Register, poll: Open, who: UserId, choice: str, number: int) -> float:
    started = time.perf_counter()
    await register.vote(poll, who, encode(POLL, choice), VotePosition(f"session of {who}", number))
    return _ms(started)


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000


PART = Part(
    name="polls",
    about=(
        "A vote into the sealed box of a secret poll, beside one committed UPDATE of a plain row in "
        "an encrypted database of the same kind, which tells who voted what to whoever has the file. "
        "Votes and plain rows alternate."
    ),
    measure=measure,
    full=Scale((5, 50, 500, 5_000), 400),
    toy=Scale((5, 12), 6),
    takes="half a minute",
)
