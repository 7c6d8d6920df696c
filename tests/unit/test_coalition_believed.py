"""Whom the bot believes in a coalition's room: a paired bot's signed device with the compared key, once, in order."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.coalition import rooms
from bot.coalition.desk import CoalitionDesk
from bot.coalition.pairing import MOST_AT_ONCE
from bot.coalition.work import CoalitionWork
from bot.matrix.identity import CrossSigning
from bot.matrix.machine import MOST_TOLD
from bot.matrix.olm import PAIRING
from bot.matrix.rooms import OF_BOTS
from bot.rooms.directory import Settlement
from commands.coalition import membership
from commands.coalition.pairing import Step
from storage.chat.committees import Committees
from storage.chat.identities import Identities
from storage.chat.outbox import OutboxTable
from storage.coalition.coalitions import CoalitionMembers, Coalitions, EveryCoalition
from storage.coalition.model import BLOCK, CoalitionMember, CoalitionState, MemberState
from storage.coalition.pairings import GivenCodes
from storage.core.model import RoomId, UserId
from tests.support.adversary import ForgedDevice, JsonObject, published
from tests.support.answering import ANA, BOT, Answering, answering, room_state

NORTH = "@north:elsewhere.test"
EVE = "@eve:elsewhere.test"
BOTS = "!bots:committee.test"
REF = "ab" * 16


class World:
    """The bot, in a coalition with North, whose device and identity are the test's to lie with."""

    def __init__(self, bot: Answering) -> None:
        self.bot = bot
        self.identity = CrossSigning.create()
        self.north = ForgedDevice(NORTH)
        self.eve = ForgedDevice(EVE)
        self.counter = 0

    async def begin(self) -> None:
        """Pair, as leads have done; Eve is shown in the room by a homeserver."""
        bot = self.bot
        eve = CrossSigning.create()
        bot.people[NORTH] = published(NORTH, self.identity, self.north.keys(self.identity))
        bot.people[EVE] = published(EVE, eve, self.eve.keys(eve))
        async with bot.database.transaction() as tx:
            (committee,) = await Committees(tx).all()
            made = await Coalitions(tx, committee.id).begin(
                ref=REF,
                title="Games",
                label="South",
                state=CoalitionState.OPEN,
                now=datetime.now(UTC),
            )
            await EveryCoalition(tx).settle(made.id, RoomId(BOTS))
            await CoalitionMembers(tx).put(
                made.id, bot=UserId(NORTH), master=self.identity.master.public, label="North",
                state=MemberState.IN, now=datetime.now(UTC), heard=0,
            )  # fmt: skip
            await rooms.look(tx, bot.places)
        state = [
            {**each, "content": {**each["content"], "type": OF_BOTS}}
            if each["type"] == "m.room.create"
            else each
            for each in room_state(BOT, NORTH, EVE)
        ]
        target = bot.target()
        await bot.take(
            {
                "rooms": {"join": {BOTS: {"state": {"events": state}}}},
                "to_device": {
                    "events": [
                        self.north.room_key(target, BOTS),
                        self.eve.room_key(target, BOTS),
                    ]
                },
            }
        )

    def block(self, label: str = "Far north", **changes: Any) -> JsonObject:
        """A message by which North chooses another label."""
        self.counter += 1
        return {
            "version": 1,
            "coalition": REF,
            "kind": "label",
            "epoch": 0,
            "counter": self.counter,
            "body": {"label": label},
            **changes,
        }

    def event(self, device: ForgedDevice, block: JsonObject, **inner: Any) -> JsonObject:
        """The event in which a device says a block."""
        content = {"msgtype": "m.notice", "body": "We have a name.", BLOCK: block, **inner}
        payload = {"type": "m.room.message", "room_id": BOTS, "content": content}
        return device.event(device.seal(payload))

    async def hears(self, *events: Any) -> None:
        """Let the bot take events of the room of the bots."""
        await self.bot.take(self.bot.said(*events, room=BOTS))

    async def member(self) -> CoalitionMember:
        """What the bot knows of North."""
        async with self.bot.database.transaction() as tx:
            found = await CoalitionMembers(tx).by_bot((await EveryCoalition(tx).all())[0].id, NORTH)
        assert found is not None
        return found


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with answering(tmp_path) as bot:
        made = World(bot)
        await made.begin()
        yield made


async def test_a_paired_bot_is_heard_once(world: World) -> None:
    said = world.event(world.north, world.block())
    await world.hears(said)
    assert (await world.member()).label == "Far north"
    told = await world.bot.waiting()
    assert told[-1:] == ["North is now called Far north."]
    await world.hears(said, {**said, "event_id": "$another"})
    assert await world.bot.waiting() == told
    assert (await world.bot.refused()).get("replayed") == 1


async def test_the_same_number_again_is_a_replay(world: World) -> None:
    block = world.block()
    await world.hears(world.event(world.north, block))
    await world.hears(world.event(world.north, {**block, "body": {"label": "Other"}}))
    assert (await world.member()).label == "Far north"
    assert (await world.bot.refused())["replayed"] == 1


async def test_what_comes_early_waits_and_is_asked_for(world: World) -> None:
    first, second = world.block("One"), world.block("Two")
    await world.hears(world.event(world.north, second))
    assert (await world.member()).label == "North"
    assert "Some messages did not arrive here. Please say them again." in await world.bot.waiting()
    await world.hears(world.event(world.north, first))
    assert (await world.member()).label == "Two"


async def test_a_member_of_the_room_who_is_no_bot_of_it_is_not_heard(world: World) -> None:
    before = await world.bot.waiting()
    await world.hears(world.event(world.eve, world.block()))
    assert (await world.member()).label == "North"
    assert await world.bot.waiting() == before
    assert (await world.bot.refused())["stranger"] == 1


async def test_a_device_that_the_bot_did_not_sign_is_not_heard(world: World) -> None:
    device = ForgedDevice(NORTH, "UNSIGNED")
    mine = published(NORTH, world.identity, world.north.keys(world.identity), device.keys())
    world.bot.people[NORTH] = mine
    await world.bot.take(
        {
            "device_lists": {"changed": [NORTH]},
            "to_device": {"events": [device.room_key(world.bot.target(), BOTS)]},
        }
    )
    await world.hears(world.event(device, world.block()))
    assert (await world.member()).label == "North"
    assert (await world.bot.refused())["unsigned_device"] == 1


async def test_in_clear_and_for_another_coalition_nothing_is_heard(world: World) -> None:
    content = {"msgtype": "m.notice", "body": "x", BLOCK: world.block()}
    clear = {"type": "m.room.message", "sender": NORTH, "event_id": "$clear", "content": content}
    other = world.event(world.north, world.block(coalition="cd" * 16))
    world.counter = 0
    await world.hears(clear, other)
    assert (await world.member()).label == "North"


@pytest.mark.parametrize(
    "change",
    [{"version": 0}, {"counter": 0}, {"body": {"label": "x" * 20_000}}, {"kind": 3}, {"epoch": -1}],
)
async def test_what_is_not_of_its_form_is_counted(world: World, change: JsonObject) -> None:
    await world.hears(world.event(world.north, world.block(**change)))
    assert (await world.member()).label == "North"
    assert (await world.bot.refused())["malformed"] == 1


async def test_what_a_newer_bot_says_is_counted_and_leads_are_told(world: World) -> None:
    await world.hears(world.event(world.north, world.block("Named", version=2)))
    member = await world.member()
    assert (member.label, member.counter) == ("North", 1)
    assert "malformed" not in await world.bot.refused()
    assert any("The bot of North is newer than I am." in said for said in await world.bot.waiting())


async def test_unknown_kinds_and_unfit_bodies_keep_nobody_waiting(world: World) -> None:
    await world.hears(
        world.event(world.north, world.block(kind="of the future")),
        world.event(world.north, world.block(body={"label": 7})),
        world.event(world.north, world.block("Named", more=1)),
    )
    assert (await world.member()).label == "Named"


async def test_another_master_key_suspends_and_tells_leads(world: World) -> None:
    identity = CrossSigning.create()
    world.bot.people[NORTH] = published(NORTH, identity, world.north.keys(identity))
    await world.bot.take({"device_lists": {"changed": [NORTH]}})
    assert (await world.member()).state is MemberState.SUSPENDED
    assert not world.bot.places.closed.admits(BOTS, NORTH, identity.master.public)
    assert any("has another key now" in words for words in await world.bot.waiting())
    await world.hears(world.event(world.north, world.block()))
    assert (await world.member()).label == "North"


@pytest.mark.parametrize("by", [NORTH, EVE])
async def test_a_bot_that_left_the_room_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """A while later: what it said before it went may still come."""
    work = _work(world)
    left = {
        "type": "m.room.member",
        "state_key": by,
        "sender": by,
        "event_id": "$left",
        "content": {"membership": "leave"},
    }
    await world.hears(left)
    await work.look()
    assert (await world.member()).state is MemberState.IN
    monkeypatch.setattr("bot.coalition.work.GONE", 0.0)
    for _look in range(2):
        await work.look()
    gone = by == NORTH
    assert (await world.member()).state is (MemberState.SUSPENDED if gone else MemberState.IN)
    said = [each for each in await world.bot.waiting() if "has left the room of our bots" in each]
    assert len(said) == gone


async def test_a_bot_that_was_put_out_is_out_at_once_and_gets_no_key(world: World) -> None:
    work = _work(world)
    put_out = {
        "type": "m.room.member",
        "state_key": NORTH,
        "sender": EVE,
        "event_id": "$out",
        "content": {"membership": "leave"},
    }
    await world.hears(put_out)
    for _look in range(2):
        await work.look()
    assert (await world.member()).state is MemberState.SUSPENDED
    said = [each for each in await world.bot.waiting() if "was put out of the room" in each]
    assert len(said) == 1
    assert not world.bot.places.closed.admits(BOTS, NORTH, world.identity.master.public)


@pytest.mark.parametrize("out", [False, True])
async def test_who_was_put_out_leaves_without_being_heard(
    world: World,
    out: bool,  # noqa: FBT001
) -> None:
    """The room takes nothing of it any more: its committee could never be in another coalition."""
    work = _work(world)
    if out:
        await world.bot.take({"rooms": {"leave": {BOTS: {}}}})
        await work.look()
        said = [each for each in await world.bot.waiting() if "I was put out of the room" in each]
        assert len(said) == 1
    async with world.bot.database.transaction() as tx:
        (own,) = await EveryCoalition(tx).all()
        seat = await work.pairing.seat(tx, own.id)
        assert seat is not None
        await membership.leave(seat)
        assert await OutboxTable(tx).waits_for(BOTS)
    await work.look()
    async with world.bot.database.transaction() as tx:
        assert bool(await EveryCoalition(tx).all()) is not out


def _work(world: World) -> CoalitionWork:
    desk = next(part for part in world.bot.bot.when_ready if isinstance(part, CoalitionDesk))
    return desk._parts.work


async def test_no_key_goes_to_whoever_is_not_admitted(world: World) -> None:
    keys = world.bot.bot.outbox._delivery._sender._keys
    readers = keys._wanted(world.bot.places.rooms[BOTS])
    assert {user for user, _device, _key in readers} == {NORTH}


async def test_a_room_of_bots_is_nobodys_committee_or_chat(world: World) -> None:
    room = world.bot.places.rooms[BOTS]
    assert (
        world.bot.places.settle(room, world.bot.bot.state.committees.known) is Settlement.COALITION
    )
    assert world.bot.places.direct_partner(BOTS) is None
    room.inviter = ANA
    assert not world.bot.bot.processor._rooms._invitations.suitable(room, ())


def _invitation(made: JsonObject) -> JsonObject:
    state = [
        {"type": "m.room.create", "state_key": "", "sender": ANA, "content": made},
        {"type": "m.room.encryption", "state_key": "", "sender": ANA,
         "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        {"type": "m.room.member", "state_key": BOT, "sender": ANA,
         "content": {"membership": "invite"}},
    ]  # fmt: skip
    return {"rooms": {"invite": {"!x:y": {"invite_state": {"events": state}}}}}


async def test_an_invitation_into_a_room_of_bots_is_not_followed(world: World) -> None:
    await world.bot.take(_invitation({"type": OF_BOTS}))
    assert (await world.bot.refused())["invitation"] == 1


async def test_who_waits_for_the_way_into_a_room_of_bots_goes_on_when_it_is_there(
    world: World,
) -> None:
    """The work on a pairing is woken, which would else look again after a pause; nothing else wakes it."""
    signal = world.bot.bot.state.signals.coalition
    for answer, wakes in (
        (_invitation({}), False),
        (_invitation({"type": OF_BOTS}), True),
        (world.bot.said(room_state(EVE)[-1] | {"event_id": "$left", "content": {"membership": "leave"}},
                        room=BOTS), True),
    ):  # fmt: skip
        signal.clear()
        await world.bot.take(answer)
        assert signal.is_set() == wakes, answer


# -- what comes to the device


def _knock(world: World, device: ForgedDevice, **changes: Any) -> JsonObject:
    step = {
        "version": 1,
        "step": Step.KNOCK.value,
        "number": "0123456789",
        "label": "East",
        "master": world.identity.master.public,
        **changes,
    }
    return device.to_device(world.bot.target(), PAIRING, step)


async def _with_code(world: World) -> None:
    async with world.bot.database.transaction() as tx:
        coalition = (await EveryCoalition(tx).all())[0]
        until = datetime(2100, 1, 1, tzinfo=UTC)
        await GivenCodes(tx).add(coalition.id, "0123456789", until)


async def test_whoever_knows_the_number_of_a_code_is_shown_to_leads(world: World) -> None:
    await _with_code(world)
    await world.bot.take({"to_device": {"events": [_knock(world, world.north)]}})
    assert any("East typed your pairing code" in words for words in await world.bot.waiting())


async def test_a_newer_bots_knock_is_told_to_leads_and_uses_up_no_code(world: World) -> None:
    await _with_code(world)
    newer = _knock(world, world.north, version=2, step="of the future", label=7)
    await world.bot.take({"to_device": {"events": [newer]}})
    assert any("it is newer than I am" in words for words in await world.bot.waiting())
    async with world.bot.database.transaction() as tx:
        assert await GivenCodes(tx).taken(datetime(2026, 11, 1, tzinfo=UTC)) == []


async def test_whoever_floods_the_bot_with_steps_keeps_no_pairing_from_going_on(
    world: World,
) -> None:
    await _with_code(world)
    stranger = ForgedDevice("@stranger:elsewhere.test")
    flood = [_knock(world, stranger, number="0123456788") for _ in range(MOST_AT_ONCE + 1)]
    await world.bot.take({"to_device": {"events": [_knock(world, world.north), *flood]}})
    assert any("East typed your pairing code" in words for words in await world.bot.waiting())


@pytest.mark.parametrize(
    "change",
    [
        {"number": "0123456788"},
        {"master": "x" * 43},
        {"step": "come"},
        {"label": "x" * 99},
        {"version": 0},
    ],
)
async def test_a_knock_that_is_not_right_is_not_heard(world: World, change: JsonObject) -> None:
    await _with_code(world)
    before = await world.bot.waiting()
    await world.bot.take({"to_device": {"events": [_knock(world, world.north, **change)]}})
    assert await world.bot.waiting() == before


async def test_a_device_that_is_not_the_accounts_own_pairs_nothing(world: World) -> None:
    """A homeserver that makes up a device has no master key to sign it with."""
    await _with_code(world)
    before = await world.bot.waiting()
    forged = ForgedDevice(NORTH, "MADEUP")
    world.bot.people[NORTH] = published(
        NORTH, world.identity, world.north.keys(world.identity), forged.keys()
    )
    await world.bot.take({"to_device": {"events": [_knock(world, forged)]}})
    assert await world.bot.waiting() == before


async def test_without_a_code_nobody_is_even_looked_up(world: World) -> None:
    asked = len(world.bot.homeserver.asked)
    stranger = ForgedDevice("@stranger:elsewhere.test")
    await world.bot.take({"to_device": {"events": [_knock(world, stranger)]}})
    new = world.bot.homeserver.asked[asked:]
    assert not any("/keys/query" in path for _method, path in new)
    assert world.bot.machine.told.maxlen == MOST_TOLD


async def test_the_key_that_was_compared_is_what_counts_not_the_one_seen_first(
    world: World,
) -> None:
    async with world.bot.database.transaction() as tx:
        pins = {pin.person: pin for pin in await Identities(tx).all()}
    assert pins[NORTH].pinned == world.identity.master.public


# -- beside answering


async def test_status_says_who_holds_counts(world: World) -> None:
    (said,) = await world.bot.ask("!status")
    assert "Other committees hold counts of ours, and no names: North." in said


async def test_a_committee_that_put_the_bot_out_leaves_its_coalition(world: World) -> None:
    bot = world.bot
    async with bot.database.transaction() as tx:
        (committee,) = await Committees(tx).all()
        await Committees(tx).remove(committee.id, datetime.now(UTC))
    desk = next(part for part in bot.bot.when_ready if isinstance(part, CoalitionDesk))
    work = desk._parts.work
    await work.look()
    async with bot.database.transaction() as tx:
        (coalition,) = await EveryCoalition(tx).all()
        assert coalition.state is CoalitionState.LEAVING
    assert any("leaves the coalition" in words for words in await bot.waiting())
    async with bot.database.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    await work.look()
    async with bot.database.transaction() as tx:
        assert await EveryCoalition(tx).all() == []
    assert BOTS not in bot.places.rooms
    assert BOTS not in bot.places.closed
    assert any(path.endswith("/leave") for _method, path in bot.homeserver.asked)


async def test_what_cannot_be_read_is_asked_for_again(world: World) -> None:
    desk = next(part for part in world.bot.bot.when_ready if isinstance(part, CoalitionDesk))
    for _ in range(2):
        await desk.unread(BOTS, NORTH)
    await desk.unread(BOTS, EVE)
    asked = "Some messages did not arrive here. Please say them again."
    assert (await world.bot.waiting()).count(asked) == 1
    assert desk._parts.hearing.pending == {(BOTS, NORTH)}
