"""How fast what a poll says goes out, and in whose way it does not stand."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest

from bot.config.polls import FEW
from bot.delivery import ephemeral, pacing
from bot.delivery.ephemeral import ANYBODY, COURTESY, PATIENCE, EphemeralSender
from bot.delivery.pacing import ABREAST, SLOWEST, Mailing
from bot.delivery.sender import Sender
from bot.matrix.client import Client, NotNow
from bot.matrix.room_keys import LastLook, RoomKeys
from bot.matrix.rooms import Room
from bot.polls.clerk import PollClerk
from bot.polls.clocks import Clocks
from bot.polls.officer import ReturningOfficer
from bot.polls.register import Open
from commands.framework.reply import say
from storage.chat.outbox import Outgoing
from tests.support.own_time import OwnTime
from tests.support.running import running

T = TypeVar("T")
GAP = 0.05
WORDS = [Outgoing({"msgtype": "m.notice", "body": "a ballot"})]


class Line:
    """Stands for the homeserver, which may ask for patience; when each message was tried."""

    def __init__(self, time: OwnTime) -> None:
        self.time = time
        self.busy: list[NotNow | None] = []
        """What the next messages are answered."""
        self.tried: list[tuple[float, str]] = []
        self.sent: Counter[str] = Counter()

    async def send(
        self,
        room: Room,
        _kind: str,
        _content: Mapping[str, Any],
        _txn: str,
        _clear: object,
        last_look: LastLook,
    ) -> str:
        await last_look()
        self.tried.append((self.time.now, room.id))
        await asyncio.sleep(0)
        later = self.busy.pop(0) if self.busy else None
        if later is not None:
            raise later
        self.sent[room.id] += 1
        return "$event"


def direct_with(person: str) -> Room:
    """Somebody's direct chat."""
    members = {"@steward:committee.test": "join", person: "join"}
    return Room(f"!{person}", encrypted=True, declared_direct=True, members=members)


class Post:
    """A courier over such a line; everybody has a direct room, and it may be refused at first."""

    def __init__(self, line: Line) -> None:
        self.line, self.time = line, line.time
        self.rooms: dict[str, Room] = {}
        self.asked: list[float] = []
        self.refusals: Counter[str] = Counter()
        self.gone: set[str] = set()
        """People whose part has ended."""
        self.absent: set[str] = set()
        """People who have not joined their direct chat."""
        self.open: set[str] = set()
        """Rooms that others may read."""
        self.client = Client("http://127.0.0.1:9", "@steward:committee.test")
        self.courier = EphemeralSender(
            Sender(self.client, cast(RoomKeys, line)),
            self.rooms,
            self._resolve,
            {},
            self,
            pace=GAP,
        )

    async def _resolve(self, person: str) -> Room | None:
        self.asked.append(self.time.now)
        if self.refusals[person]:
            self.refusals[person] -= 1
            raise NotNow(GAP)
        if person in self.absent:
            return None
        return self.rooms.setdefault(f"!{person}", direct_with(person))

    async def hears(self, person: str, of: str | None) -> bool:
        """Whether they take part."""
        return person not in self.gone and of != "!over"

    async def spoken_in(self, room: str) -> bool:
        """Whether a room is closed to others."""
        return room not in self.open

    async def mail(self, people: list[str], mailing: Mailing) -> None:
        sending = (self.courier.to_person(each, WORDS, "pb", mailing) for each in people)
        await _all_of(*sending)


async def _all_of(*several: Awaitable[T]) -> list[T]:
    return await asyncio.gather(*several)


@pytest.fixture
async def post(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    made = Post(Line(OwnTime(monkeypatch, ephemeral, pacing)))
    async with running(made.courier):
        yield made
    await made.client.close()


async def test_a_few_go_at_once(post: Post) -> None:
    await post.time.through(post.mail([f"{n}" for n in range(FEW)], post.courier.mailing(FEW)))
    assert post.time.now == 0


async def test_two_large_mailings_keep_one_pace_and_take_turns(post: Post) -> None:
    """Reminders of one poll while ballots of another go out: not twice as fast, none starved."""
    both = _all_of(
        post.mail([f"a{n}" for n in range(8)], post.courier.mailing(FEW + 1)),
        post.mail([f"b{n}" for n in range(8)], post.courier.mailing(FEW + 1)),
    )
    await post.time.through(both)
    assert post.time.now == pytest.approx(15 * GAP)
    order = [room[1] for _, room in post.line.tried]
    assert order.count("a") == order.count("b") == 8
    assert 3 <= order[:8].count("a") <= 5


async def test_after_a_refusal_a_few_are_paced_too(post: Post) -> None:
    """They do not all come back together, in the way of answers to commands."""
    post.line.busy = [None, None, *(NotNow(PATIENCE) for _ in range(4))]
    people = [f"{n}" for n in range(6)]
    await post.time.through(post.mail(people, post.courier.mailing(6)))
    again = [at for at, _ in post.line.tried[6:]]
    assert len(again) == 4
    assert post.line.sent == Counter({f"!{each}": 1 for each in people})
    assert all(later - earlier > GAP * 0.999 for earlier, later in itertools.pairwise(again))


async def test_a_homeserver_that_has_had_enough_refuses_no_more_than_are_abreast(
    post: Post,
) -> None:
    """Twenty ballots, of which a homeserver takes five at once: the others wait for their turns."""
    people = [f"{n}" for n in range(FEW)]
    post.line.busy = [None] * 5 + [NotNow(PATIENCE)] * ABREAST
    await post.time.through(post.mail(people, post.courier.mailing(FEW)))
    assert post.line.busy == []
    assert post.line.sent == Counter({f"!{each}": 1 for each in people})
    assert len(post.line.tried) == FEW + ABREAST
    paced = [at for at, _ in post.line.tried[5 + ABREAST :]]
    assert all(later - earlier > GAP * 0.999 for earlier, later in itertools.pairwise(paced))


async def test_answers_to_votes_come_back_one_by_one(post: Post) -> None:
    """And later than asked: what a command is answered is there first."""
    rooms = [post.rooms.setdefault(f"!{n}", Room(f"!{n}", encrypted=True)).id for n in range(3)]
    post.line.busy = [NotNow(PATIENCE) for _ in rooms]
    answers = _all_of(*(post.courier.to_room(room, WORDS, "va") for room in rooms))
    await post.time.through(answers)
    again = [at for at, _ in post.line.tried[3:]]
    assert again == [pytest.approx(n * (PATIENCE + COURTESY)) for n in (1, 2, 3)]


async def test_a_mailing_gives_way_to_answers_for_a_while(post: Post) -> None:
    room = post.rooms.setdefault("!voter", Room("!voter", encrypted=True)).id
    mailing = post.courier.mailing(FEW + 1)
    await mailing.turn()
    post.line.busy = [NotNow(PATIENCE)]
    answer = asyncio.create_task(post.courier.to_room(room, WORDS, "va"))
    await post.time.asleep()
    await post.time.through(mailing.turn())
    assert post.time.now == pytest.approx(SLOWEST * GAP)
    assert not answer.done()
    assert await post.time.through(_all_of(answer))


async def test_who_has_no_direct_room_yet_comes_back_one_by_one(post: Post) -> None:
    """A homeserver lets us open few rooms a minute; asking for all again at once is no use."""
    people = [f"{n}" for n in range(6)]
    post.refusals.update(people)
    await post.time.through(post.mail(people, post.courier.mailing(6)))
    again = post.asked[6:]
    assert len(again) == 6
    assert all(later - earlier > GAP * 0.999 for earlier, later in itertools.pairwise(again))
    assert post.line.sent == Counter({f"!{each}": 1 for each in people})


# -- to whom it goes ----------------------------------------------------------------------------------


async def test_whoever_s_part_has_ended_gets_no_ballot_and_no_room_is_opened(post: Post) -> None:
    post.gone.add("gone")
    await post.mail(["stays", "gone"], post.courier.mailing(2))
    assert post.line.sent == Counter({"!stays": 1})
    assert len(post.asked) == 1


async def test_nor_whoever_left_while_it_waited_for_them_to_join(post: Post) -> None:
    """A direct chat that nobody accepts would be waited for until the end of the process."""
    post.absent.add("gone")
    waiting = asyncio.create_task(post.courier.to_person("gone", WORDS, "pb"))
    await post.time.asleep()
    post.gone.add("gone")
    assert await post.time.through(_all_of(waiting)) == [[]]
    assert not post.line.sent


async def test_nor_whoever_left_at_the_last_moment(post: Post) -> None:
    """The homeserver asks for patience, and meanwhile somebody is removed."""
    post.line.busy = [NotNow(0.2), NotNow(0.2)]
    going = asyncio.gather(*(post.courier.to_person(who, WORDS, "pb") for who in ("a", "b")))
    await post.time.asleep()
    assert len(post.line.tried) == 2
    post.gone.add("a")
    [(nothing, sent)] = await post.time.through(_all_of(going))
    assert nothing == []
    assert [room for room, _event in sent] == ["!b"]


async def test_what_belongs_to_a_committee_they_left_does_not_come_for_another(post: Post) -> None:
    assert await post.courier.to_person("ana", WORDS, "pb", of="!over") == []
    assert await post.courier.to_person("ana", WORDS, "pb", of="!other")
    assert post.line.sent == Counter({"!ana": 1})


async def test_an_answer_in_a_chat_of_somebody_who_left_is_not_given(post: Post) -> None:
    for who in ("stays", "gone"):
        post.rooms[f"!{who}"] = direct_with(who)
    post.gone.add("gone")
    assert await post.courier.to_room("!gone", WORDS, "va") == []
    assert await post.courier.to_room("!stays", WORDS, "va")
    assert post.line.sent == Counter({"!stays": 1})


async def test_a_result_waits_for_a_room_that_others_may_read_and_is_not_lost(post: Post) -> None:
    post.rooms["!committee"] = Room("!committee", encrypted=True)
    post.open.add("!committee")
    saying = asyncio.create_task(post.courier.to_room("!committee", WORDS, "res"))
    for _ in range(10):
        post.time.passes(await post.time.asleep())
    await post.time.asleep()
    assert not post.line.tried
    assert not saying.done()
    post.open.clear()
    assert await post.time.through(_all_of(saying))
    assert post.line.sent == Counter({"!committee": 1})


async def test_the_result_of_a_poll_whose_room_was_upgraded_is_told_directly(post: Post) -> None:
    """The old room takes no words any more, and the box is destroyed once it was told."""
    room = Room("!committee", encrypted=True)
    post.rooms[room.id] = room
    told: dict[str, list[str]] = {}

    async def to_room(where: str, _contents: object, name: str) -> list[str]:
        told.setdefault(where, []).append(name.partition("-")[0])
        return ["$event"]

    async def to_all(_self: object, _which: object, _words: object, occasion: str) -> None:
        told.setdefault("everybody", []).append(occasion)

    officer = object.__new__(ReturningOfficer)
    officer.sender, officer.clerk = post.courier, object.__new__(PollClerk)

    async def of_room(_room: str) -> SimpleNamespace:
        return SimpleNamespace(language="en")

    officer._clocks = cast(Clocks, SimpleNamespace(of_room=of_room))
    which = cast(Open, SimpleNamespace(id="1", room=room.id))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(post.courier, "to_room", to_room)
        patched.setattr(PollClerk, "say_to_all", to_all)
        await officer._say_once(which, say("Result"), "res", again=False)
        assert told == {"!committee": ["res"]}, "the control"
        room.replaced, room.event_level = True, 50
        await officer._say_once(which, say("Result"), "res", again=False)
    assert told == {"!committee": ["res"], "everybody": ["res"]}


async def test_one_word_reaches_somebody_who_left_where_there_is_a_chat_and_opens_none(
    post: Post,
) -> None:
    post.gone.update({"voter", "other"})
    post.rooms["!voter"] = direct_with("voter")
    assert await post.courier.to_person("voter", WORDS, "pw", of=ANYBODY)
    assert await post.courier.to_person("other", WORDS, "pw", of=ANYBODY) == []
    assert post.line.sent == Counter({"!voter": 1})
    assert not post.asked
