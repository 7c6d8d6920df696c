"""Ballots to tap: what the guard takes for a vote, and what answer ids tell."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.matrix import native_polls
from bot.matrix.guard import Message, Reaction, Refused, Rejection, Vote
from bot.matrix.sync import TIMELINE_TYPES
from bot.polls import native_ballot
from commands.polls.model import NotABallot, Poll, PollKind, Rules, encode
from commands.polls.vote.taps import ID_LENGTH, tapped, taps
from storage.core.model import UserId
from tests.support.adversary import ForgedDevice, event_id
from tests.support.inside import OTHER_ROOM, ROOM, Inside, inside

ANA, BEN = UserId("@ana:committee.test"), UserId("@ben:committee.test")
RULES = Rules(5, None, datetime(2026, 11, 27, 18, tzinfo=UTC))
TEMPERATURE = Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), RULES)
CHOICE = Poll("K7QX", PollKind.CHOOSE, "Where?", ("Plaza", "Hall", "Park", "Café", "Dock"), RULES)
SECRET = bytes(range(32))

RELATION = {"m.relates_to": {"rel_type": "m.reference", "event_id": "$poll"}}
UNSTABLE = ("org.matrix.msc3381.poll.response", "org.matrix.msc3381.poll.response")
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "stable": ("m.poll.response", RELATION | {"m.selections": ["one"]}),
    "unstable": (UNSTABLE[0], RELATION | {UNSTABLE[1]: {"answers": ["one"]}}),
    "unstable, the relation outside only": (UNSTABLE[0], {UNSTABLE[1]: {"answers": ["one"]}}),
}


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Inside]:
    with inside(tmp_path / "nio.db") as opened:
        yield opened


def member(bot: Inside) -> ForgedDevice:
    device, _identity = bot.member(ANA)
    assert bot.machine.take([device.room_key(bot.target(), ROOM)])
    return device


def response(device: ForgedDevice, kind: str, content: dict[str, Any], room: str = ROOM) -> Any:
    sealed = device.seal({"type": kind, "room_id": room, "content": content})
    return device.event(sealed | RELATION)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_encrypted_response_is_a_vote(bot: Inside, shape: str) -> None:
    device = member(bot)
    event = response(device, *SHAPES[shape])
    verdict = bot.judge(event)
    assert isinstance(verdict, Vote)
    assert (verdict.sender, verdict.room, verdict.answers) == (ANA, ROOM, ("one",))
    assert verdict.event_id == event["event_id"]
    assert "one" not in repr(verdict)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_response_in_clear_is_refused_as_one(bot: Inside, shape: str) -> None:
    device = member(bot)
    kind, content = SHAPES[shape]
    verdict = bot.judge(device.event(content, type=kind))
    assert isinstance(verdict, Rejection)
    assert verdict.reason is Refused.NOT_ENCRYPTED
    assert verdict.body == "vote"


def test_a_response_from_a_device_that_is_not_signed_is_refused(bot: Inside) -> None:
    bot.admit(ANA)
    device = ForgedDevice(ANA)
    _signed, identity = bot.member(ANA)
    bot.publish(ANA, identity, device.keys())
    assert bot.machine.take([device.room_key(bot.target(), ROOM)])
    verdict = bot.judge(response(device, *SHAPES["stable"]))
    assert isinstance(verdict, Rejection)
    assert verdict.reason is Refused.UNSIGNED_DEVICE


def test_a_response_made_for_another_room_is_none(bot: Inside) -> None:
    device = member(bot)
    assert not isinstance(bot.judge(response(device, *SHAPES["stable"], OTHER_ROOM)), Vote)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"m.selections": "one"},
        {"m.selections": [1]},
        {"m.selections": ["x" * 300]},
        {"m.selections": ["one"] * 21},
        {UNSTABLE[1]: {"answers": {}}},
        {UNSTABLE[1]: []},
    ],
    ids=str,
)
def test_a_misshapen_response_is_nothing(bot: Inside, content: dict[str, Any]) -> None:
    device = member(bot)
    assert bot.judge(response(device, "m.poll.response", content)) is None


def test_a_state_key_inside_makes_a_response_something_else(bot: Inside) -> None:
    device = member(bot)
    kind, content = SHAPES["stable"]
    payload = {"type": kind, "room_id": ROOM, "content": content, "state_key": ""}
    verdict = bot.judge(device.event(device.seal(payload)))
    assert isinstance(verdict, Rejection)
    assert verdict.reason is Refused.STATE_IN_CIPHERTEXT


def test_a_reaction_is_noticed_and_is_no_message(bot: Inside) -> None:
    device = member(bot)
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$b", "key": "👍"}}
    event = device.event(content, type="m.reaction", event_id=event_id())
    verdict = bot.judge(event)
    assert isinstance(verdict, Reaction)
    assert (verdict.sender, verdict.target) == (ANA, "$b")
    assert not isinstance(bot.judge(event | {"sender": "@nobody:committee.test"}), Reaction)


def test_the_filter_asks_for_what_the_guard_answers() -> None:
    assert {"m.reaction", *native_polls.RESPONSES} <= set(TIMELINE_TYPES)


def test_a_typed_message_is_still_one(bot: Inside) -> None:
    device = member(bot)
    assert isinstance(bot.judge(device.says(ROOM, "vote K7QX 04")), Message)


# -- answer ids ------------------------------------------------------------------------------


def test_ids_have_one_length_and_belong_to_one_voter() -> None:
    ana, ben = taps(TEMPERATURE, SECRET, ANA), taps(TEMPERATURE, SECRET, BEN)
    assert [tap.code for tap in ana] == ["00", "01", "02", "03", "04", "05", "XX"]
    assert {len(tap.id) for tap in ana + ben} == {ID_LENGTH}
    assert len({tap.id for tap in ana + ben}) == 14
    other = taps(TEMPERATURE, bytes(32), ANA)
    assert not {tap.id for tap in ana} & {tap.id for tap in other}


def test_every_tap_means_what_stands_beside_it() -> None:
    for poll in (TEMPERATURE, CHOICE):
        for tap in taps(poll, SECRET, BEN):
            typed = tapped(poll, SECRET, BEN, [tap.id])
            assert typed == tap.code
            assert encode(poll, typed)


def test_options_come_in_another_order_for_others_and_scales_do_not() -> None:
    orders = {
        tuple(tap.code for tap in taps(CHOICE, SECRET, UserId(f"@{n}:x.test"))) for n in range(40)
    }
    assert len(orders) > 20
    assert {order[-1] for order in orders} == {"XX"}
    scales = {
        tuple(tap.code for tap in taps(TEMPERATURE, SECRET, UserId(f"@{n}:x.test")))
        for n in range(9)
    }
    assert len(scales) == 1


def test_anothers_ids_unknown_ones_and_several_are_no_ballot() -> None:
    mine, theirs = taps(CHOICE, SECRET, ANA), taps(CHOICE, SECRET, BEN)
    for answers in ([theirs[0].id], ["f" * ID_LENGTH], [mine[0].id, mine[1].id], [""]):
        with pytest.raises(NotABallot):
            tapped(CHOICE, SECRET, ANA, answers)


def test_taking_a_tap_back_abstains() -> None:
    assert tapped(CHOICE, SECRET, ANA, []) == "XX"


@pytest.mark.parametrize("kind", [PollKind.APPROVE, PollKind.SCORE, PollKind.RANK])
def test_what_takes_several_answers_is_typed(kind: PollKind) -> None:
    """The number of answers would show in the length of the ciphertext."""
    poll = Poll("K7QX", kind, "Where?", ("Plaza", "Hall"), RULES)
    with pytest.raises(NotABallot):
        tapped(poll, SECRET, ANA, ["x"])


def test_every_response_of_a_poll_has_one_length() -> None:
    lengths = {
        len(json.dumps({"m.selections": [tap.id]}))
        for voter in (ANA, BEN)
        for tap in taps(CHOICE, SECRET, voter)
    }
    assert len(lengths) == 1


def test_every_voters_ballot_is_as_long_as_the_others() -> None:
    """Letters beyond ASCII included, whatever the order of the options."""
    for poll in (TEMPERATURE, CHOICE):
        ballots = [native_ballot.ballot(poll, SECRET, UserId(f"@{n}:x.test")) for n in range(30)]
        assert len({len(json.dumps(each)) for each in ballots}) == 1
        start = ballots[0][native_polls.START]
        assert start["kind"].endswith("undisclosed")
        assert {row["org.matrix.msc1767.text"] for row in start["answers"]} >= {"abstain"}
        assert native_polls.type_of(ballots[0]) == "org.matrix.msc3381.poll.start"
    assert native_polls.type_of({"body": "hello"}) == "m.room.message"


def test_what_is_shown_beside_an_id_is_what_it_means() -> None:
    rows = native_ballot.ballot(CHOICE, SECRET, ANA)[native_polls.START]["answers"]
    for row in rows:
        code = tapped(CHOICE, SECRET, ANA, [row["id"]])
        words = row["org.matrix.msc1767.text"]
        assert words == ("abstain" if code == "XX" else f"“{CHOICE.options[int(code) - 1]}”")


def test_a_poll_is_read_back_from_its_event() -> None:
    content = native_polls.start("Where?", [("a1", "Plaza")], disclosed=False, fallback="Where?")
    poll = content["org.matrix.msc3381.poll.start"]
    assert poll["kind"] == "org.matrix.msc3381.poll.undisclosed"
    assert poll["answers"] == [{"id": "a1", "org.matrix.msc1767.text": "Plaza"}]
    assert poll["max_selections"] == 1
    assert content["org.matrix.msc1767.text"] == "Where?"
