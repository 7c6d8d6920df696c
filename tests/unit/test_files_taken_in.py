"""Files before and after they are read: who may send which, how many, for which committee, how often."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config.limits import Limits
from bot.files import quota, schedule
from bot.files.parser import FileParser
from bot.files.quota import FileLimit
from storage.chat.committees import Committees
from storage.core.database import Database
from storage.core.model import EntryKind, RoomId, UserId
from storage.history.entries import History
from storage.imports.uploads import SentFiles, Uploads
from storage.imports.uploads import Upload as Sent
from storage.turf.absences import Barred
from tests.support.file_house import (
    BOTH,
    LIST,
    FileHouse,
    MediaServer,
    file_house,
    full,
    never,
    until,
)
from tests.support.running import start, stop


@pytest.fixture
async def media() -> AsyncIterator[MediaServer]:
    async with MediaServer().running() as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, media: MediaServer) -> AsyncIterator[FileHouse]:
    async with file_house(tmp_path, media.url) as made:
        yield made


# -- before a byte is fetched ------------------------------------------------------------------


async def test_a_list_is_fetched_opened_and_read(house: FileHouse, media: MediaServer) -> None:
    """The control of everything below."""
    await house.send("@lea", media.put(LIST))
    assert "2 rows" in await house.hears("Import 1: staff.csv")
    await house.settled()
    assert media.asked == ["file0"]


@pytest.mark.parametrize(
    ("who", "caption", "said"),
    [
        ("@ana", "", "is for leads"),
        ("@ana", "!import file", "is for leads"),
        ("@ana", "!contact list", "I did not open staff.csv"),
        ("@lea", "!import lits", "I did not open staff.csv"),
        ("@lea", "!status", "I did not open staff.csv"),
    ],
)
async def test_nothing_is_fetched_for_whoever_may_not_or_cannot_use_it(
    house: FileHouse, media: MediaServer, who: str, caption: str, said: str
) -> None:
    await house.send(who, media.put(LIST), text=caption)
    assert said in "\n".join(await house.said())
    assert await house.waiting() == []
    assert media.asked == []


async def bar(house: FileHouse, who: str) -> None:
    async with house.database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId("!one"))
        assert committee is not None
        history = History(tx, committee.id, UserId(full("@kim")), datetime.now(UTC))
        entry = await history.record(EntryKind.OFFBOARDED)
        await Barred(tx, committee.id).bar(entry, UserId(full(who)))


async def test_nothing_is_fetched_for_whose_part_has_ended(
    house: FileHouse, media: MediaServer
) -> None:
    await bar(house, "@lea")
    await house.send("@lea", media.put(LIST))
    assert "has ended" in "\n".join(await house.said())
    assert media.asked == []


async def test_what_was_sent_before_a_part_ended_is_not_fetched_either(
    house: FileHouse, media: MediaServer
) -> None:
    await stop(house.arrivals)
    for who in ("@lea", "@kim"):
        await house.send(who, media.put(LIST))
    await bar(house, "@lea")
    start(house.arrivals)
    await house.settled()
    assert media.asked == ["file1"]
    assert "has ended" in "\n".join(await house.said())


async def test_a_lead_who_is_none_any_more_gets_no_answer_out_of_a_file(
    house: FileHouse, media: MediaServer
) -> None:
    """Demoted while the file was on its way."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    good = media.put(LIST)
    content = media.files["file0"]
    assert isinstance(content, bytes)

    async def slow(_request: web.Request) -> web.StreamResponse:
        begun.set()
        await go_on.wait()
        return web.Response(body=content)

    media.files["file0"] = slow
    await house.send("@lea", good)
    await begun.wait()
    house.places.rooms["!one"].levels.clear()
    go_on.set()
    await house.settled()
    assert "is for leads" in "\n".join(await house.said())
    assert await house.imports("!one") == 0


async def test_a_picture_or_an_unencrypted_file_is_answered_at_once(
    house: FileHouse, media: MediaServer
) -> None:
    await house.send("@lea", {"url": "mxc://files.test/x"})
    assert media.asked == []
    assert await house.waiting() == []


# -- how many ----------------------------------------------------------------------------------


async def test_more_than_may_wait_are_not_taken_and_the_others_are_kept(
    tmp_path: Path, media: MediaServer
) -> None:
    async with file_house(tmp_path, media.url, Limits(files_waiting=3)) as house:
        await stop(house.arrivals)
        for number in range(5):
            await house.send("@lea", media.put(LIST), f"list{number}.csv")
        said = await house.said()
        assert len(said) == 2
        assert all("3 files of yours wait here already" in each for each in said)
        assert "list3.csv" in said[0]
        # Somebody else is not concerned.
        await house.send("@kim", media.put(LIST), "other.csv")
        assert len(await house.waiting()) == 4
        start(house.arrivals)
        await house.settled()
        assert await house.imports("!one") == 4


async def test_an_hour_a_day_and_bytes_are_counted_by_what_came(
    tmp_path: Path, media: MediaServer
) -> None:
    limits = Limits(files_per_hour=2, file_megabytes_per_day=20)
    async with file_house(tmp_path, media.url, limits) as house:
        for number in range(3):
            await house.send("@lea", media.put(LIST), f"list{number}.csv", size=len(LIST))
            await house.settled()
        assert "I take 2 files an hour from one person" in (await house.said())[-1]
        # Whoever says nothing about the size, or lies, is counted by what came.
        large = b"Name,Area\n" + b"Sam Okafor,QA\n" * 1_000_000
        for size in (10, 0):
            await house.send("@kim", media.put(large), size=size)
            await house.settled()
        assert "I take 20 MB of files a day" in (await house.said())[-1]


def spent(*sent: tuple[int, int], waiting: int = 0) -> SentFiles:
    return SentFiles(waiting, sent)


@pytest.mark.parametrize(
    ("before", "what", "after_minutes"),
    [
        (spent(), None, None),
        (spent(waiting=2), FileLimit.WAITING, None),
        (spent((-30, 1), (-20, 1), (-10, 1)), FileLimit.HOUR, 30),
        (spent((-61, 1), (-20, 1), (-10, 1)), None, None),
        (spent((-900, 1), (-800, 1), (-700, 1), (-600, 1), (-500, 1)), FileLimit.DAY, 540),
        (spent((-900, 19_000_000), (-800, 1)), FileLimit.BYTES, 540),
        (spent((-900, 1_000_000), (-800, 18_000_000)), None, None),
    ],
)
def test_limits(before: SentFiles, what: FileLimit | None, after_minutes: int | None) -> None:
    minute, now = 60_000, 10**12
    limits = Limits(files_waiting=2, files_per_hour=3, files_per_day=5, file_megabytes_per_day=20)
    moved = replace(before, sent=tuple((now + at * minute, size) for at, size in before.sent))
    full_ = quota.full(limits, moved, 1_000_000, now)
    assert (None if full_ is None else full_.what) is what
    if full_ is not None and after_minutes is not None:
        assert full_.until is not None
        assert round((full_.until.timestamp() * 1000 - now) / minute) == after_minutes


# -- what never comes --------------------------------------------------------------------------


async def test_files_that_never_come_hold_up_nobody(
    house: FileHouse, media: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor their sender's next one, when they are asked for again."""
    # Nobody gives up meanwhile: whatever waited for one of them would not be read at all.
    for patience in ("QUIET", "SECONDS"):
        monkeypatch.setattr(f"bot.matrix.media.{patience}", 3600.0)
    for who in ("@lea", "@lea", "@lea", "@zoe"):
        await house.send(who, media.announce(never), "never.csv")
    await until(lambda: len(media.asked) >= 1)
    await house.send("@kim", media.put(LIST), "mine.csv")
    await house.hears("mine.csv, 2 rows")
    assert len(media.asked) == 2, "one at a time of one person"


def asked_for(house: FileHouse, media: MediaServer, times: int) -> bool:
    return len(media.asked) == times and not house.arrivals.busy


async def test_a_file_that_does_not_come_is_asked_for_less_and_less_often_and_that_is_said(
    house: FileHouse, media: MediaServer
) -> None:
    async def not_yet(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": "M_NOT_YET_UPLOADED"}, status=504)

    await house.send("@lea", media.announce(not_yet), "late.csv")
    for times in (1, 2, 3, 4):
        await until(partial(asked_for, house, media, times))
        (sent,) = await house.waiting()
        assert sent.tries == times
        assert sent.due - time.time() * 1000 > schedule.FIRST_MS * 2 ** (times - 1) - 5_000
        # Its next attempt does not wait for what is sent meanwhile, nor the other way round.
        async with house.database.transaction() as tx:
            await tx.execute("UPDATE uploads SET due = 0")
        house.signals.uploads.set()
    await until(partial(asked_for, house, media, 5))
    said = [each for each in await house.said() if "does not give me late.csv yet" in each]
    assert len(said) == 1
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE uploads SET due = 0, at = at - ?", (schedule.GIVE_UP_MS,))
    house.signals.uploads.set()
    await house.hears("for a whole day")
    assert await house.waiting() == []


def waiting(number: int, sender: str, due: int = 0) -> Sent:
    return Sent(f"${number}", "!r", sender, "", {}, number, due=due)


def test_whose_turn_it_is() -> None:
    sent = [
        waiting(1, "a", due=99),
        waiting(2, "a"),
        waiting(3, "a"),
        waiting(4, "b"),
        waiting(5, "c"),
    ]
    assert [each.event_id for each in schedule.next_ones(sent, {"c"}, 10)] == ["$2", "$4"]
    assert schedule.wakes(sent, 10) == pytest.approx(0.089)
    assert schedule.wakes(sent[1:], 10) is None
    pauses = [schedule.due_again(tries, 0) for tries in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (schedule.FIRST_MS, schedule.LONGEST_MS)


# -- for which committee -----------------------------------------------------------------------


async def test_a_file_is_for_the_committee_that_was_current_when_it_was_sent(
    house: FileHouse, media: MediaServer
) -> None:
    await house.say(BOTH, "!use Payments")
    await stop(house.arrivals)
    await house.send(BOTH, media.put(LIST))
    await house.say(BOTH, "!use Depot")
    start(house.arrivals)
    await house.settled()
    assert (await house.imports("!one"), await house.imports("!two")) == (1, 0)
    assert "staff.csv is for Payments." in await house.said()
    # The control: the next one goes where the chat is now.
    await house.send(BOTH, media.put(LIST))
    await house.settled()
    assert (await house.imports("!one"), await house.imports("!two")) == (1, 1)


async def test_whoever_has_not_chosen_is_asked_and_the_file_waits(
    house: FileHouse, media: MediaServer
) -> None:
    await house.send(BOTH, media.put(LIST), "first.csv")
    await house.send(BOTH, media.put(LIST), "second.csv")
    said = await house.said()
    assert "For which committee is first.csv?" in said[0]
    assert '!use "Depot"' in said[0]
    assert media.asked == []
    await house.say(BOTH, "!use Depot")
    assert "2 waiting files are for it too" in (await house.said())[-1]
    await house.settled()
    assert (await house.imports("!one"), await house.imports("!two")) == (0, 2)


async def test_a_file_nobody_said_anything_about_is_dropped_after_a_day_and_that_is_said(
    house: FileHouse, media: MediaServer
) -> None:
    await house.send(BOTH, media.put(LIST))
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE uploads SET at = at - ?", (schedule.GIVE_UP_MS + 1,))
    house.signals.uploads.set()
    await house.hears("You did not say which committee staff.csv is for")
    assert (await house.waiting(), media.asked) == ([], [])


async def test_a_file_does_not_move_when_its_sender_has_left_the_committee_it_was_for(
    house: FileHouse, media: MediaServer
) -> None:
    await house.say(BOTH, "!use Payments")
    await stop(house.arrivals)
    await house.send(BOTH, media.put(LIST))
    house.places.rooms["!one"].members.pop(full(BOTH))
    start(house.arrivals)
    await house.settled()
    assert (await house.imports("!one"), await house.imports("!two")) == (0, 0)
    assert media.asked == []


# -- damage ------------------------------------------------------------------------------------


async def test_what_was_changed_on_the_way_is_never_read(
    house: FileHouse, media: MediaServer
) -> None:
    file = media.put(LIST)
    content = media.files["file0"]
    assert isinstance(content, bytes)
    media.files["file0"] = content[:-1] + bytes([content[-1] ^ 1])
    await house.send("@lea", file)
    await house.hears("is not what you encrypted")


async def test_more_than_was_said_or_may_be_is_not_taken(
    house: FileHouse, media: MediaServer
) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1 << 20))
            sent += 1

    await house.send("@lea", media.announce(endless), size=100)
    await house.hears("is larger than 20 MB")
    assert sent < 40


async def test_rows_of_a_long_list_are_staged_and_moved(
    house: FileHouse, media: MediaServer
) -> None:
    long = b"Name,Area,About\n" + b"".join(
        b"Sam %d Okafor,QA,%s\n" % (number, b"x" * 400) for number in range(6_000)
    )
    await house.send("@lea", media.put(long))
    await house.hears("Import 1: staff.csv, 6,000 rows")
    async with house.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM upload_sheets") == 0
        assert await tx.value("SELECT sheets FROM imports") == await tx.value(
            "SELECT COUNT(*) FROM import_sheets"
        )
    await house.say("@lea", "!import check 1")
    await house.hears("Import 1 checked")
    assert "6,000 new" in (await house.said())[-1]


# -- readings that end the bot -----------------------------------------------------------------


async def test_a_clean_stop_in_the_middle_is_no_attempt(
    house: FileHouse, media: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def hanging(*_: object) -> None:
        begun.set()
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.files.parser.FileParser.read", hanging)
    await house.send("@lea", media.put(LIST))
    await begun.wait()
    assert [each.attempts for each in await house.waiting()] == [1]
    await stop(house.arrivals)
    assert [each.attempts for each in await house.waiting()] == [0]


async def test_memory_is_made_before_a_file_is_read(
    house: FileHouse, media: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    release, read = Database.release_memory, FileParser.read

    async def releasing(database: Database) -> None:
        done.append("memory")
        await release(database)

    async def reading(parser: FileParser, *rest: Any) -> None:
        done.append("reading")
        await read(parser, *rest)

    monkeypatch.setattr(Database, "release_memory", releasing)
    monkeypatch.setattr(FileParser, "read", reading)
    await house.send("@lea", media.put(LIST))
    await house.settled()
    assert done == ["memory", "reading"]


async def test_what_ended_the_bot_twice_is_given_up(house: FileHouse, media: MediaServer) -> None:
    await stop(house.arrivals)
    await house.send("@lea", media.put(LIST), "bad.csv")
    await house.send("@lea", media.put(LIST), "good.csv")
    async with house.database.transaction() as tx:
        for _run in range(2):
            assert await Uploads(tx).begin("$event1")
        assert not await Uploads(tx).begin("$event1")
    start(house.arrivals)
    await house.settled()
    said = "\n".join(await house.said())
    assert "I had to stop twice while I read that file" in said
    assert "good.csv, 2 rows" in said
