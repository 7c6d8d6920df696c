"""Who is on a roster is what the bot saw; who leaves stays on it; whose part ended votes no more."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.ephemeral import ANYBODY, EphemeralSender
from bot.matrix.guard import Message
from bot.matrix.render import render
from bot.matrix.rooms import Room
from bot.matrix.session_expiry import SessionExpiry
from bot.polls.box import SentFlags
from bot.polls.cleanup import BallotCleanup
from bot.polls.clerk import PollClerk
from bot.polls.clocks import Clocks
from bot.polls.keys import PollKeys
from bot.polls.presence import Presence
from bot.polls.records import Records
from bot.polls.register import Open, Register
from bot.polls.votes import Votes
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee
from commands.polls import views
from commands.polls.ask.policy import Policy, electorate
from commands.polls.model import Poll, PollKind, Rules
from storage.chat.committees import Committees
from storage.chat.outbox import Outgoing
from storage.chat.preferences import People
from storage.core.database import Database
from storage.core.model import EntryKind, RoomId, UserId
from storage.history.entries import History
from storage.polls.ballots import Ballots
from storage.polls.rosters import PollRosters
from storage.turf.absences import Barred

OWN, ROOM = "@steward:example.org", "!room:example.org"
PEOPLE = tuple(UserId(f"@{name}:example.org") for name in ("ana", "ben", "chi", "dan", "eva"))
ANA, BEN, *_others = PEOPLE
NEW = UserId("@new:example.org")
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
POLL = Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), Rules(3, None, NOW + DAY))


@dataclass(slots=True)
class Said:
    """Takes what would be sent."""

    to_people: list[tuple[str, str]] = field(default_factory=list)
    in_rooms: list[tuple[str, str]] = field(default_factory=list)
    redacts: bool = True

    def say(
        self,
        rooms: Sequence[str],
        people: Sequence[str],
        contents: Sequence[Outgoing],
        name: str,
        of: str,
    ) -> None:
        del rooms, name
        assert of == ANYBODY
        self.to_people += [(person, each.content["body"]) for person in people for each in contents]

    async def to_room(self, room: str, contents: Sequence[Outgoing], occasion: str) -> list[str]:
        del occasion
        self.in_rooms += [(room, each.content["body"]) for each in contents]
        return []

    async def redact(self, room: str, event: str, occasion: str) -> None:
        del room, event, occasion

    def may_redact(self, _room: str) -> bool:
        return self.redacts

    def soon(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[Any]:
        return asyncio.ensure_future(work)


class Hurried:
    def expire_now(self, _room: str) -> None:
        return None


def joining(user: str, *, membership: str = "join", at: datetime = NOW) -> dict[str, Any]:
    """What a homeserver tells about somebody, with a time of its own choosing."""
    return {
        "type": "m.room.member",
        "state_key": user,
        "content": {"membership": membership},
        "origin_server_ts": int(at.timestamp() * 1000),
    }


@dataclass(slots=True)
class World:
    """One committee's room, a register with real boxes, and what was said."""

    database: Database
    register: Register
    room: Room
    presence: Presence
    votes: Votes
    said: Said
    committee: Committee
    count: int = 0

    async def roster(self, now: datetime) -> tuple[UserId, ...]:
        async with self.database.transaction() as tx:
            members = await self.presence.members(tx, self.committee, now)
        return electorate(members, now, Policy()).roster

    def changes(self, *users: str, membership: str = "join", at: datetime = NOW) -> None:
        self.room.apply_all([joining(user, membership=membership, at=at) for user in users])

    async def opens(self) -> Open:
        which = await self.register.open(POLL, PEOPLE, ROOM, "$origin")
        async with self.database.transaction() as tx:
            await PollRosters(tx, self.committee.id).add(which.id, datetime.now(UTC), PEOPLE)
        return which

    async def bar(self, person: UserId) -> None:
        async with self.database.transaction() as tx:
            entry = await History(tx, self.committee.id, ANA, NOW).record(EntryKind.OFFBOARDED)
            await Barred(tx, self.committee.id).bar(entry, person)

    async def vote(self, who: UserId, text: str) -> str:
        """The answer to a vote in somebody's direct chat; empty when it is taken for none."""
        self.count += 1
        direct = Room(f"!direct-{who}", encrypted=True, declared_direct=True)
        direct.members = dict.fromkeys((OWN, who), "join")
        self.presence.places.rooms[direct.id] = direct
        sent = int(datetime.now(UTC).timestamp() * 1000)
        message = Message(
            f"$vote{self.count}", direct.id, who, "PHONE", text, "session", self.count, sent=sent
        )
        attempt = self.votes.meant(direct, message, (self.committee,))
        if attempt is None:
            return ""
        await self.votes.take(attempt)
        await self.votes.answered()
        return self.said.in_rooms[-1][1]


@pytest.fixture
def memory() -> Iterator[Path]:
    made = tempfile.mkdtemp(prefix="steward-keys-", dir="/dev/shm")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def world(tmp_path: Path, memory: Path) -> AsyncIterator[World]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    ballots = await Ballots.open(tmp_path / "ballots.db", bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId(ROOM), "Payments", "UTC", NOW)
    assert committee is not None
    places = RoomDirectory(OWN, lambda _: True)
    room = places.rooms[ROOM] = Room(ROOM, encrypted=True)
    room.members = dict.fromkeys((OWN, *PEOPLE), "join")
    register, said = Register(ballots, PollKeys(memory)), Said()
    presence = Presence(database, places, register, cast(EphemeralSender, said), Policy())

    votes = Votes(
        register,
        cast(EphemeralSender, said),
        cast(SessionExpiry, Hurried()),
        places=places,
        clocks=Clocks(database),
        ended=presence.ended,
    )
    yield World(database, register, room, presence, votes, said, committee)
    await database.close()
    await ballots.close()


# -- the bot's own clock --------------------------------------------------------------------------


async def test_a_backdated_joining_counts_from_when_the_bot_saw_it(world: World) -> None:
    assert await world.roster(NOW) == PEOPLE, "the control: who was there when it first looked"
    world.changes(NEW, at=NOW - 400 * DAY)
    assert await world.roster(NOW + timedelta(hours=1)) == PEOPLE
    assert await world.roster(NOW + timedelta(hours=24)) == PEOPLE
    assert NEW in await world.roster(NOW + timedelta(hours=25, minutes=1))


async def test_removed_for_an_hour_costs_no_place(world: World) -> None:
    await world.roster(NOW)
    world.changes(BEN, membership="leave")
    assert BEN not in await world.roster(NOW + timedelta(hours=1))
    world.changes(BEN)
    assert await world.roster(NOW + timedelta(hours=2)) == PEOPLE


async def test_a_long_absence_does(world: World) -> None:
    await world.roster(NOW)
    world.changes(BEN, membership="leave")
    await world.roster(NOW + DAY)
    world.changes(BEN)
    assert BEN not in await world.roster(NOW + 32 * DAY)
    assert BEN in await world.roster(NOW + 34 * DAY)


async def test_a_new_name_or_picture_is_no_new_joining(world: World) -> None:
    await world.roster(NOW)
    world.changes(BEN, at=NOW + DAY)
    assert await world.roster(NOW + DAY) == PEOPLE


async def test_whose_part_has_ended_is_on_no_roster(world: World) -> None:
    await world.bar(BEN)
    assert BEN not in await world.roster(NOW)


async def test_a_room_that_was_replaced_has_lost_nobody(world: World) -> None:
    await world.roster(NOW)
    world.room.replaced = True
    world.changes(*PEOPLE, membership="leave")
    assert await world.roster(NOW + DAY) == PEOPLE


# -- while a poll is open ---------------------------------------------------------------------------


async def test_whoever_is_removed_is_told_that_they_stay_and_may_vote(world: World) -> None:
    await world.roster(NOW)
    which = await world.opens()
    assert "Recorded" in await world.vote(BEN, "vote K7QX 03")
    world.changes(BEN, membership="leave")
    await world.presence.look(ROOM)
    ((who, words),) = world.said.to_people
    assert who == BEN
    assert "you stay on the roster of a secret poll" in words
    assert "K7QX" in words
    assert "Ready?" not in words
    assert "Recorded" in await world.vote(BEN, "vote K7QX 05")
    assert (await world.register.state(which)).slots[1] == b"05".ljust(12)
    await world.presence.look(ROOM)
    assert len(world.said.to_people) == 1, "told twice"


async def test_whoever_voted_and_whoever_did_not_are_told_the_same(world: World) -> None:
    await world.roster(NOW)
    await world.opens()
    await world.vote(BEN, "vote K7QX 03")
    world.changes(ANA, BEN, membership="leave")
    await world.presence.look(ROOM)
    assert len({words for _who, words in world.said.to_people}) == 1
    assert len(world.said.to_people) == 2


async def test_whoever_was_away_when_it_opened_is_told_so(world: World) -> None:
    await world.roster(NOW)
    world.changes(NEW)
    await world.presence.look(ROOM)
    world.changes(NEW, membership="leave")
    await world.presence.look(ROOM)
    await world.opens()
    world.changes(NEW)
    await world.presence.look(ROOM)
    ((who, words),) = world.said.to_people
    assert who == NEW
    assert "you have no vote in K7QX" in words


async def test_a_stranger_is_no_voter(world: World) -> None:
    await world.opens()
    assert await world.vote(NEW, "vote K7QX 03") == ""


@pytest.mark.parametrize("voted", [True, False])
async def test_whose_part_ended_votes_no_more_and_what_they_voted_stays(
    world: World,
    voted: bool,  # noqa: FBT001
) -> None:
    which = await world.opens()
    if voted:
        await world.vote(BEN, "vote K7QX 03")
    before = (await world.register.state(which)).slots
    await world.bar(BEN)
    for text in ("vote K7QX 05", "vote K7QX 9", "vote ZZZZ 05", "05"):
        assert (await world.vote(BEN, text)).startswith("I took no vote: your part"), text
    world.changes(BEN, membership="leave")
    assert (await world.vote(BEN, "vote K7QX 05")).startswith("I took no vote: your part")
    assert (await world.register.state(which)).slots == before
    assert "Recorded" in await world.vote(ANA, "vote K7QX 05"), "the control"


async def test_the_part_in_one_committee_ends_and_not_the_vote_in_another(world: World) -> None:
    await world.opens()
    other = Poll("M2RT", PollKind.TEMPERATURE, "And you?", (), Rules(3, None, NOW + DAY))
    await world.register.open(other, PEOPLE, "!other:example.org", "$other")
    await world.bar(BEN)
    assert (await world.vote(BEN, "vote K7QX 05")).startswith("I took no vote: your part")
    assert "Recorded for M2RT" in await world.vote(BEN, "vote M2RT 05")
    assert "K7QX" not in await world.vote(BEN, "vote M2RT 9")


async def test_each_whose_part_ended_raises_the_floor_of_what_is_counted(world: World) -> None:
    which = await world.opens()
    for who in PEOPLE[:4]:
        await world.vote(who, "vote K7QX 05")
    await world.register.told(which, PEOPLE[3:], SentFlags.ENDED)
    counted = await world.register.count(which)
    assert counted.poll.rules.k == 5
    assert counted.result.totals is None
    again = await world.register.count(which)
    assert again == counted, "after a crash between counting and saying it"


# -- clocks ---------------------------------------------------------------------------------------


def until(zone: str) -> str:
    """The end of the poll on a zone's clock."""
    local = POLL.rules.closes_at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {zone.rpartition('/')[2]}"


async def test_the_end_is_told_on_each_voters_own_clock(world: World) -> None:
    which = await world.opens()
    async with world.database.transaction() as tx:
        await People(tx).set_zone(ANA, "Asia/Kathmandu")
    assert until("Asia/Kathmandu") in await world.vote(ANA, "vote K7QX 05")
    assert until("UTC") in await world.vote(BEN, "vote K7QX 05")
    sent = Sent()
    clerk = PollClerk(
        world.register,
        cast(EphemeralSender, sent),
        cast(BallotCleanup, None),
        cast(SessionExpiry, None),
        policy=Policy(),
        records=cast(Records, None),
        clocks=Clocks(world.database),
        ended=world.presence.ended,
    )
    await clerk.say_postponed(which)
    assert [until("UTC") in body for body in sent.in_room] == [True]
    assert set(sent.by_person) == set(PEOPLE)
    for who, body in sent.by_person.items():
        assert until("Asia/Kathmandu" if who == ANA else "UTC") in body
    zones = await Clocks(world.database).of(ROOM, PEOPLE)
    ballots = clerk.ballots_of(which, zones.values())
    assert until("Asia/Kathmandu") in str(ballots[zones[ANA], True, True][0].content["body"])
    assert until("UTC") in str(ballots[zones[BEN], True, True][0].content["body"])


@dataclass(slots=True)
class Sent:
    """Takes what goes to the room and to everybody on a roster."""

    in_room: list[str] = field(default_factory=list)
    by_person: dict[str, str] = field(default_factory=dict)

    async def to_room(self, room: str, contents: Sequence[Outgoing], occasion: str) -> None:
        del room, occasion
        self.in_room += [str(each.content["body"]) for each in contents]

    async def to_person(
        self, user: str, contents: Sequence[Outgoing], *_occasion: object, **_terms: object
    ) -> None:
        self.by_person[user] = "\n".join(str(each.content["body"]) for each in contents)

    def mailing(self, _people: int) -> None:
        return None


async def test_that_a_vote_stays_is_said_by_the_ballot_and_not_by_each_answer(world: World) -> None:
    """Told with a first vote alone, it would show which vote was the first."""
    world.said.redacts = False
    await world.opens()
    answers = [await world.vote(ANA, f"vote {POLL.code} 0{choice}") for choice in (1, 4, 4)]
    assert len(set(answers)) == 1
    assert "may not delete" not in answers[0]
    ballot = views.stays(views.ballot(POLL, len(PEOPLE), ZoneInfo("UTC")))
    (words,) = render(ballot)
    assert "please delete each vote yourself" in words["body"].lower()
    assert "make me a moderator" in words["body"]


async def test_in_a_chat_without_a_ballot_it_is_said_with_each_answer(world: World) -> None:
    world.said.redacts = False
    await world.opens()
    assert await world.vote(ANA, f"vote {POLL.code} 01")
    newer = Room("!newer", encrypted=True, declared_direct=True)
    newer.members = dict.fromkeys((OWN, ANA), "join")
    world.presence.places.rooms[newer.id] = newer
    assert "may not delete" in await world.vote(ANA, f"vote {POLL.code} 01")
