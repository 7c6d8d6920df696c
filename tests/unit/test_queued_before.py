"""Across the update that gave queued messages a kind: all go out once, byte for byte as they would have.

``queued_before.json`` holds a committee's database as the release before wrote it, with a message of
every kind that waits, and what that release sent of them.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import unreadable_devices
from bot.delivery.calendars import CalendarFiles
from bot.delivery.clearance import Clearance
from bot.delivery.exports import ExportFiles
from bot.delivery.outbox import Outbox
from bot.delivery.pictures import PictureFiles
from bot.delivery.post import Post
from bot.delivery.threads import Thread
from bot.matrix.client import NotNow
from bot.matrix.guard import Refused, Rejection
from bot.matrix.room_keys import LastLook
from bot.matrix.rooms import Room
from bot.matrix.trust import Device
from bot.pictures.protocol import Drawn, Png
from commands.framework.reply import Audience, CalendarFile, OpenPoll, Reply, say
from commands.picture import Bars, ChartBar
from commands.privacy.formats import CardKey
from commands.roles.standing import Role
from storage.chat.dead_letters import Letters
from storage.chat.outbox import ContentKind, DeliveryTerms, MessageKind, Outgoing
from storage.core import driver, migrate
from storage.core.database import Database, Transaction
from storage.privacy.exports import ExportFormat, Exports
from tests.support.deliveries import ROOM, Delivery, full
from tests.support.outboxes import outbox_over
from tests.support.running import start_outbox, stop

KEY = bytes(32)
BEFORE = 24
"""The last migration of the release that wrote the database."""
KEPT = json.loads(Path(__file__).with_name("queued_before.json").read_text())
NOW = datetime(2026, 11, 30, tzinfo=UTC)
DRAWN = Drawn(Png(b"x" * 7, 70, 7), Png(b"y" * 3, 30, 3))
PICTURE = Bars("Sam's “turf”", "now", ((1, "yes"),), (ChartBar("Payments", (3,), "3"),))
CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Ünion\r\nEND:VCALENDAR\r\n"


@dataclass
class Wire:
    """What the homeserver gets, in the form in which it was kept; it may be away for a while."""

    got: list[list[str]] = field(default_factory=list)
    refused: list[str] | None = None
    """A list, while no event with a file is taken: the transaction ids of those that came."""

    async def send(
        self,
        room: Room,
        kind: str,
        content: Mapping[str, Any],
        txn: str,
        clear: Mapping[str, Any],
        last_look: LastLook,
    ) -> str:
        await last_look()
        if self.refused is not None and "file" in content:
            self.refused.append(txn)
            raise NotNow(3600)
        self.got.append([room.id, txn, kind, json.dumps(content), json.dumps(clear)])
        return "$event"

    def device(self, user: str, name: str) -> Device:
        return Device(user, name, "ed", "curve", cross_signed=False)

    async def send_apart(
        self,
        room: Room,
        device: Device,
        content: Mapping[str, Any],
        txn: str,
        clear: Mapping[str, Any],
        last_look: LastLook,
    ) -> None:
        await self.send(room, f"apart {device.id}", content, txn, clear, last_look)


class Late:
    """Stands for the engines that write words when they go."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def said(self, source: str) -> Mapping[str, Any] | None:
        words = f"late {json.dumps(json.loads(source))}"
        return {"msgtype": "m.notice", "body": words, "m.mentions": {}}

    async def sent(self, _tx: Transaction, source: str) -> None:
        self._wire.got.append(["sent", json.dumps(json.loads(source))])


class Renderer:
    """Draws the same two pictures, and remembers what it was asked to draw."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def draw(self, description: str) -> Drawn:
        self.asked.append(description)
        return DRAWN


class Bot(Delivery):
    """A bot at a homeserver that notes every byte."""

    def __init__(self, database: Database) -> None:
        self.wire = Wire()
        self.renderer = Renderer()
        super().__init__(database)
        self.clearance.now = lambda: NOW
        self.client.request = self._request  # type: ignore[method-assign]

    def new_outbox(self) -> Outbox:
        late = Late(self.wire)
        return outbox_over(
            self.wire,
            self.database,
            self.client,
            self.places.rooms,
            self._direct,
            Clearance(self.authority, lambda: NOW),
            makers={
                ContentKind.PICTURE: PictureFiles(self.client, self.renderer),  # type: ignore[arg-type]
                ContentKind.EXPORT: ExportFiles(
                    self.database, self.client, CardKey(bytes(32)), lambda: NOW
                ),
                ContentKind.CALENDAR: CalendarFiles(self.client),
            },
            late_words={ContentKind.REMINDER: late, ContentKind.DIGEST: late},
        )

    async def _request(self, method: str, path: str, body: object = None, **_: object) -> Any:
        if method == "GET":
            said = {"org.steward.transaction": "st-in-doubt-1"}
            return {"chunk": [{"event_id": "$event", "content": said}]}
        self.wire.got.append([method, path, json.dumps(body)])
        return {}

    async def people(self) -> None:
        """The committee's room and the direct chats, as sync shows them."""
        room = Room(ROOM, encrypted=True, has_levels=True, redact_level=0)
        who = {"@lea": Role.LEAD, "@kim": Role.KEEPER, "@ana": None, "@ben": None}
        room.members = {self.places.own: "join", **{full(each): "join" for each in who}}
        room.levels = {full("@lea"): 50, full("@kim"): 100}
        self.places.rooms[ROOM] = room
        for each in who:
            self.meet(each)


def by_room(wire: list[list[str]]) -> dict[str, list[list[str]]]:
    """What went to each room, in order; one room's messages do not wait for another's."""
    found: defaultdict[str, list[list[str]]] = defaultdict(list)
    for each in wire:
        found[each[0]].append(each)
    return {room: sent if room.startswith("!") else sorted(sent) for room, sent in found.items()}


@pytest.fixture(autouse=True)
def uploads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Files that were left with the homeserver."""
    files: list[bytes] = []

    async def put(_client: object, content: bytes) -> dict[str, Any]:
        files.append(content)
        return {"url": f"mxc://example.org/{len(content)}", "key": {"k": "secret"}}

    for maker in ("pictures", "exports", "calendars"):
        monkeypatch.setattr(f"bot.delivery.{maker}.put", put)
    return files


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """Started for the first time after the update, over the database of before."""
    path = tmp_path / "app.db"
    connection = driver.open_connection(path, KEY)
    migrate.migrate(connection, path, migrate.read(migrate.MIGRATIONS)[:BEFORE])
    for table, rows in KEPT["tables"].items():
        for row in rows:
            marks, names = ", ".join("?" * len(row)), ", ".join(row)
            connection.execute(f"INSERT INTO {table}({names}) VALUES ({marks})", [*row.values()])
    connection.commit()
    connection.close()
    database = await Database.open(path, KEY)
    bot = Bot(database)
    await bot.people()
    yield bot
    await bot.close()
    await database.close()


async def retry_letters(bot: Bot) -> None:
    async with bot.database.transaction() as tx:
        for letter in await Letters(tx).newest(10):
            await Letters(tx).retry(letter.id)


async def test_what_an_earlier_release_queued_goes_out_byte_for_byte(bot: Bot) -> None:
    await retry_letters(bot)
    await start_outbox(bot.outbox)
    await bot.drained()
    assert by_room(bot.wire.got) == by_room(KEPT["wire"])
    assert await bot.value("SELECT count(*) FROM dead_letters") == 0


async def test_no_name_of_ours_stays_in_what_is_sent(bot: Bot) -> None:
    for table in ("outbox", "parked"):
        sql = f"SELECT count(*) FROM {table} WHERE content LIKE '%org.steward.%'"
        assert await bot.value(sql) == 0
    kinds = {parcel.transaction_id: parcel.kind for parcel in await bot.left()}
    assert set(kinds.values()) == set(ContentKind)
    assert kinds["st-made-1"] is ContentKind.FILE
    assert await bot.value("SELECT content_kind FROM parked") == "calendar"
    # The control: the release before had one in each of these.
    marked = [row for row in KEPT["tables"]["outbox"] if "org.steward." in row["content"]]
    assert {kinds[row["transaction_id"]].value for row in marked} == {
        "picture", "export", "calendar", "reminder", "digest", "left_out",
    }  # fmt: skip


async def test_whoever_dies_right_after_the_update_loses_nothing_and_says_nothing_twice(
    bot: Bot, uploads: list[bytes]
) -> None:
    """Files are made and uploaded by then, and the homeserver does not take the events."""
    await retry_letters(bot)
    bot.wire.refused = []
    await start_outbox(bot.outbox)
    while len(bot.wire.refused) < 3:  # noqa: ASYNC110 (other tasks)
        await asyncio.sleep(0.01)
    assert set(bot.wire.refused) == {"st-chart-2", "st-room-chart-2", "st-export-2"}
    await stop(bot.outbox)
    bot.wire.refused = None
    bot.outbox = bot.new_outbox()
    await start_outbox(bot.outbox)
    await bot.drained()
    assert by_room(bot.wire.got) == by_room(KEPT["wire"])
    # Three pictures and their thumbnails, a copy, two calendars: none of them was made again.
    assert len(uploads) == 3 * 2 + 1 + 2


async def test_what_is_queued_now_goes_out_as_it_did_before(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "new.db", KEY)
    bot = Bot(database)
    await bot.found(
        ROOM,
        "Payments",
        lea=Role.LEAD,
        kim=Role.KEEPER,
        ana=Role.ORGANIZER,
        ben=Role.ORGANIZER,
    )
    bot.places.rooms[ROOM].redact_level = 0
    await queue_everything(bot)
    await start_outbox(bot.outbox)
    await bot.drained()
    now, before = by_room(bot.wire.got), by_room(KEPT["wire"])
    queued = {sent[1] for room in now.values() for sent in room}
    assert len(queued) == len(bot.wire.got)
    # Whatever only an earlier release queued, and a letter of it, is not made any more.
    assert now == {
        room: [each for each in sent if each[1] in queued] for room, sent in before.items()
    }
    assert {"st-chart-2", "st-calendar-2", "st-poll-2", "st-export-2", "no-1-1"} <= queued
    await bot.close()
    await database.close()


async def queue_everything(bot: Bot) -> None:
    """The same replies as in the database of before, queued as parts of the bot do it."""
    committee = await bot.committee()
    thread = Thread("!dm-@ana", "$root", "$asked")
    words = say("Two ladders & a <b>")
    chart = replace(words, picture=PICTURE)

    async def say_in(
        name: str, reply: Reply, here: str = ROOM, asked: Thread | None = None, by: str = "@ana"
    ) -> None:
        async with bot.database.transaction() as tx:
            post = Post(tx, bot.outbox, name, asked)
            await post.say(reply, here, full(by), committee, bot.authority, "$asked")

    await say_in("st-words", words, "!dm-@ana", thread)
    await say_in("st-chart", chart, "!dm-@ana", thread)
    await say_in("st-room-chart", chart)
    dated = replace(words, calendar=CalendarFile(CALENDAR))
    await say_in("st-calendar", dated, "!dm-@ana", thread)
    await say_in("st-poll", replace(words, poll=OpenPoll("When?", ("Mon", "Tue"))))
    await say_in("st-to-lead", replace(words, audience=Audience.LEADS), ROOM, thread)
    async with bot.database.transaction() as tx:
        exports, kim = Exports(tx, committee.id), bot.user("@kim")
        one = await exports.ask(kim, ExportFormat.CSV, "mailing", NOW, ratings=False)
        await exports.approve(one, bot.user("@lea"), NOW)
    file = replace(words, audience=Audience.NAMED, to=(full("@kim"),), export=one.id)
    await say_in("st-export", file, by="@lea")
    async with bot.database.transaction() as tx:
        ben = bot.user("@ben")
        terms = DeliveryTerms(MessageKind.REMINDER, "action", committee.id, ben)
        reminder = Outgoing({}, ContentKind.REMINDER, "7")
        await Post(tx, bot.outbox, "rem-7").put(reminder, recipient=ben, terms=terms)
        which = json.dumps({"person": ben, "day": "2026-11-30", "last": None})
        terms = DeliveryTerms(MessageKind.DIGEST, "2026-11-30", person=ben)
        digest = Outgoing({}, ContentKind.DIGEST, which)
        await Post(tx, bot.outbox, "digest-2026-11-30-x").put(digest, recipient=ben, terms=terms)
        refused = Rejection(Refused.UNSIGNED_DEVICE, full("@ana"), "PHONE")
        apart = unreadable_devices.to_device(refused, "$typed")
        await Post(tx, bot.outbox, "no-1").put(apart, room=ROOM)
        taken_back = Outgoing({}, ContentKind.REDACTION, "$link:x")
        await Post(tx, bot.outbox, "st-taken-back").put(taken_back, room=ROOM)
