"""Waiting under pressure: how long one person waits while another asks for as much as they can.

The real dispatcher, queue, imports and database; the homeserver is a list of who says what, and when. An
answer is there when it is in the outbox's table.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import cycle

from bot.config.limits import Limits
from bot.delivery.clearance import Clearance
from bot.delivery.transaction_ids import digest
from bot.files.parser import FileParser
from bot.incoming.admission import Admission
from bot.incoming.build import CommandHandling
from bot.incoming.rate_limit import RateLimiter
from bot.incoming.set_aside import SetAside
from bot.jobs.imports import ImportJob
from bot.matrix.client import Client
from bot.matrix.guard import Message
from bot.matrix.rooms import Room
from bot.process.retry import persist
from bot.rooms.directory import RoomDirectory
from commands.imports.gathering import Gathering
from commands.imports.upload import AttachedFile
from commands.polls.ask.policy import Member
from storage.chat.committees import Committees
from storage.chat.outbox import Parcel
from storage.core.database import Database
from storage.imports.uploads import Upload as Sent
from storage.imports.uploads import Uploads
from storage.privacy.forgotten import Seal
from tests.support.commanding import commands_for, new_state
from tests.support.crowd import names
from tests.support.outboxes import outbox_over
from tests.support.poll_desk import OpenDesk
from tests.support.running import running
from tests.support.standing import AsShown
from tests.support.worst import MESSAGE, NAME, TIME, WHEN, WORST

OWN = "@steward:example.org"
ANA, LEA, MAL = "@ana:example.org", "@lea:example.org", "@mal:example.org"
"""Ana asks for little; Mal, an organizer, and Lea, a lead, for all they can."""
AT_FIRST, PER_SECOND = 60, 10.0
"""Messages of the flood: at once, and then; what a person may type in a minute is spent by it."""
EVERY = 0.25
"""Seconds between two questions of the other person."""
LITTLE = (
    "!me",
    "!due",
    "!contact find maria g",
    "!1on1 log M-4 busy",
    "!scale",
    "!contact show M-8",
)
LIST = 5 << 20
"""Bytes of the file that is sent again and again."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What somebody sends over and over."""

    name: str
    texts: Sequence[str] = field(repr=False)
    who: str = MAL
    file: bool = False


FLOODS = (
    Flood("nothing", ()),
    Flood("lists of 30 lines of 25 names", ["!test mark did\n" + "\n".join(
        " ".join(list(names(13))) + f" {n}" for n in range(30))]),
    Flood("a list of 60 KB", ["!test mark did\n" + "\n".join(names(3_000))[:MESSAGE]], LEA),
    Flood("a table of 60 KB, pasted", [WORST["import paste"][0]], LEA),
    Flood("a hundred names in a line", list(WORST["test mark"][:2])),
    Flood("names with slips", [f"!contact show {NAME[:70]}", "!1on1 log Marai Garcai busy"]),
    Flood("!dupes", ["!dupes"], LEA),
    Flood("wall charts", ["!chart"], LEA),
    Flood("polls", [WORST["poll choose"][0], WORST["poll rank"][0]]),
    Flood("times", [f"!meet new Planning | {WHEN} | 90m", f"!snooze 2 {TIME}", *WORST["meet poll"]]),
    Flood("text that is long to read", ["!me " + "[[a]" * 15_000, "a" * MESSAGE, "!help " + "a " * 1_900]),
    Flood("files of 5 MB", (), LEA, file=True),
)  # fmt: skip


@dataclass(slots=True)
class Office:
    """The bot's parts without Matrix."""

    database: Database
    commands: CommandHandling
    said: dict[str, float] = field(default_factory=dict)
    """When an answer was there, by the message's digest."""
    inbox: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue)
    _count: int = 0
    _name: str = field(default_factory=lambda: secrets.token_hex(4))
    """What another office on the same database has seen is not new to the bot."""

    def answered(self, parcel: Parcel) -> None:
        self.said.setdefault(parcel.transaction_id.split("-")[1], time.perf_counter())

    def send(self, who: str, text: str) -> str:
        """Somebody writes in their direct chat; the message's digest."""
        self._count += 1
        event = f"$event{self._count}-{self._name}"
        direct = f"!{who[1:4]}"
        sent = time.time_ns() // 1_000_000
        self.inbox.put_nowait(
            Message(event, direct, who, "PHONE", text, f"{who} {self._name}", self._count, sent)
        )
        return digest(event)

    async def listen(self) -> None:
        """Process what came as the sync processor does: one answer of sync after the other."""
        while True:
            batch = [await self.inbox.get()]
            while not self.inbox.empty():
                batch.append(self.inbox.get_nowait())
            self.commands.dispatcher.begin_batch()
            rooms: dict[str, list[Message]] = {}
            for message in batch:
                rooms.setdefault(message.room, []).append(message)
            putting_by = SetAside(self.commands.dispatcher)
            for said in sorted(rooms.values(), key=len):
                for message in said:
                    if not await putting_by.takes(message):
                        await self._take(message)
            await putting_by.finish()

    async def _take(self, message: Message) -> None:
        await persist(
            lambda: self.commands.dispatcher.handle(message),
            lambda error_id: self.commands.dispatcher.set_aside(message, error_id),
        )

    async def read_files(self, content: bytes) -> None:
        """A file comes, over and over."""
        parser = FileParser()
        try:
            for number in range(10_000):
                event = f"$file{number}-{self._name}"
                sent = Sent(event, "!lea", LEA, "", {"name": "list.csv", "thread": ""}, 0)
                async with self.database.transaction() as tx:
                    await Uploads(tx).keep(sent)
                gathering = Gathering(event)
                stage = partial(self._stage, event)
                await parser.read(_whole(content), len(content), gathering, stage)
                await self.commands.files.answer(sent, AttachedFile.of("list.csv", gathering))
        finally:
            await parser.close()

    async def _stage(self, event: str, sheets: list[tuple[int, int, str]]) -> None:
        async with self.database.transaction() as tx:
            await Uploads(tx).stage(event, sheets)


def _list() -> bytes:
    rows = "\n".join(f"{name};Area 1;{n}" for n, name in enumerate(names(LIST // 28)))
    return f"name;team;number\n{rows}".encode()


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


@asynccontextmanager
async def office(database: Database) -> AsyncIterator[Office]:
    """The parts put together as the bot does it."""
    client = Client("http://127.0.0.1:9", OWN)
    client.resume("DEVICE", "")
    places = RoomDirectory(OWN, lambda _: True)
    async with database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
    for name, people in (
        (str(committee.room), (ANA, LEA, MAL)),
        ("!ana", (ANA,)),
        ("!lea", (LEA,)),
        ("!mal", (MAL,)),
    ):
        room = places.rooms[name] = Room(name, encrypted=True)
        room.members = dict.fromkeys((OWN, *people), "join")
        room.declared_direct = len(people) == 1
        room.levels = {LEA: 50}
    authority = AsShown(places)
    outbox = outbox_over(None, database, client, places.rooms, _nobody, Clearance(authority))
    state = new_state()
    polls = OpenDesk(datetime.now(UTC), [Member(u, datetime(2026, 1, 1, tzinfo=UTC)) for u in (ANA, LEA, MAL)])  # type: ignore[arg-type]  # fmt: skip
    commands = commands_for(
        database,
        authority,
        client,
        outbox,
        state,
        admission=Admission(RateLimiter(Limits(), state.pulse), None),
        polls=lambda _ctx, _tx, _origin: polls,
        queued=True,
    )
    importing = ImportJob(
        database, authority=authority, outbox=outbox, seal=Seal(bytes(32)), signals=state.signals
    )
    made = Office(database, commands)
    outbox.deliver = made.answered  # type: ignore[method-assign]
    async with running(commands.queue, importing):
        yield made
    await client.close()


async def _nobody(_person: str) -> Room | None:
    return None


async def waits(database: Database, flood: Flood, *, questions: int) -> list[float]:
    """Return the seconds Ana waited for each question; unanswered ones count until the end."""
    # Before anybody waits: making it is no work of the bot's.
    content = _list() if flood.file else b""
    async with office(database) as bot:
        asked: list[tuple[str, float]] = []
        tasks = [asyncio.create_task(bot.listen()), asyncio.create_task(_flood(bot, flood))]
        if flood.file:
            tasks.append(asyncio.create_task(bot.read_files(content)))
        little = cycle(LITTLE)
        due = time.perf_counter() + EVERY
        for _question in range(questions):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            # From when it was due: a loop that is held reads later what was said meanwhile.
            asked.append((bot.send(ANA, next(little)), due))
            due += EVERY
        end = time.perf_counter() + 30.0
        while time.perf_counter() < end and not all(e in bot.said for e, _at in asked):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        over = time.perf_counter()
        return [bot.said.get(event, over) - at for event, at in asked]


async def _flood(bot: Office, flood: Flood) -> None:
    if not flood.texts:
        return
    texts = cycle(flood.texts)
    for _each in range(AT_FIRST):
        bot.send(flood.who, next(texts))
    while True:
        await asyncio.sleep(1 / PER_SECOND)
        bot.send(flood.who, next(texts))
