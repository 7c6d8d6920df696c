"""Into which room a paired bot can lead ours: one that was made for bots, and no room of our own people."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from bot.coalition import rooms
from bot.coalition.bots_room import BotsRoom, _made
from bot.coalition.work import CoalitionWork
from bot.matrix.rooms import OF_BOTS, Room
from bot.rooms.directory import RoomDirectory
from commands.coalition import absence, pairing
from commands.coalition.seat import Seat
from storage.coalition.coalitions import EveryCoalition
from storage.coalition.model import Knock, MemberState
from storage.coalition.pairings import GivenCodes, Knocks
from storage.core.database import Transaction
from storage.core.model import RoomId
from tests.chat.test_coalition_pairing import words_of
from tests.support.coalition_bus import Bus, Chapter, coalition

BOTS = RoomId("!bots:elsewhere.test")


async def _agreed(bus: Bus) -> Knock:
    """Milan's lead has agreed to go where Berlin's bot invites."""
    told = await bus["Berlin"].lead('!coalition new "Games workers"')
    await bus["Milan"].lead(f"!coalition join {words_of(told)}")
    await bus.meet()
    await bus["Milan"].lead("!coalition ok")
    return await _knock(bus["Milan"])


async def _knock(chapter: Chapter) -> Knock:
    async with chapter.chat.database.transaction() as tx:
        (knock,) = await Knocks(tx).all()
    return knock


async def _named(chapter: Chapter, room: RoomId) -> Knock:
    """The other bot says in which room they meet."""
    async with chapter.chat.database.transaction() as tx:
        await Knocks(tx).invited((await Knocks(tx).all())[0].coalition, room)
    return await _knock(chapter)


def _room(bot: str, own: str) -> Room:
    """A room for bots as it is when the other bot has let us in."""
    return Room(
        BOTS, encrypted=True, of_bots=True, founder=bot, has_levels=True,
        members={bot: "join", own: "join"}, levels={bot: 100, own: 100},
    )  # fmt: skip


def _plain(room: Room) -> Room:
    return replace(room, of_bots=False)


def _our_own(room: Room) -> Room:
    own = next(user for user in room.members if user != room.founder)
    return replace(room, founder=own)


def _without_them(room: Room) -> Room:
    return replace(room, members={k: v for k, v in room.members.items() if k != room.founder})


def _without_power(room: Room) -> Room:
    return replace(room, levels={})


def _open(room: Room) -> Room:
    return replace(room, join_rule="public")


def _readable(room: Room) -> Room:
    return replace(room, encrypted=False)


def _with(room: Room, **levels: int) -> Room:
    own = next(user for user in room.members if user != room.founder)
    names = {"own": own, "founder": room.founder, "else": "@else:elsewhere.test"}
    return replace(room, levels=room.levels | {names[who]: level for who, level in levels.items()})


def _below_them(room: Room) -> Room:
    return _with(room, own=99)


def _under_their_founder(room: Room) -> Room:
    return _with(room, founder=101)


def _under_somebody(room: Room) -> Room:
    return _with(room, **{"else": 101})


def _under_a_second_creator(room: Room) -> Room:
    return replace(room, version="12", creators=[room.founder, "@else:elsewhere.test"])


NOT_FOR_BOTS = (_plain, _our_own, _without_them, _without_power, _open, _readable)
NOT_OF_EQUALS = (_below_them, _under_their_founder, _under_somebody, _under_a_second_creator)


@pytest.mark.parametrize("other", [*NOT_FOR_BOTS, *NOT_OF_EQUALS])
async def test_a_room_that_is_not_for_bots_is_none(
    begun: Path, other: Callable[[Room], Room]
) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _agreed(bus)
        milan = bus["Milan"]
        knock = await _named(milan, BOTS)
        right = _room(knock.bot, milan.bot)
        for room, taken in ((right, True), (other(right), False)):
            places = RoomDirectory(milan.bot, lambda _user: False, rooms={BOTS: room})
            async with milan.chat.database.transaction() as tx:
                assert await rooms.is_expected(tx, places, knock) is taken
                await rooms.look(tx, places)
            assert (BOTS in places.closed) is taken


@pytest.mark.parametrize("version", ["1", "10", "11", "12", "13"])
async def test_a_room_as_our_own_bots_make_it_is_taken(begun: Path, version: str) -> None:
    """Its founder's power in version 12 is not in the levels, and nobody can take it."""
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _agreed(bus)
        milan = bus["Milan"]
        knock = await _named(milan, BOTS)
        room = Room(BOTS)
        create = {"type": OF_BOTS, "room_version": version}
        founder = {} if room_is_modern(version) else {str(knock.bot): 100}
        made = _made()
        levels = {**made["power_level_content_override"], "users": {**founder, milan.bot: 100}}
        state = [
            ("m.room.create", create), ("m.room.power_levels", levels),
            *((each["type"], each["content"]) for each in made["initial_state"]),
        ]  # fmt: skip
        room.apply_all(
            {"type": kind, "state_key": "", "sender": knock.bot, "content": content}
            for kind, content in state
        )
        room.members = {knock.bot: "join", milan.bot: "join"}
        places = RoomDirectory(milan.bot, lambda _user: False, rooms={BOTS: room})
        assert rooms.fits(places, knock)


def room_is_modern(version: str) -> bool:
    """Whether creators stand above all levels, and may not be named among them."""
    return int(version) >= 12


def _work(chapter: Chapter, *known: Room) -> CoalitionWork:
    """The work of a committee's coalition without a homeserver; the bot is in the rooms that are ``known``."""
    unused: Any = None
    places = RoomDirectory(
        chapter.bot, lambda _user: False, rooms={each.id: each for each in known}
    )
    return CoalitionWork(
        chapter.chat.database, unused, BotsRoom(unused, places, unused, unused),
        cast("Any", Seats(chapter)), unused, asyncio.Event(),
    )  # fmt: skip


async def _room_of(bus: Bus, name: str) -> Room:
    """The room of the bots, as one of them knows it."""
    seat = await bus[name].do(_seat)
    assert seat.coalition.room is not None
    there = {str(each.bot): "join" for each in bus.chapters.values()}
    return Room(seat.coalition.room, of_bots=True, founder=bus["Berlin"].bot, members=there)


def _goes(room: Room, bot: str, sender: str, membership: str = "leave") -> None:
    """A bot leaves the room of bots, or is put out."""
    content = {"membership": membership}
    room.apply({"type": "m.room.member", "state_key": bot, "content": content, "sender": sender})


async def _stands(seat: Seat) -> dict[str, MemberState]:
    return {each.bot: each.state for each in await seat.everybody()}


async def _counted(seat: Seat) -> set[str]:
    return {each.bot for each in await absence.counted_on(seat)}


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_bot_that_left_by_itself_is_out_a_while_later(
    begun: Path,
    monkeypatch: pytest.MonkeyPatch,
    restarted: bool,  # noqa: FBT001
) -> None:
    """Why it left it may have said before, and that is still to come."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        milan, gone = bus["Milan"], bus["Shenzhen"].bot
        room = await _room_of(bus, "Milan")
        _goes(room, gone, gone)
        if restarted:
            room = Room.restore(room.snapshot())
        work = _work(milan, room)
        await milan.do(work._see_who_is_out)
        assert (await milan.do(_stands))[gone] is MemberState.IN
        assert milan.to_leads == ""
        monkeypatch.setattr("bot.coalition.work.GONE", 0.0)
        await milan.do(work._see_who_is_out)
        assert (await milan.do(_stands))[gone] is MemberState.SUSPENDED
        assert "has left the room of our bots, and has not said why." in milan.to_leads
        assert gone in await milan.do(_counted)


@pytest.mark.parametrize("membership", ["leave", "ban"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_leads_hear_at_once_of_a_bot_that_was_put_out(
    begun: Path,
    membership: str,
    restarted: bool,  # noqa: FBT001
) -> None:
    """It is counted on as before: whoever puts others out does not choose how few hide a committee's total."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        milan, gone = bus["Milan"], bus["Shenzhen"].bot
        before = await milan.do(_counted)
        room = await _room_of(bus, "Milan")
        _goes(room, gone, room.founder, membership)
        if restarted:
            room = Room.restore(room.snapshot())
        work = _work(milan, room)
        for _look in range(3):
            await milan.do(work._see_who_is_out)
        told = milan.to_leads
        assert told.count("The bot of Shenzhen was put out of the room of our bots.") == 1
        assert "secret polls count it as missing" in told
        assert "they type !coalition leave --yes. Then you type !coalition code" in told
        assert (await milan.do(_stands))[gone] is MemberState.SUSPENDED
        assert await milan.do(_counted) == before
        # Who is still there is.
        assert (await milan.do(_stands))[bus["Berlin"].bot] is MemberState.IN


async def test_nobody_is_out_while_it_is_not_known_who_is_there(begun: Path) -> None:
    """Our own bot is not in the room: what it knows of it is from before."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        milan = bus["Milan"]
        room = await _room_of(bus, "Milan")
        _goes(room, bus["Shenzhen"].bot, room.founder)
        room.members.pop(milan.bot)
        await milan.do(_work(milan, room)._see_who_is_out)
        assert set((await milan.do(_stands)).values()) == {MemberState.IN}


@pytest.mark.parametrize("known", ["said", "not shown for long"])
async def test_who_was_put_out_hears_how_to_come_back_and_again_each_week(
    begun: Path, monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        milan = bus["Milan"]
        room = await _room_of(bus, "Milan")
        work = _work(milan)
        await milan.do(work._see_who_is_out)
        assert milan.to_leads == "", "the room was made a moment ago, and sync has not shown it"
        if known == "said":
            work.room.places.left.add(room.id)
        else:
            monkeypatch.setattr("bot.coalition.work.GONE", 0.0)
        for days, times in ((0, 1), (1, 1), (6, 2)):
            await bus.later(days=days)
            await milan.do(work._see_who_is_out)
            assert (
                milan.to_leads.count("I was put out of the room of the coalition's bots.") == times
            )
        assert "type !coalition leave --yes. Then a lead of another committee" in milan.to_leads


def _brought(room: Room) -> Room:
    return replace(_plain(room), inviter="@ana:example.org")


def _unknown(room: Room) -> Room:
    return replace(_plain(room), founder="")


class Left(BotsRoom):
    """A room of bots without a homeserver; which rooms were left."""

    left: ClassVar[list[str]] = []

    async def leave(self, room_id: str) -> None:
        self.left.append(room_id)


@pytest.mark.parametrize(
    ("other", "leaves"),
    [
        (_plain, True),
        (_readable, True),
        (_our_own, False),
        (_brought, False),
        (_unknown, False),
        (_without_them, False),
    ],
)
async def test_a_room_that_never_will_be_for_bots_is_left_at_once(
    begun: Path,
    other: Callable[[Room], Room],
    leaves: bool,  # noqa: FBT001
) -> None:
    """The bot that was to bring us in named any room: ours would stay in it, whoever is there."""
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _agreed(bus)
        milan = bus["Milan"]
        knock = await _named(milan, BOTS)
        room = other(_room(knock.bot, milan.bot))
        places = RoomDirectory(milan.bot, lambda _user: False, rooms={BOTS: room})
        unused: Any = None
        bots_room = Left(unused, places, unused, unused)
        bots_room.left.clear()
        pairing_ = Seats(milan)
        work = CoalitionWork(
            milan.chat.database, unused, bots_room, cast("Any", pairing_), unused, asyncio.Event()
        )
        seat = await milan.do(_seat)
        await work._enter(seat.coalition, knock, BOTS)
        assert bots_room.left == ([BOTS] if leaves else [])
        async with milan.chat.database.transaction() as tx:
            assert bool(await EveryCoalition(tx).all()) is not leaves
        assert ("The other bot did not let us in" in milan.to_leads) is leaves


class Seats:
    """Gives a committee's seat to the work of its coalition."""

    def __init__(self, chapter: Chapter) -> None:
        self._chapter = chapter

    async def seat(self, tx: Transaction, _coalition: object) -> Seat:
        return await self._chapter.seat(tx)


async def test_the_committee_own_room_never_becomes_the_bots(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _agreed(bus)
        milan = bus["Milan"]
        seat = await milan.do(_seat)
        own = seat.committee.room
        knock = await _named(milan, own)
        # Even where its state said that it was made for bots, or is not known yet.
        for known in ({own: replace(_room(knock.bot, milan.bot), id=own)}, {}):
            places = RoomDirectory(milan.bot, lambda _user: False, rooms=known)
            async with milan.chat.database.transaction() as tx:
                assert not await rooms.is_expected(tx, places, knock)
                await rooms.look(tx, places)
            assert own not in places.closed


async def test_the_room_of_another_coalition_is_not_taken_over(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _agreed(bus)
        milan = bus["Milan"]
        knock = await _named(milan, BOTS)
        places = RoomDirectory(
            milan.bot, lambda _user: False, rooms={BOTS: _room(knock.bot, milan.bot)}
        )
        async with milan.chat.database.transaction() as tx:
            assert await rooms.is_expected(tx, places, knock)
            await EveryCoalition(tx).settle(knock.coalition, BOTS)
            assert not await rooms.is_expected(tx, places, knock)


async def test_what_leads_were_asked_about_is_what_they_join(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        knock = await _agreed(bus)
        berlin, milan = bus["Berlin"], bus["Milan"]
        before = (await milan.do(_seat)).coalition
        for title, ref in (("Another one", before.ref), (before.title, "ab" * 16)):
            step = pairing.PairingStep(
                pairing.Step.COME, knock.number, "Berlin", berlin.master, ref, title, BOTS
            )
            await milan.take(step, berlin)
            after = (await milan.do(_seat)).coalition
            assert (after.ref, after.title) == (before.ref, before.title)
            assert (await _knock(milan)).room is None


async def _seat(seat: Seat) -> Seat:
    return seat


async def test_a_code_is_answered_under_the_key_that_was_proven(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _agreed(bus)
        berlin, milan = bus["Berlin"], bus["Milan"]
        async with berlin.chat.database.transaction() as tx:
            (code,) = await GivenCodes(tx).taken(berlin.chat.now)
        proven = pairing.ProvenBot(milan.bot, milan.master)
        assert await berlin.do(lambda seat: pairing.typed_by(seat, code)) == proven
