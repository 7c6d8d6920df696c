"""The homeserver is away, hangs, lies in pieces or ends the login; the disk refuses."""

import asyncio
import resource
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from bot.delivery.duplicates import IN_DOUBT_AFTER
from bot.delivery.transaction_ids import REFERENCE
from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from demo.cross_signing import chain_holds
from demo.homeserver import Homeserver
from demo.matrix_api import MatrixApi
from demo.organizer import Organizer
from demo.steward import PASSPHRASE, Steward, StewardError
from storage.chat.outbox import OutboxTable, Outgoing
from tests.crash.ledger import Ledger, inside
from tests.support.committee import (
    PASSWORD,
    Committee,
    Gathered,
    NewSteward,
    SignIn,
    gather,
)
from tests.support.proxy import Fault, FaultyProxy, Weather

ROOMS = 20
STOP_SECONDS = 5.0
REFUSED = "event=storage"
"""Logged for each attempt to write that failed."""

HANGING = Weather(share=1.0, faults=(Fault.SLOW,), slow_seconds=100_000)
"""Connections are accepted and nothing is answered."""


def _sends(_method: str, path: str) -> bool:
    return "/send/" in path


def _opens_rooms(_method: str, path: str) -> bool:
    return "/createRoom" in path


# Its own steps may take six minutes by the limits they state; the guard against hanging was shorter.
@pytest.mark.timeout(600)
async def test_while_the_homeserver_is_away_the_bot_hardly_asks(
    proxy: FaultyProxy, proxied_committee: Committee
) -> None:
    """Twenty rooms wait to be answered, and ask no more often than one would."""
    steward, ana = proxied_committee.steward, proxied_committee.ana
    ledger = Ledger(steward)
    rooms = [await ana.direct(steward.user) for _ in range(ROOMS)]
    for room in rooms:
        await ana.hear(of=steward.user, where=room, seconds=60)
        ledger.watch(room, ana)
    proxy.weather = Weather(share=1.0, faults=(Fault.SERVER_ERROR,), concerns=_sends)
    for count, room in enumerate(rooms, 1):
        await ledger.ask(ana, room, "!tz Europe/Madrid")
        # One after the other: however many answers do not get out, what is said is read.
        await _queued(steward, count)

    proxy.away = True
    refused = await _requests_per_second(proxy, 9.0)
    proxy.away, proxy.weather = False, Weather(share=1.0, faults=(Fault.SERVER_ERROR,))
    failing = await _requests_per_second(proxy, 9.0)
    print(f"\nrequests a second: {refused:.2f} refused, {failing:.2f} failing")  # noqa: T201
    assert refused < 2
    assert failing < 2

    proxy.weather = Weather()
    back = time.monotonic()
    assert await ledger.answered(90)
    print(f"all answered {time.monotonic() - back:.1f} s after it was back")  # noqa: T201
    assert await steward.stop() == 0
    table = await ledger.table()
    assert table.clean, table


async def _requests_per_second(proxy: FaultyProxy, seconds: float) -> float:
    since = proxy.mark()
    await asyncio.sleep(seconds)
    return proxy.per_second(since)


async def _queued(steward: Steward, count: int) -> None:
    """So many answers wait."""
    await steward.until(lambda status: status.get("queue") == count, 180)


async def test_a_first_start_under_faults_is_late_and_whole(
    proxy: FaultyProxy,
    homeserver: Homeserver,
    sign_in: SignIn,
    unique: Callable[[str], str],
    tmp_path: Path,
) -> None:
    user = await homeserver.register(unique("steward"), PASSWORD)
    proxy.weather = Weather(share=0.4, slow_seconds=0.5)
    async with Steward(tmp_path / "bot", proxy.url, user, PASSWORD) as steward:
        async with asyncio.timeout(180):
            while True:
                try:
                    await steward.init()
                except StewardError as error:
                    if f"init ended with {ExitCode.UNREACHABLE:d}" not in str(error):
                        raise
                else:
                    break
        await steward.start()
        ana = await sign_in("ana")
        published = await ana.api.keys_of(user)
        assert all(chain_holds(published, user, name) for name in published["device_keys"][user])
        committee = await gather(steward, ana, await sign_in("ben"))
        await committee.say(ana, "!tz Europe/Madrid", seconds=60)
        await ana.until(lambda: not ana.unreadable)


async def test_a_login_that_was_ended_stops_the_bot(committee: Committee) -> None:
    steward = committee.steward
    async with MatrixApi(steward.homeserver) as somebody:
        await somebody.login(steward.user, PASSWORD, "the operator")
        await somebody.call("POST", "/logout/all", {})
    assert await steward.ended() == ExitCode.TOKEN_REJECTED
    assert "no longer accepts the bot's login" in steward.log()
    await steward.start(wait=False)
    assert await steward.ended() == ExitCode.TOKEN_REJECTED


async def test_asked_to_stop_in_the_middle_of_a_burst(committee: Committee) -> None:
    steward, ana, ben = committee.steward, committee.ana, committee.ben
    ledger = Ledger(steward)
    ledger.watch(committee.room, ana, ben)
    direct = await committee.open_direct(ben)
    await ben.hear(of=steward.user, where=direct)
    ledger.watch(direct, ben)
    for pause in (0.0, 0.15, 0.4):
        typing = asyncio.gather(_burst(ledger, ben, direct), _burst(ledger, ana, committee.room))
        await asyncio.sleep(pause)
        await _stops_cleanly(steward)
        await typing
        await steward.start()
    assert await ledger.answered()
    await _stops_cleanly(steward)
    table = await ledger.table()
    assert table.clean, table


async def _burst(ledger: Ledger, who: Organizer, room: str) -> None:
    for _ in range(8):
        await ledger.add_contact(who, room)


async def _stops_cleanly(steward: Steward) -> None:
    started = time.monotonic()
    assert await steward.stop() == ExitCode.OK
    assert time.monotonic() - started < STOP_SECONDS


async def test_asked_to_stop_while_the_homeserver_hangs(
    proxy: FaultyProxy, proxied_committee: Committee
) -> None:
    """While answers are on their way, and while starting; nothing of it is lost."""
    steward, ana = proxied_committee.steward, proxied_committee.ana
    ledger = Ledger(steward)
    ledger.watch(proxied_committee.room, ana)
    proxy.weather = Weather(share=1.0, faults=(Fault.SLOW,), slow_seconds=100_000, concerns=_sends)
    for _ in range(3):
        await ledger.ask(ana, proxied_committee.room, "!tz Europe/Madrid")
    await _queued(steward, 3)
    proxy.weather = HANGING
    await _stops_cleanly(steward)
    await steward.start(wait=False)
    await steward.until(lambda status: status.get("ready") is False)
    await _stops_cleanly(steward)
    proxy.weather = Weather()
    await steward.start()
    assert await ledger.answered()
    await _stops_cleanly(steward)
    table = await ledger.table()
    assert table.clean, table


async def test_answers_in_doubt_are_looked_for_before_they_are_sent(
    own_homeserver: Homeserver, new_steward: NewSteward, gathered: Gathered
) -> None:
    """The homeserver has forgotten all transaction ids, as it does after a day."""
    steward = await new_steward(on=own_homeserver)
    await steward.start()
    committee = await gathered(steward, on=own_homeserver)
    ana = committee.ana
    delivered = {}
    for case in ("old", "foreign", "fresh"):
        answer = await committee.say(ana, "!tz Europe/Madrid")
        event = await ana.api.call("GET", f"/rooms/{answer.room}/event/{answer.event_id}")
        delivered[case] = event["content"][REFERENCE]
    await steward.stop()
    await own_homeserver.stop()
    with sqlite3.connect(own_homeserver.directory / "homeserver.db") as synapse:
        assert synapse.execute("DELETE FROM event_txn_id_device_id").rowcount > 0
    synapse.close()
    await own_homeserver.start()

    now = time.time_ns() // 1_000_000
    old = now - IN_DOUBT_AFTER - 60_000
    async with inside(steward) as database, database.transaction() as tx:
        device = str(await tx.value("SELECT value FROM facts WHERE name = 'device_id'"))
        for reference, at, by in (
            (delivered["old"], old, device),
            ("st-old-1", old, device),
            (delivered["foreign"], now, "ANOTHER"),
            ("st-foreign-1", now, "ANOTHER"),
            # The control: too young to be looked for, so it comes twice.
            (delivered["fresh"], now, device),
        ):
            content = Outgoing({"msgtype": "m.notice", "body": f"about {reference}"})
            await OutboxTable(tx).put(reference, content, at, by, room=committee.room)
    mark = len(ana.messages)
    await steward.start()
    await ana.hear(f"about {delivered['fresh']}", since=mark)
    said = [message.body for message in ana.messages[mark:]]
    assert said == [
        "about st-old-1",
        "about st-foreign-1",
        f"about {delivered['fresh']}",
    ]
    await steward.all_sent()
    await steward.stop()
    async with inside(steward) as database, database.transaction() as tx:
        assert await tx.value("SELECT count(*) FROM outbox") == 0


def _limit_files(steward: Steward, size: int) -> None:
    """From here on no file of the bot's grows beyond this; the disk is full, as it were."""
    resource.prlimit(steward.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _size_of_log(steward: Steward) -> int:
    """Where the database writes next; the bot's messages go on beyond nothing."""
    size = steward.data.joinpath("app.db-wal").stat().st_size
    assert size > steward.log_path.stat().st_size + (16 << 10)
    return size


async def _taken_off(steward: Steward) -> None:
    """What was sent is off the table: the bot writes that a moment after, and ends if it cannot."""
    directory = DataDirectory(steward.data)
    key = keyring.unlock(directory.keyslots, PASSPHRASE).derive(Purpose.APP_DATABASE)
    beside = dbapi2.connect(f"file:{directory.app_database}?mode=ro", uri=True)
    with closing(beside):
        beside.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        async with asyncio.timeout(20):
            while beside.execute("SELECT count(*) FROM outbox").fetchone()[0]:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.05)


async def test_a_full_disk_loses_nothing(committee: Committee) -> None:
    """Nothing is acknowledged that is not kept; with room again everything is answered once."""
    steward, ana, ben, room = committee.steward, committee.ana, committee.ben, committee.room
    ledger = Ledger(steward)
    ledger.watch(room, ana, ben)
    await ledger.ask(ana, room, "!tz Europe/Madrid")
    assert await ledger.answered()
    await _taken_off(steward)

    _limit_files(steward, _size_of_log(steward))
    mark = len(ana.messages)
    refused = steward.log().count(REFUSED)
    await ledger.ask(ana, room, "!tz Europe/Madrid")
    # It tries again, for some seconds.
    await steward.logs(REFUSED, times=refused + 1)
    assert ana.messages[mark + 1 :] == []
    _limit_files(steward, resource.RLIM_INFINITY)
    assert await ledger.answered(), "it does not recover when there is room soon enough"

    _limit_files(steward, _size_of_log(steward))
    await ledger.ask(ana, room, "!tz Africa/Lagos")
    await ledger.ask(ben, room, "!tz Africa/Cairo")
    assert await steward.ended() == ExitCode.DISK
    assert "The disk is full" in steward.log()
    await steward.start()
    assert await ledger.answered()
    await steward.stop()
    table = await ledger.table()
    assert table.clean, table


async def test_a_direct_chat_is_opened_once_though_the_answer_is_lost(
    proxy: FaultyProxy, proxied_committee: Committee
) -> None:
    """Creating a room has no transaction id: a repetition would invite the person again."""
    steward, ben, room = proxied_committee.steward, proxied_committee.ben, proxied_committee.room
    proxy.weather = Weather(share=1.0, faults=(Fault.LOST,), concerns=_opens_rooms)
    await ben.send(room, '!contact add "Sam Okafor" area=Search')
    await ben.send(room, "!contact show M-1")
    added = await ben.hear("Sam Okafor", of=steward.user, seconds=40)
    mark = ben.messages.index(added) + 1
    shown = await ben.hear("Sam Okafor", of=steward.user, since=mark)
    assert added.room == shown.room != room
    assert set(ben.invites) == {room, added.room}
    lost = [seen for seen in proxy.seen if seen.fault is Fault.LOST]
    assert len(lost) == 1
