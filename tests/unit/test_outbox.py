"""Lanes: in order, once, and never stuck behind somebody else's trouble."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.clearance import Clearance, Ruling
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.outbox import Outbox
from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected
from bot.matrix.room_keys import LastLook
from bot.matrix.rooms import Room
from bot.process import retry
from bot.rooms.authority import Authority
from bot.rooms.directory import RoomDirectory
from storage.chat.committees import Committees
from storage.chat.outbox import OutboxTable, Outgoing, Parcel
from storage.core import driver
from storage.core.database import Database, Transaction
from storage.core.driver import OperationalError
from storage.core.model import RoomId
from tests.support.outboxes import outbox_over
from tests.support.running import start, start_outbox, stop

DEVICE = "OURS"
COMMITTEE = "!committee"


class Line:
    """Stands for the homeserver: what is sent, in order; it may refuse, once or for ever."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.trouble: dict[str, list[Exception]] = {}
        self.held: asyncio.Event | None = None
        self.knocked = asyncio.Event()
        """Set once a message is about to be sent."""

    async def send(
        self,
        room: Room,
        _kind: str,
        content: Mapping[str, Any],
        txn: str,
        _clear: object,
        last_look: LastLook,
    ) -> str:
        self.knocked.set()
        if self.held is not None:
            await self.held.wait()
        await asyncio.sleep(0)
        await last_look()
        waiting = self.trouble.get(txn)
        if waiting:
            raise waiting.pop(0)
        self.sent.append((room.id, txn))
        self.said.append(str(content.get("body")))
        return f"$event-of-{txn}"

    def in_room(self, room: str) -> list[str]:
        return [txn for where, txn in self.sent if where == room]


class Desk:
    """An outbox over a real table, a few rooms, and people who may or may not have joined."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.line = Line()
        self.client = Client("http://127.0.0.1:9", "@steward:committee.test")
        self.client.resume(DEVICE, "")
        self.rooms = {name: Room(name, encrypted=True) for name in ("!a", "!b", COMMITTEE)}
        # Who may have what is for test_deliveries.py; here everybody is a member.
        members = (self.client.user, "@ben", "@ben:committee.test", "@gone:elsewhere.test")
        self.rooms[COMMITTEE].members = dict.fromkeys(members, "join")
        self.people: dict[str, Room | Exception | None] = {}
        self.outbox = self.new_outbox()

    def new_outbox(
        self,
        restored_at: int | None = None,
        introduced: Callable[[Transaction, str], Awaitable[None]] | None = None,
    ) -> Outbox:
        places = RoomDirectory(self.client.user, lambda _user: True, rooms=self.rooms)
        return outbox_over(
            self.line,
            self.database,
            self.client,
            self.rooms,
            self._resolve,
            Clearance(Authority(places)),
            introduced=introduced or _nobody_waits,
            restored_at=restored_at,
        )

    async def _resolve(self, person: str) -> Room | None:
        await asyncio.sleep(0)
        found = self.people.get(person)
        if isinstance(found, Exception):
            raise found
        return found

    async def put(self, txn: str, *, room: str | None = None, to: str | None = None) -> Parcel:
        async with self.database.transaction() as tx:
            content = Outgoing({"body": txn})
            parcel = await OutboxTable(tx).put(txn, content, 2**52, DEVICE, room=room, recipient=to)
        assert parcel is not None
        return parcel

    async def left(self) -> list[str]:
        async with self.database.transaction() as tx:
            return [parcel.transaction_id for parcel in await OutboxTable(tx).waiting()]

    async def buried(self) -> list[str]:
        async with self.database.transaction() as tx:
            return [row["reason"] for row in await tx.all("SELECT reason FROM dead_letters")]

    async def drained(self) -> None:
        while await self.left():  # noqa: ASYNC110 (the table has no event)
            await asyncio.sleep(0.01)

    async def idle(self) -> None:
        """Wait until everything is delivered that can be; the rest waits for somebody."""
        while self.outbox._workers:
            await asyncio.wait(self.outbox._workers.values())
        await self.outbox._sent.finish()


async def _nobody_waits(_tx: Transaction, _transaction_id: str) -> None:
    """Nobody has to know what the homeserver has."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    async with database.transaction() as tx:
        await Committees(tx).add(RoomId(COMMITTEE), "Payments", "UTC", datetime.now(UTC))
    desk = Desk(database)
    yield desk
    await stop(desk.outbox)
    await desk.client.close()
    await database.close()


async def test_what_an_earlier_run_left_goes_before_what_this_one_answers(desk: Desk) -> None:
    await desk.put("left-1", room="!a")
    await desk.put("left-2", room="!a")
    desk.outbox.add([await desk.put("new-1", room="!a")])
    await start_outbox(desk.outbox)
    await desk.drained()
    assert desk.line.in_room("!a") == ["left-1", "left-2", "new-1"]


async def test_a_parcel_that_is_added_twice_is_sent_once(desk: Desk) -> None:
    parcel = await desk.put("one", room="!a")
    await start_outbox(desk.outbox)
    desk.outbox.add([parcel, parcel])
    await desk.drained()
    await desk.idle()
    assert desk.line.sent == [("!a", "one")]
    assert desk.outbox.waiting == 0


async def test_nothing_is_forgotten_when_a_lane_ends_just_as_something_comes(desk: Desk) -> None:
    """At every step of the loop something is added: none of it may wait for the next occasion."""
    await start_outbox(desk.outbox)
    for steps in range(40):
        desk.outbox.add([await desk.put(f"{steps}-first", room="!a")])
        late = await desk.put(f"{steps}-late", room="!a")
        for _ in range(steps):
            await asyncio.sleep(0)
        desk.outbox.add([late])
        await desk.drained()
    assert len(desk.line.sent) == 80


async def test_one_room_in_trouble_keeps_its_order_and_holds_up_no_other(desk: Desk) -> None:
    await start_outbox(desk.outbox)
    desk.line.trouble["a-1"] = [NotNow(0.2)]
    desk.outbox.add([await desk.put("a-1", room="!a"), await desk.put("a-2", room="!a")])
    desk.outbox.add([await desk.put("b-1", room="!b")])
    await desk.drained()
    assert desk.line.sent == [("!b", "b-1"), ("!a", "a-1"), ("!a", "a-2")]


async def test_a_refused_message_is_set_aside_and_the_next_one_goes(desk: Desk) -> None:
    await start_outbox(desk.outbox)
    desk.line.trouble["a-1"] = [MatrixError(413, "M_TOO_LARGE")]
    desk.outbox.add([await desk.put("a-1", room="!a"), await desk.put("a-2", room="!a")])
    desk.outbox.add([await desk.put("gone", room="!nowhere")])
    await desk.drained()
    assert desk.line.sent == [("!a", "a-2")]
    assert sorted(await desk.buried()) == ["refused_413", "room_gone"]


async def test_a_direct_room_that_is_refused_ends_nothing_else(desk: Desk) -> None:
    await start_outbox(desk.outbox)
    desk.people["@gone:elsewhere.test"] = MatrixError(403, "M_FORBIDDEN")
    desk.outbox.add([await desk.put("to", to="@gone:elsewhere.test")])
    desk.outbox.add([await desk.put("a-1", room="!a")])
    await desk.drained()
    assert desk.line.sent == [("!a", "a-1")]
    assert await desk.buried() == ["refused_403"]


async def test_answers_wait_for_a_person_and_then_come_in_order(desk: Desk) -> None:
    ben = "@ben:committee.test"
    await start_outbox(desk.outbox)
    desk.outbox.add([await desk.put("1", to=ben), await desk.put("2", to=ben)])
    await desk.idle()
    desk.outbox.wake()
    await desk.idle()
    assert desk.line.sent == []
    assert len(await desk.left()) == 2
    desk.people[ben] = desk.rooms["!b"]
    desk.outbox.wake()
    await desk.drained()
    assert desk.line.in_room("!b") == ["1", "2"]


async def test_a_person_who_joins_while_we_look_is_not_missed(desk: Desk) -> None:
    ben = "@ben:committee.test"
    for steps in range(12):
        await start_outbox(desk.outbox)
        desk.people[ben] = None
        desk.outbox.add([await desk.put(f"{steps}", to=ben)])
        for _ in range(steps):
            await asyncio.sleep(0)
        desk.people[ben] = desk.rooms["!b"]
        desk.outbox.wake()
        await desk.drained()


async def test_a_rejected_login_is_reported_and_nothing_is_dropped(desk: Desk) -> None:
    delivering = start(desk.outbox)
    desk.line.trouble["a-1"] = [TokenRejected(401, "M_UNKNOWN_TOKEN")]
    await desk.put("a-1", room="!a")
    await asyncio.wait({delivering}, timeout=60)
    with pytest.raises(ExceptionGroup) as ended:
        await stop(desk.outbox)
    assert ended.group_contains(TokenRejected)
    assert await desk.left() == ["a-1"]


async def test_closed_in_the_middle_of_a_sending_it_keeps_the_parcel(desk: Desk) -> None:
    desk.line.held = asyncio.Event()
    await start_outbox(desk.outbox)
    desk.outbox.add([await desk.put("a-1", room="!a"), await desk.put("a-2", room="!a")])
    await desk.line.knocked.wait()
    await stop(desk.outbox)
    assert await desk.left() == ["a-1", "a-2"]
    desk.line.held = None
    desk.outbox = desk.new_outbox()
    await start_outbox(desk.outbox)
    await desk.drained()
    assert desk.line.in_room("!a") == ["a-1", "a-2"]


async def test_the_text_is_gone_once_it_is_sent(desk: Desk) -> None:
    await start_outbox(desk.outbox)
    desk.outbox.add([await desk.put("a-1", room="!a")])
    await desk.drained()
    async with desk.database.transaction() as tx:
        rows = [json.dumps(dict(row)) for row in await tx.all("SELECT * FROM outbox")]
    assert rows == []


async def test_words_that_were_taken_back_before_they_went_are_not_said(desk: Desk) -> None:
    """A message about somebody who was removed waits in memory as well as in the table."""
    desk.people["@ben"] = None
    await start_outbox(desk.outbox)
    parcel = await desk.put("about-sam", to="@ben")
    other = await desk.put("about-alex", to="@ben")
    desk.outbox.add([parcel, other])
    await desk.idle()
    async with desk.database.transaction() as tx:
        await OutboxTable(tx).replace(parcel, Outgoing({"body": "removed since"}))
        desk.people["@ben"] = desk.rooms["!b"]
        desk.outbox.wake()
        await asyncio.sleep(0.05)
        assert desk.line.said == [], "it waits for the transaction that takes the words back"
    await desk.drained()
    assert desk.line.said == ["removed since", "about-alex"]
    assert desk.line.in_room("!b") == ["about-sam", "about-alex"]


async def test_after_restoring_what_the_lost_bot_may_have_said_is_looked_for_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reminders and the like; an answer to a message that was never handled needs no look."""
    looked: list[str] = []

    async def is_in(_self: DuplicateCheck, _room: Room, parcel: Parcel) -> bool:
        looked.append(parcel.transaction_id)
        return parcel.transaction_id == "rem-said"

    monkeypatch.setattr(DuplicateCheck, "is_in", is_in)
    for name in ("rem-said", "rem-unsaid", "st-answer-1"):
        await desk.put(name, room="!a")
    desk.outbox = desk.new_outbox(restored_at=2**52 - 3600 * 1000)
    await start_outbox(desk.outbox)
    await desk.drained()
    assert looked == ["rem-said", "rem-unsaid"]
    assert desk.line.in_room("!a") == ["rem-unsaid", "st-answer-1"]
    await stop(desk.outbox)
    desk.outbox = desk.new_outbox(restored_at=2**52 - 25 * 3600 * 1000)
    await start_outbox(desk.outbox)
    desk.outbox.add([await desk.put("rem-later", room="!a")])
    await desk.drained()
    assert "rem-later" not in looked


async def test_whoever_is_new_is_known_when_the_homeserver_has_the_message_and_not_before(
    desk: Desk,
) -> None:
    told: list[str] = []

    async def introduced(_tx: Transaction, transaction_id: str) -> None:
        told.append(transaction_id)

    desk.outbox = desk.new_outbox(introduced=introduced)
    desk.line.trouble = {
        "new-2-1": [MatrixError(403, "M_FORBIDDEN")],
        "new-3-1": [NotNow(0.01), NotNow(0.01)],
    }
    for name in ("st-1-1", "new-1-1", "new-2-1", "new-3-1"):
        await desk.put(name, room="!a")
    assert told == [], "queued is not sent"
    await start_outbox(desk.outbox)
    await desk.drained()
    assert told == ["new-1-1", "new-3-1"]
    assert await desk.buried() == ["refused_403"]


async def test_another_process_that_writes_meanwhile_delays_a_message_and_ends_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what is known of a message and what is read of who may have it, a tool of an admin's writes."""
    rule, written = Clearance.rule, 0

    async def meanwhile(clearance: Clearance, tx: Transaction, parcel: Parcel) -> Ruling:
        nonlocal written
        if not tx._begun and written < 3:
            written += 1
            other = driver.open_connection(desk.database.path, bytes(32))
            other.execute("INSERT OR REPLACE INTO facts(name, value) VALUES ('a', 'theirs')")
            other.close()
            await tx.value("SELECT value FROM facts WHERE name = ?", (str(written),))
        return await rule(clearance, tx, parcel)

    monkeypatch.setattr(Clearance, "rule", meanwhile)
    parcel = await desk.put("first", room=COMMITTEE)
    async with asyncio.TaskGroup() as parts:
        running = parts.create_task(desk.outbox.run())
        await desk.drained()
        running.cancel()
    assert desk.line.in_room(COMMITTEE) == [parcel.transaction_id]
    assert written == 3


async def test_a_storage_that_refuses_for_a_moment_delays_a_message_and_ends_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody waits for it to be out, so it is taken off the table by itself; its lane goes on, and so does the bot."""
    monkeypatch.setattr(retry, "AGAIN", 0.01)
    refused, done = iter((True, True, True)), OutboxTable.done

    async def full(table: OutboxTable, *parcels: int) -> None:
        if next(refused, False):
            raise OperationalError("database or disk is full")
        await done(table, *parcels)

    monkeypatch.setattr(OutboxTable, "done", full)
    desk.line.trouble["refused"] = [MatrixError(403, "M_FORBIDDEN")] * 4
    await desk.put("refused", room=COMMITTEE)
    await desk.put("after it", room=COMMITTEE)
    async with asyncio.TaskGroup() as parts:
        running = parts.create_task(desk.outbox.run())
        await desk.drained()
        running.cancel()
    assert await desk.buried() == ["refused_403"]
    assert desk.line.in_room(COMMITTEE) == ["after it"]
