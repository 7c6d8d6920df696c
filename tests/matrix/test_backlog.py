"""Away for long: everything typed meanwhile is answered once, in order, and nothing else is."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.crash.ledger import Ledger, Typed
from tests.support.committee import Committee, NewSteward, SignIn
from tests.support.proxy import FaultyProxy

ROOMS = 20
SENDERS = 8
TEXTS = ("!tz Europe/Madrid", "!tz Africa/Lagos")

SHORT = (105, *[2] * (ROOMS - 1))
"""Commands per room: one room with more than two answers of sync hold, and many with few."""
LONG = (150,) * ROOMS


async def typed_quickly(who: Organizer, rooms: Sequence[str], counts: Sequence[int]) -> list[Typed]:
    """Type in many rooms at once, in order in each: encrypted ahead and sent in parallel."""
    slots = asyncio.Semaphore(SENDERS)

    async def type_in(room: str, count: int) -> list[Typed]:
        typed = []
        for number in range(count):
            content = {"msgtype": "m.text", "body": TEXTS[number % len(TEXTS)]}
            sealed = await who.encrypt(room, "m.room.message", content)
            async with slots:
                event_id = await who.api.send_clear(room, "m.room.encrypted", sealed)
            typed.append(Typed(event_id, room, who.user, None))
        return typed

    pairs = zip(rooms, counts, strict=True)
    everything = await asyncio.gather(*(type_in(room, count) for room, count in pairs))
    return [typed for in_room in everything for typed in in_room]


async def away_for_long(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, counts: Sequence[int]
) -> None:
    async with FaultyProxy(homeserver.url) as proxy:
        steward = await new_steward(on=homeserver, through=proxy)
        await steward.start()
        ana = await sign_in("ana", on=homeserver)
        ledger = Ledger(steward)
        rooms = [await ana.encrypted_room("Committee", invite=[steward.user])]
        rooms += [await ana.direct(steward.user) for _ in range(ROOMS - 1)]
        for room in rooms:
            await ana.settled(room, steward.user, seconds=60)
            await ana.hear(of=steward.user, where=room, seconds=60)
        # It greets before it has saved that it is in a room, and asks sync again once it has.
        await ana.ask(rooms[-1], "!help", of=steward.user, seconds=60)
        for room in rooms:
            ledger.watch(room, ana)
        await steward.stop()
        await ana.pause()

        started = time.monotonic()
        ledger.note(await typed_quickly(ana, rooms, counts))
        sent = time.monotonic()
        since = proxy.mark()
        await steward.start(wait=False)
        await steward.wait_ready(seconds=300)
        ready = time.monotonic()
        ana.listen()
        assert await ledger.answered()
        answered = time.monotonic()
        await steward.stop()
        table = await ledger.table()
        print(  # noqa: T201 (the figures are what it is for)
            f"\n{sum(counts)} commands in {ROOMS} rooms: sent in {sent - started:.0f} s, "
            f"ready after {ready - sent:.0f} s, all answered after {answered - sent:.0f} s\n{table}"
        )
        assert table.clean, table
        assert_paging_stops(proxy, since, counts)


def assert_paging_stops(proxy: FaultyProxy, since: float, counts: Sequence[int]) -> None:
    """Pages are asked for only where sync left something out, and only back to where it was."""
    asked = [
        parse_qs(urlsplit(seen.path).query)
        for seen in proxy.seen
        if seen.at >= since and "/messages" in seen.path
    ]
    assert all("to" in query for query in asked)
    most = sum(1 + (count - 100) // 100 + 1 for count in counts if count > 100)
    assert len(asked) <= most, f"{len(asked)} pages, {most} expected at most"


@pytest.mark.timeout(400)
async def test_many_commands_wait_in_twenty_rooms(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn
) -> None:
    await away_for_long(homeserver, new_steward, sign_in, SHORT)


@pytest.mark.nightly
@pytest.mark.timeout(2400)
async def test_three_thousand_commands_wait_in_twenty_rooms(
    own_homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn
) -> None:
    await away_for_long(own_homeserver, new_steward, sign_in, LONG)


async def test_what_was_said_before_the_bot_came_is_not_for_it(committee: Committee) -> None:
    """It holds the key, because it was invited, and sees the event, because history is shared."""
    steward, ana = committee.steward, committee.ana
    await steward.stop()
    room = await ana.direct(steward.user)
    early = await ana.send(room, "!tz Africa/Lagos")
    shared_with = ana._encryption._nio.olm.outbound_group_sessions[room].users_shared_with
    assert steward.user in {user for user, _device in shared_with}
    mark = len(ana.messages)
    await steward.start()
    await ana.settled(room, steward.user)
    ledger = Ledger(steward)
    ledger.watch(room, ana)
    await ledger.ask(ana, room, "!tz Europe/Madrid")
    assert await ledger.answered()
    answers = [m.body for m in ana.messages[mark:] if m.room == room and m.sender == steward.user]
    assert not any("Lagos" in body for body in answers)
    # The same event is there to be read.
    seen = await ana.api.call("GET", f"/rooms/{room}/event/{early}")
    assert seen["type"] == "m.room.encrypted"
    await steward.stop()
    table = await ledger.table()
    assert table.clean, table


async def test_removed_and_invited_again_it_goes_on(committee: Committee) -> None:
    """What was said between is not for it; what comes after is, and the committee is the same."""
    steward, ana, ben, room = committee.steward, committee.ana, committee.ben, committee.room
    await committee.say(ana, '!setup name="Payments chapter" tz=Madrid', "Payments chapter")
    await ana.api.remove(room, steward.user)
    await ana.until(lambda: not _joined(ana, room, steward.user))
    await ana.send(room, "!tz Africa/Lagos")
    mark = len(ana.messages)
    await ana.api.invite(room, steward.user)
    await ana.settled(room, steward.user, ben.user)
    await asyncio.sleep(1)
    ledger = Ledger(steward)
    ledger.watch(room, ana, ben)
    await ledger.ask(ana, room, "!tz Europe/Madrid")
    answer = await ana.hear("Madrid", of=steward.user, where=room, since=mark)
    assert "Lagos" not in answer.body
    help_ = await committee.say(ana, "!status", "ncrypted")
    assert help_.room == room


def _joined(who: Organizer, room: str, user: str) -> bool:
    return who._encryption.knows(room, (user,))


async def test_a_direct_chat_that_was_left_is_replaced(committee: Committee) -> None:
    """Two answers for somebody who left their direct chat come in order, in one new chat."""
    steward, ben, room = committee.steward, committee.ben, committee.room
    first = await ben.ask(room, '!contact add "Sam Okafor" area=Search', "Sam", of=steward.user)
    assert first.room != room
    await ben.api.leave(first.room)
    await ben.pause()
    # Typed before the new chat exists, and before Ben has joined it.
    await ben.send(room, '!contact add "Uma Thorne" area=Search')
    await ben.send(room, "!contact show M-2")
    mark = len(ben.messages)
    await asyncio.sleep(2)
    ben.listen()
    added = await ben.hear("Uma Thorne", of=steward.user, since=mark)
    assert added.room not in {room, first.room}
    shown = await ben.hear("Uma Thorne", of=steward.user, since=ben.messages.index(added) + 1)
    assert shown.room == added.room
    opened = [name for name, by in ben.invites.items() if by == steward.user]
    assert sorted(opened) == sorted([first.room, added.room])
