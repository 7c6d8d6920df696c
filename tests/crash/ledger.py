"""What people typed, and what became of it: executed, answered, readable, in order."""

import asyncio
import itertools
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.delivery.transaction_ids import REFERENCE, digest
from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.matrix.crypto_store import CipherStore
from bot.process.data_directory import DataDirectory
from demo.matrix_api import ApiError, JsonObject, quoted
from demo.organizer import Organizer
from demo.steward import PASSPHRASE, Steward
from storage.core.database import Database


@dataclass(frozen=True, slots=True)
class Typed:
    """One command as it was sent."""

    event_id: str
    room: str
    sender: str
    contact: str | None
    """The name it adds, where it adds one: an effect that can be counted."""


@dataclass(frozen=True, slots=True)
class Table:
    """The account of a campaign; ``clean`` is what it has to be."""

    commands: int
    answers: int
    lost: tuple[str, ...]
    executed_twice: tuple[str, ...]
    unanswered: tuple[str, ...]
    answered_twice: tuple[str, ...]
    unreadable: tuple[str, ...]
    out_of_order: tuple[str, ...]
    left_in_outbox: int
    dead_letters: int

    @property
    def clean(self) -> bool:
        faults = (self.lost, self.executed_twice, self.unanswered, self.answered_twice)
        more = (self.unreadable, self.out_of_order, self.left_in_outbox, self.dead_letters)
        return not any((*faults, *more))

    def __str__(self) -> str:
        return (
            f"{self.commands} commands, {self.answers} answers: "
            f"lost {len(self.lost)}, executed twice {len(self.executed_twice)}, "
            f"unanswered {len(self.unanswered)}, answered twice {len(self.answered_twice)}, "
            f"unreadable {len(self.unreadable)}, out of order {len(self.out_of_order)}, "
            f"left in the outbox {self.left_in_outbox}, dead letters {self.dead_letters}, "
            "integrity ok"
        )


class Timeline:
    """A room as the homeserver serves it, read forwards and only once."""

    def __init__(self, reader: Organizer, room: str) -> None:
        self.reader = reader
        self.room = room
        self.events: list[JsonObject] = []
        self._seen: set[str] = set()
        self._point: str | None = None

    async def read_on(self) -> None:
        while True:
            query = {"dir": "f", "limit": "100"}
            if self._point is not None:
                query["from"] = self._point
            path = f"/rooms/{quoted(self.room)}/messages?{urlencode(query)}"
            page = await self.reader.api.call("GET", path)
            fresh = [event for event in page["chunk"] if event["event_id"] not in self._seen]
            self._seen.update(event["event_id"] for event in fresh)
            self.events += fresh
            self._point = page.get("end", self._point)
            if not fresh:
                return


class Ledger:
    """Everything typed to one bot, and the rooms it was typed in."""

    def __init__(self, steward: Steward) -> None:
        self.steward = steward
        self.typed: list[Typed] = []
        self._members: dict[str, list[Organizer]] = {}
        self._timelines: dict[str, Timeline] = {}
        self._names = (f"Robin {_letters(number)}" for number in itertools.count())

    def watch(self, room: str, *members: Organizer) -> None:
        """This room counts: ``members`` were in it from the start and must read every answer."""
        self._members[room] = list(members)
        self._timelines[room] = Timeline(members[0], room)

    async def add_contact(self, who: Organizer, room: str) -> Typed:
        name = next(self._names)
        return await self._send(who, room, f'!contact add "{name}" area=Search --yes', name)

    async def ask(self, who: Organizer, room: str, text: str) -> Typed:
        return await self._send(who, room, text, None)

    async def _send(self, who: Organizer, room: str, text: str, contact: str | None) -> Typed:
        typed = Typed(await self._insist(who, room, text), room, who.user, contact)
        self.typed.append(typed)
        return typed

    @staticmethod
    async def _insist(who: Organizer, room: str, text: str, seconds: float = 120) -> str:
        """Send as clients do: under one transaction id until the homeserver says that it has it.

        A homeserver killed after it took a message cannot say so; that message counts all the same.
        """
        transaction = secrets.token_hex(8)
        async with asyncio.timeout(seconds):
            while True:
                try:
                    return await who.send(room, text, txn=transaction)
                except (aiohttp.ClientError, ApiError, TimeoutError):
                    await asyncio.sleep(0.2)

    def note(self, typed: Iterable[Typed]) -> None:
        """Commands that were sent some other way."""
        self.typed += typed

    async def answered(self, seconds: float = 45) -> bool:
        """Wait until every command is answered, everybody could read all and nothing is queued.

        False when nothing has got better for so many seconds.
        """
        best: tuple[int, ...] | None = None
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            queue = (await self.steward.status()).get("queue", 1)
            missing = (await self._unanswered(), len(self._unreadable()), queue)
            if not any(missing):
                return True
            if best is None or missing < best:
                best, since = missing, time.monotonic()
            await asyncio.sleep(0.5)
        return False

    async def _unanswered(self) -> int:
        for timeline in self._timelines.values():
            await timeline.read_on()
        references = {_stem(reference) for reference in self._references()}
        return sum(f"st-{digest(typed.event_id)}" not in references for typed in self.typed)

    def _references(self) -> list[str]:
        return [
            str(_reference(event))
            for timeline in self._timelines.values()
            for event in self._said(timeline)
        ]

    def _said(self, timeline: Timeline) -> list[JsonObject]:
        """What the bot sent there; what was retracted has lost its reference."""
        return [
            event
            for event in timeline.events
            if event["sender"] == self.steward.user and _reference(event) is not None
        ]

    def _unreadable(self) -> list[str]:
        missing = []
        for room, members in self._members.items():
            said = {event["event_id"] for event in self._said(self._timelines[room])}
            for member in members:
                read = {message.event_id for message in member.messages if message.encrypted}
                missing += sorted(said - read)
        return missing

    async def table(self, *, kept: bool = True) -> Table:
        """The account. The bot has to be stopped; its databases are checked byte by byte."""
        await self._unanswered()
        references = Counter(self._references())
        stems = {_stem(reference) for reference in references}
        async with inside(self.steward) as database, database.transaction() as tx:
            names = Counter(row["name"] for row in await tx.all("SELECT name FROM contacts"))
            handled = {row["event_id"] for row in await tx.all("SELECT event_id FROM handled")}
            waiting = await tx.value("SELECT count(*) FROM outbox")
            dead = await tx.value("SELECT count(*) FROM dead_letters")
        expected = {typed.contact for typed in self.typed if typed.contact is not None}
        return Table(
            commands=len(self.typed),
            answers=sum(references.values()),
            lost=tuple(
                typed.event_id
                for typed in self.typed
                if typed.event_id not in handled or (typed.contact and not names[typed.contact])
            ),
            executed_twice=tuple(name for name, times in names.items() if times > 1)
            + tuple(sorted(set(names) - expected) if kept else ()),
            unanswered=tuple(
                typed.event_id
                for typed in self.typed
                if f"st-{digest(typed.event_id)}" not in stems
            ),
            answered_twice=tuple(name for name, times in references.items() if times > 1),
            unreadable=tuple(self._unreadable()),
            out_of_order=tuple(self._out_of_order()),
            left_in_outbox=int(str(waiting)),
            dead_letters=int(str(dead)),
        )

    def _out_of_order(self) -> list[str]:
        """Rooms in which the first answers to one person do not come in the order of their commands.

        Between people the order may change: nobody waits for what somebody else asked for.
        """
        stems = {f"st-{digest(typed.event_id)}": typed for typed in self.typed}
        wrong = set()
        for room, timeline in self._timelines.items():
            told = [
                stems[_stem(str(_reference(event)))].event_id
                for event in self._said(timeline)
                if _stem(str(_reference(event))) in stems
            ]
            for sender in {typed.sender for typed in self.typed if typed.room == room}:
                mine = {t.event_id for t in self.typed if (t.room, t.sender) == (room, sender)}
                asked = [each["event_id"] for each in timeline.events if each["event_id"] in mine]
                first = [event_id for event_id in dict.fromkeys(told) if event_id in mine]
                present = set(first)
                if first != [event_id for event_id in asked if event_id in present]:
                    wrong.add(room)
        return sorted(wrong)


@asynccontextmanager
async def inside(steward: Steward) -> AsyncIterator[Database]:
    """The stopped bot's own database; opening it and the key store checks every byte of both."""
    directory = DataDirectory(steward.data)
    key = keyring.unlock(directory.keyslots, PASSPHRASE)
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    try:
        async with database.transaction() as tx:
            device = str(await tx.value("SELECT value FROM facts WHERE name = 'device_id'"))
        CipherStore.at(
            directory.nio_store,
            key=key.derive(Purpose.NIO_STORE),
            pickle_key=key.derive(Purpose.NIO_PICKLE),
            user_id=steward.user,
            device_id=device,
        ).close()
        yield database
    finally:
        await database.close()


def _reference(event: JsonObject) -> object:
    return event.get("content", {}).get(REFERENCE)


def _stem(reference: str) -> str:
    return reference.rpartition("-")[0]


def _letters(number: int) -> str:
    """A name of its own for each number, far from its neighbours' spelling."""
    alphabet: Sequence[str] = "abcdefghijklmnopqrstuvwxyz"
    word = ""
    mixed = (number * 7_368_787 + 1_299_709) % 26**6
    for _ in range(6):
        mixed, digit = divmod(mixed, 26)
        word += alphabet[digit]
    return word.capitalize()


__all__ = ["Ledger", "Table", "Typed", "inside"]
