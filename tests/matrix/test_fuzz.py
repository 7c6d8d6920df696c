"""One bad event never ends the loop: whatever arrives, the next command is answered.

``make test`` tries more than 500 generated events, ``make fuzz`` more than 20,000.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config.limits import A_LOT, Limits
from bot.matrix import untrusted_json
from bot.matrix.guard import Message, Rejection, Sealed, Unknown
from bot.matrix.rooms import MEGOLM, Room, is_user_id, stripped
from tests.support.adversary import ForgedDevice
from tests.support.answering import Answering, answering, room_state
from tests.support.inside import BOT, ROOM, Inside, inside
from tests.support.malformed import anything, bent, names, state_events

ANA, EVE = "@ana:committee.test", "@eve:elsewhere.test"
UNLIMITED = Limits(person_burst=A_LOT, person_per_minute=A_LOT, room_per_minute=A_LOT)

length = pytest.mark.parametrize(
    "examples",
    [
        100,
        pytest.param(5_000, marks=[pytest.mark.nightly, pytest.mark.timeout(3600)]),
    ],
)


def holds(strategy: st.SearchStrategy[Any], rule: Callable[[Any], None], examples: int) -> None:
    """Try the rule on that many generated values."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def tried(value: Any) -> None:
        rule(value)

    tried()


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What libraries log of odd events is odd itself; how the bot's log treats it is tested apart."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Inside]:
    with inside(tmp_path / "nio.db") as opened:
        yield opened


@length
@pytest.mark.parametrize("sender", ["a member", "a stranger"])
def test_to_device_messages(bot: Inside, examples: int, sender: str) -> None:
    ana, _ = bot.member(ANA)
    odd = ForgedDevice(ANA if sender == "a member" else EVE)
    bot.known.add(EVE)
    target = bot.target()
    sound = [odd.room_key(target, ROOM), odd.room_key(target, ROOM), odd.to_device(target, "x", {})]
    sealed = st.builds(
        partial(odd.to_device, target),
        st.one_of(st.sampled_from(["m.room_key", "m.forwarded_room_key", "m.dummy"]), anything),
        st.one_of(bent(_key_content(odd)), anything),
        st.dictionaries(names, anything, max_size=2),
    )
    events = st.one_of(anything, *(bent(event) for event in sound), sealed)

    def rule(batch: list[Any]) -> None:
        bot.machine.take(batch)
        ana.megolm = type(ana.megolm)()
        assert bot.machine.take([ana.room_key(target, ROOM)])
        assert isinstance(bot.judge(ana.says(ROOM, "!help")), Message)

    holds(st.lists(events, max_size=6), rule, examples)


def _key_content(device: ForgedDevice) -> dict[str, Any]:
    return {
        "algorithm": MEGOLM,
        "room_id": ROOM,
        "session_id": device.megolm.session_id,
        "session_key": device.megolm.session_key.to_base64(),
    }


@length
def test_room_events(bot: Inside, examples: int) -> None:
    ana, _ = bot.member(ANA)
    bot.machine.take([ana.room_key(bot.target(), ROOM)])
    message = {"msgtype": "m.text", "body": "!help"}
    payload = {"type": "m.room.message", "room_id": ROOM, "content": message}
    plain = {"type": "m.room.message", "sender": ANA, "event_id": "$x", "content": message}
    sealed = st.one_of(bent(payload), anything).map(lambda inner: ana.event(ana.seal(inner)))
    contents = st.one_of(bent(ana.seal(payload)), st.dictionaries(names, anything, max_size=4))
    events = st.one_of(
        anything, contents.map(ana.event), bent(ana.says(ROOM, "!help")), bent(plain), sealed
    )

    def rule(event: Any) -> None:
        verdict = bot.judge(event)
        assert verdict is None or isinstance(verdict, Message | Rejection | Sealed | Unknown)
        if isinstance(verdict, Message):
            verdict.body.encode()
        assert isinstance(bot.judge(ana.says(ROOM, "!help")), Message)

    holds(events, rule, examples)


@length
def test_room_state(examples: int) -> None:
    encryption = {
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": MEGOLM},
    }

    def rule(events: list[Any]) -> None:
        room = Room(ROOM)
        room.apply_all([encryption, *events])
        assert room.encrypted
        assert all(map(is_user_id, [*room.members, *room.creators]))
        assert set(room.members.values()) <= {"join", "invite"}
        assert all(isinstance(room.level(user), int) for user in (ANA, EVE, *room.members))
        assert room.partner(BOT) in {None, *room.members}
        assert isinstance(room.public, bool)
        assert Room.restore(json.loads(json.dumps(room.snapshot()))) == room
        for text in (room.join_rule, room.history_visibility, room.name):
            assert len(text) <= 100

    holds(st.lists(st.one_of(state_events(ANA, EVE, BOT), anything), max_size=6), rule, examples)


@length
def test_invitations(examples: int) -> None:
    def rule(events: list[Any]) -> None:
        room = stripped(events, BOT)
        assert room.inviter == "" or is_user_id(room.inviter)

    holds(st.lists(st.one_of(state_events(ANA, BOT), anything), max_size=6), rule, examples)


@length
def test_answers_of_the_homeserver(examples: int) -> None:
    """Anything another person put into an answer leaves the rest of it readable."""

    def rule(odd: Any) -> None:
        text = json.dumps({"odd": odd, "next_batch": "s1"})
        answer = untrusted_json.parse(text.encode())
        assert answer["next_batch"] == "s1"
        json.dumps(answer["odd"], ensure_ascii=False).encode()

    holds(anything, rule, examples)


@length
def test_answers_of_sync(tmp_path: Path, examples: int) -> None:
    """One answer with odd parts at any level, and then a command."""
    sound = {
        "to_device": {"events": [{"type": "m.room.encrypted", "sender": EVE, "content": {}}]},
        "device_lists": {"changed": [ANA, EVE], "left": []},
        "device_one_time_keys_count": {"signed_curve25519": 50},
        "device_unused_fallback_key_types": ["signed_curve25519"],
        "rooms": {
            "join": {
                ROOM: {
                    "state": {"events": room_state(ANA, EVE, BOT)},
                    "timeline": {
                        "events": [{"type": "m.room.message", "sender": EVE, "content": {}}],
                        "limited": False,
                        "prev_batch": "p1",
                    },
                },
                "!new:elsewhere.test": {"timeline": {"events": []}},
            },
            "invite": {"!x:elsewhere.test": {"invite_state": {"events": room_state(EVE)}}},
            "leave": {"!y:elsewhere.test": {}},
        },
    }
    with asyncio.Runner() as runner:
        # A quick machine asks thousands of times a minute.
        bots = answering(tmp_path, limits=UNLIMITED)
        bot = runner.run(bots.__aenter__())
        try:
            # A whole answer, and two more, for each: half as many will do.
            answered = partial(_answered_after, bot)
            holds(bent(sound), lambda odd: runner.run(answered(odd)), examples // 2)
        finally:
            runner.run(bots.__aexit__(None, None, None))


NO_EVENTS: list[Any] = [None, True, 5, 1.5, "an event", [], [{}], {}, {"type": None}]
PLACES = [
    ("to_device", "events"),
    ("device_lists", "changed"),
    ("rooms", "join", ROOM, "state", "events"),
    ("rooms", "join", ROOM, "timeline", "events"),
    ("rooms", "join", "!new:elsewhere.test", "state", "events"),
    ("rooms", "join", "!new:elsewhere.test", "timeline", "events"),
    ("rooms", "invite", "!x:elsewhere.test", "invite_state", "events"),
    ("rooms", "leave", "!y:elsewhere.test", "timeline", "events"),
]


def test_what_is_no_event_stands_among_events(tmp_path: Path) -> None:
    """In each list of an answer: a homeserver may send anything, and the next command is answered."""

    async def all_of_them() -> None:
        async with answering(tmp_path) as bot:
            for place in PLACES:
                answer: Any = list(NO_EVENTS)
                for name in reversed(place):
                    answer = {name: answer}
                await _answered_after(bot, answer)

    asyncio.run(all_of_them())


@pytest.mark.parametrize("before", [{}, {"!new:elsewhere.test": {}}], ids=["unknown", "known"])
def test_a_room_is_said_to_be_joined_and_left_at_once(
    tmp_path: Path, before: dict[str, Any]
) -> None:
    """By one answer, in a room that the bot knew and in one it did not: it is left, and the next command answered."""
    room = "!new:elsewhere.test"
    said = {"timeline": {"events": [{"type": "m.room.message", "sender": EVE, "content": {}}]}}

    async def both() -> None:
        async with answering(tmp_path) as bot:
            await bot.take({"rooms": {"join": before}})
            assert (room in bot.places.rooms) == (room in before)
            await bot.take({"rooms": {"join": {room: said}, "leave": {room: {}}}})
            assert room not in bot.places.rooms
            await _answered_after(bot, {})

    asyncio.run(both())


def test_a_room_is_left_while_its_state_is_asked_for(tmp_path: Path) -> None:
    """Of the bot's own accord, by another task: what the answer of sync says of it is let go."""
    room = "!new:elsewhere.test"

    async def left() -> None:
        async with answering(tmp_path) as bot:
            before = bot.homeserver.answer

            def leaving(method: str, path: str) -> Any:
                if path.endswith("/state"):
                    bot.places.rooms.pop(room, None)
                return before(method, path)

            bot.homeserver.answer = leaving
            others: dict[str, Any] = {
                each: {"timeline": {"events": []}} for each in (room, "!other:elsewhere.test")
            }
            await bot.take({"rooms": {"join": others}})
            bot.homeserver.answer = before
            assert room not in bot.places.rooms
            assert "!other:elsewhere.test" in bot.places.rooms
            await _answered_after(bot, {})

    asyncio.run(left())


async def _answered_after(bot: Answering, odd: dict[str, Any]) -> None:
    odd.pop("next_batch", None)
    try:
        readable = untrusted_json.parse(json.dumps(odd).encode())
    except RecursionError:
        # Nested too deeply to be written at all.
        return
    await bot.take(readable)
    # Whatever was said of the room, Ana is in it and leads.
    await bot.take({"rooms": {"join": {ROOM: {"state": {"events": room_state(ANA, BOT)}}}}})
    assert len(await bot.ask("!tz Madrid")) == 1
