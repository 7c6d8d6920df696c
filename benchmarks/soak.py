"""A day and 50,000 commands: memory, open files and logs have to stay flat.

First in this process: whole answers of sync with encrypted messages through the real intake, guard,
commands and encrypted files, with the recurring jobs, on a clock that runs a day in the time it takes.
What is queued is taken off as if the homeserver had it. Then, shorter, the bot as its operator starts it,
on a real homeserver, which covers what is sent.
"""

import gc
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import psutil
import vodozemac

from benchmarks.driver import Driver
from benchmarks.part import Part, Row, Table
from benchmarks.round_trip import PASSWORD
from bot.config import Retention
from bot.config.limits import A_LOT, Limits
from bot.incoming.admission import Admission
from bot.incoming.rate_limit import RateLimiter
from bot.jobs.digests import DigestJob
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.scheduler import RELEASE_EVERY, Scheduler
from bot.process.data_directory import DataDirectory
from bot.process.memory import keep_large_apart
from bot.state import Signals
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from storage.chat.outbox import OutboxTable
from tests.support.answering import ROOM, Answering, answering
from tests.support.collected import Collected

AT_ONCE: Final = 5
"""Messages in one answer of sync."""
ROTATION: Final = 100
"""Messages after which an app takes a new session, as Element does."""
START: Final = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY: Final = timedelta(hours=24)
SETTLED: Final = 1_000
"""Commands after which everything has been loaded that ever is, and nothing may grow with their number."""
MOST_LOG: Final = 8 << 20
"""Bytes of the log of a database, which is cut when it was written back."""
MOST_KEYS: Final = 10
"""Room keys of what one device wrote in a quarter of an hour: those before are given up."""
TOLD: Final = 256.0
"""KiB that the operator is told for 10,000 commands, none of which fails."""
UNUSED: Final = {
    "device_one_time_keys_count": {"signed_curve25519": 50},
    "device_unused_fallback_key_types": ["signed_curve25519"],
}
"""What a homeserver says of the bot's keys while nobody needs one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Commands in this process, then commands and rooms of the bot's own process on a homeserver."""

    commands: int
    real: int
    rooms: int


def steps(commands: int) -> frozenset[int]:
    """Return after how many commands is looked: once soon, then at every fifth part."""
    fifth = max(AT_ONCE, commands // 5)
    return frozenset({min(SETTLED, fifth), *range(fifth, commands + 1, fifth)})


class Day:
    """A clock on which the whole run is one day."""

    def __init__(self) -> None:
        self.now = START

    def ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    def datetime(self) -> type[datetime]:
        """The class of moments, whose present one is this clock's."""

        class Simulated(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return self.now.astimezone(tz)

        return Simulated


@dataclass(frozen=True, slots=True)
class Reading:
    """What one process holds after so many commands."""

    commands: int
    memory: float
    """MiB resident."""
    files: int
    database: int
    """Bytes, as the others."""
    log: int
    keys: int
    keys_log: int
    told: int = 0
    """What the bot has told the operator, in its log."""


def reading(
    commands: int, process: psutil.Process, directory: Path, log: Path | None = None
) -> Reading:
    def size(name: str) -> int:
        path = directory / name
        return path.stat().st_size if path.exists() else 0

    gc.collect()
    return Reading(
        commands,
        process.memory_info().rss / 2**20,
        process.num_fds(),
        database=size("app.db"),
        log=size("app.db-wal"),
        keys=size("nio.db"),
        keys_log=size("nio.db-wal"),
        told=0 if log is None else log.stat().st_size,
    )


def growth(title: str, readings: list[Reading], *more: Row) -> Table:
    """Make a table of what grew since the first thousand commands; what stays flat has a bound."""
    begun = next((each for each in readings if each.commands >= SETTLED), readings[-1])
    end = readings[-1]
    span = max(end.commands - begun.commands, 1) / 10_000
    logs = max(max(each.log, each.keys_log) for each in readings)
    return Table(
        title,
        ("figure",),
        (
            Row(
                f"memory at the end / after {begun.commands:,}", (end.memory / begun.memory,), 1.03
            ),
            Row("MiB of memory for 10,000", ((end.memory - begun.memory) / span,)),
            Row("open files more at the end", (end.files - begun.files,), 2),
            Row("KiB of a database's log at most", (logs / 1024,), MOST_LOG / 1024),
            Row("KiB of app.db for 10,000", ((end.database - begun.database) / 1024 / span,)),
            Row("KiB of nio.db for 10,000", ((end.keys - begun.keys) / 1024 / span,)),
            Row("KiB told in the log for 10,000", ((end.told - begun.told) / 1024 / span,), TOLD),
            *more,
        ),
        bounded=1,
    )


def table(title: str, readings: list[Reading], *notes: str) -> Table:
    """Make a table of what was held at each reading."""
    heads = ("RSS MiB", "open files", "app.db KiB", "its log", "nio.db KiB", "its log")
    rows = tuple(
        Row(
            f"{r.commands:,}",
            (r.memory, r.files, r.database / 1024, r.log / 1024, r.keys / 1024, r.keys_log / 1024),
        )
        for r in readings
    )
    return Table(title, heads, rows, notes)


def command(number: int) -> str:
    """What is typed: mostly talks and look-ups, now and then somebody new, a meeting, chatter."""
    contact = 1 + number * 7919 % max(1, number // 25 + 1)
    if number % 5000 == 10:
        return f"!meet new Turf meeting {number} | tomorrow 19:00"
    if number % 5000 == 11:
        return "!ok"
    return (
        f'!contact add "Person{number} Family{number % 977}" area="Area {number % 40}" --yes',
        f'!1on1 log M-{contact} reached rate={1 + number % 5} issue="on call {number}"',
        "!due",
        f"!contact show M-{contact}",
        f"!contact find person{number - number % 25}",
        f"!1on1 log M-{contact} noanswer",
        f"!assess M-{contact} {1 + number % 5}",
        "good morning everybody",
        f"!note M-{contact} asked about shift {number}",
        "!contact list",
        "!tz Europe/Madrid",
        "!undo",
        "!me",
    )[0 if number % 25 == 0 else 1 + number % 12]


class Soak:
    """One bot in this process, kept busy."""

    def __init__(self, bot: Answering, day: Day, directory: Path, commands: int) -> None:
        self._pace = DAY / commands
        self._bot, self._day = bot, day
        self._target = bot.target()
        self._said = 0
        self.answers = 0
        authority, database = bot.authority, bot.database
        self._reminding = ReminderJob(database, authority, Collected(), lambda: day.now)
        self._mornings = DigestJob(database, authority, Collected())
        shredding = RetentionJob(database, Retention(), Signals())
        self._scheduler = Scheduler(
            database,
            DataDirectory(directory),
            Retention(),
            self._mornings,
            shredding,
            self._reminding,
        )
        self._due = dict.fromkeys(
            ("reminders", "mornings", "clocks", "expire", "memory", "read"), START
        )

    async def one_answer(self, first: int) -> None:
        """Take an answer of sync with a few commands, and what becomes due meanwhile."""
        bot, events, keys = self._bot, [], []
        for number in range(first, first + AT_ONCE):
            if self._said % ROTATION == 0:
                bot.ana.megolm = vodozemac.GroupSession()
                keys.append(bot.ana.room_key(self._target, ROOM))
            self._said += 1
            self._day.now += self._pace
            said = bot.ana.says(ROOM, command(number))
            events.append({**said, "origin_server_ts": self._day.ms()})
        answer: dict[str, Any] = bot.said(*events)
        await bot.take({**answer, **UNUSED, "to_device": {"events": keys}})
        async with bot.database.transaction() as tx:
            for parcel in await OutboxTable(tx).waiting():
                await OutboxTable(tx).done(parcel.id)
                self.answers += 1
        await self._jobs()

    async def _jobs(self) -> None:
        now = self._day.now
        for name, every, job in (
            ("reminders", timedelta(seconds=20), self._reminding.send_due),
            ("mornings", timedelta(minutes=5), lambda: self._mornings.send_due(now)),
            ("clocks", timedelta(hours=1), self._scheduler.tend_clocks),
            ("expire", timedelta(hours=24), self._scheduler.expire),
            ("memory", RELEASE_EVERY, self._scheduler.release_memory),
            ("read", timedelta(minutes=1), self._bot.expiry.run_due),
        ):
            if now >= self._due[name]:
                self._due[name] = now + every
                await job()


async def in_process(directory: Path, commands: int) -> list[Table]:
    """Everything but the network."""
    day = Day()
    process = psutil.Process()
    simulated = day.datetime()
    # As the bot does when it has started (bot/process/memory.py).
    keep_large_apart()
    with (
        # Every clock of the bot that tells a date; one that is forgotten gives nothing up in the whole day.
        patch("time.time_ns", lambda: day.ms() * 1_000_000),
        patch("bot.incoming.whereabouts.datetime", simulated),
        patch("bot.jobs.scheduler.datetime", simulated),
    ):
        async with answering(directory) as bot:
            plenty = Limits(person_burst=A_LOT, person_per_minute=A_LOT, room_per_minute=A_LOT)
            limiter = RateLimiter(plenty, bot.bot.state.pulse)
            bot.bot.dispatcher._admission = Admission(limiter, None)  # noqa: SLF001
            soak = Soak(bot, day, directory, commands)
            rows, marks = [reading(0, process, directory)], steps(commands)
            started = time.perf_counter()
            for first in range(0, commands, AT_ONCE):
                await soak.one_answer(first)
                if first + AT_ONCE in marks:
                    rows.append(reading(first + AT_ONCE, process, directory))
            seconds = time.perf_counter() - started
            refused = await bot.refused()
            kept = Row("room keys kept at the end", (len(bot.expiry.sessions()),), MOST_KEYS)
    note = (
        f"{commands:,} messages in {day.now - START} of simulated time ({seconds:.0f} s), "
        f"{soak.answers:,} answers, refused: {sum(refused.values())}."
    )
    return [
        table("messages, in this process", rows, note),
        growth("messages, in this process: growth", rows, kept),
    ]


async def on_a_homeserver(directory: Path, scale: Scale) -> list[Table]:
    """A shorter run of the process itself."""
    async with Homeserver() as homeserver:
        for user in ("steward", "driver"):
            await homeserver.register(user, PASSWORD)
        user = f"@steward:{homeserver.server_name}"
        async with Steward(directory / "steward", homeserver.url, user, PASSWORD) as steward:
            await steward.init()
            await steward.start()
            me = await Organizer.sign_in(homeserver.url, "driver", PASSWORD)
            async with me:
                rooms = []
                for number in range(scale.rooms):
                    name = None if number else "Committee"
                    room = await me.encrypted_room(name, invite=[user], direct=number > 0)
                    await me.settled(room, user, seconds=60)
                    await me.ask(room, "!tz Europe/Madrid", of=user, where=room, seconds=60)
                    rooms.append(room)
                return await _typed(me, steward, rooms, scale.real)


async def _typed(me: Organizer, steward: Steward, rooms: list[str], commands: int) -> list[Table]:
    process = psutil.Process(steward.pid)
    readings = [reading(0, process, steward.data, steward.log_path)]
    each, rates = commands // 5 // len(rooms), []
    driver = Driver(me, PASSWORD)
    for room in rooms:
        await driver.prepare(room, "!tz Europe/Madrid", 5 * each)
    async with driver:
        for step in range(1, 6):
            rates.append(await driver.burst(rooms, each, steward.user))
            typed = step * each * len(rooms)
            readings.append(reading(typed, process, steward.data, steward.log_path))
    note = f"{min(rates):.1f} to {max(rates):.1f} answers a second."
    title = "commands, the bot's own process on a homeserver"
    return [table(title, readings, note), growth(f"{title}: growth", readings)]


async def measure(scale: Scale) -> list[Table]:
    """Measure both, each with what it held and what grew."""
    with tempfile.TemporaryDirectory() as scratch:
        within = await in_process(Path(scratch), scale.commands)
        return [*within, *await on_a_homeserver(Path(scratch), scale)]


PART = Part(
    name="soak",
    about=(
        "A day and 50,000 commands: memory, open files and logs have to stay flat. First in one "
        "process on a clock that runs a day in the time it takes, then, shorter, the bot as its "
        "operator starts it."
    ),
    measure=measure,
    full=Scale(commands=50_000, real=5_000, rooms=4),
    toy=Scale(commands=50, real=10, rooms=2),
    takes="a quarter of an hour",
    homeserver=True,
    long=True,
)
