"""Our device: the keys it publishes, what it opens of what it is sent, and what it keeps."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import vodozemac

from bot.matrix import machine as machine_module
from bot.matrix.guard import Message
from bot.matrix.machine import contained
from bot.matrix.olm import STRANGE_ROOM_KEYS
from bot.matrix.signing import is_signed_as
from tests.support.adversary import ForgedDevice, JsonObject
from tests.support.answering import ROOM as HOME
from tests.support.answering import Answering, answering
from tests.support.inside import BOT, OTHER_ROOM, ROOM, Inside, inside

ANA, EVE = "@ana:committee.test", "@eve:elsewhere.test"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Inside]:
    with inside(tmp_path / "nio.db") as opened:
        yield opened


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path) as opened:
        yield opened


def sessions(bot: Inside) -> int:
    return sum(1 for _ in bot.machine.olm.session_store)


# -- what is opened --------------------------------------------------------------------------------


def test_room_keys_come_encrypted_or_not_at_all(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    key = device.room_key(bot.target(), ROOM)
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": ROOM,
        "session_id": device.megolm.session_id,
        "session_key": device.megolm.session_key.to_base64(),
    }
    for kind in ("m.room_key", "m.forwarded_room_key"):
        assert bot.machine.take([{"type": kind, "sender": ANA, "content": content}]) == set()
    assert bot.machine.take([key])


def test_forwarded_room_keys_are_not_taken(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    exported = vodozemac.InboundGroupSession(device.megolm.session_key).export_at(0)
    assert exported is not None
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": ROOM,
        "session_id": device.megolm.session_id,
        "session_key": exported.to_base64(),
        "sender_key": device.curve25519,
        "sender_claimed_ed25519_key": device.ed25519,
        "forwarding_curve25519_key_chain": [],
    }
    event = device.to_device(bot.target(), "m.forwarded_room_key", content)
    assert bot.machine.take([event]) == set()
    assert not isinstance(bot.judge(device.says(ROOM, "!help")), Message)


@pytest.mark.parametrize(
    "claims",
    [
        {"sender": "@ben:committee.test"},
        {"recipient": "@ben:committee.test"},
        {"recipient_keys": {"ed25519": "A" * 43}},
        {"keys": {}},
        {"keys": None},
    ],
)
def test_an_olm_message_names_its_sender_and_us(bot: Inside, claims: JsonObject) -> None:
    device, _ = bot.member(ANA)
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": ROOM,
        "session_id": device.megolm.session_id,
        "session_key": device.megolm.session_key.to_base64(),
    }
    event = device.to_device(bot.target(), "m.room_key", content, claims)
    assert bot.machine.take([event]) == set()
    assert bot.machine.malformed == 1


def test_a_session_key_for_another_session_is_not_kept(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    other = vodozemac.GroupSession()
    event = device.room_key(bot.target(), ROOM, session_key=other.session_key.to_base64())
    assert bot.machine.take([event]) == set()
    assert bot.machine.malformed == 1


def test_one_bad_message_does_not_keep_the_next_from_being_read(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    good = device.room_key(bot.target(), ROOM)
    bad = {**good, "content": {**good["content"], "sender_key": 5}}
    assert bot.machine.take([None, {}, bad, good, bad, []]) == {(ROOM, device.megolm.session_id)}


def test_what_came_is_still_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "nio.db"
    with inside(path) as first:
        device, identity = first.member(ANA)
        first.machine.take([device.room_key(first.target(), ROOM)])
    with inside(path) as second:
        second.admit(ANA)
        second.publish(ANA, identity, device.keys(identity))
        assert isinstance(second.judge(device.says(ROOM, "!help")), Message)


def test_what_must_end_the_process_is_let_through() -> None:
    for error in (KeyboardInterrupt(), SystemExit()):
        with pytest.raises(type(error)):
            contained(error)
    assert isinstance(contained(ValueError()), ValueError)


# -- what is kept ----------------------------------------------------------------------------------


def test_strangers_leave_only_so_much_behind(bot: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_module, "STRANGERS", 5)
    target = bot.target()
    bot.machine.take([ForgedDevice(EVE).room_key(target, ROOM) for _ in range(9)])
    assert sessions(bot) == 5
    assert bot.machine.malformed == 4
    # Members are heard all the same, and strangers again after a while.
    device, _ = bot.member(ANA)
    assert bot.machine.take([device.room_key(target, ROOM)])
    later = bot.machine._strangers_since + machine_module.STRANGERS_PER + 1
    monkeypatch.setattr("bot.matrix.machine.time.monotonic", lambda: later)
    bot.machine.take([ForgedDevice(EVE).room_key(target, ROOM)])
    assert sessions(bot) == 7


def test_keys_for_rooms_we_are_not_in_are_kept_in_small_number(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    target = bot.target()
    for number in range(STRANGE_ROOM_KEYS + 20):
        device.megolm = vodozemac.GroupSession()
        bot.machine.take([device.room_key(target, f"!room{number}:committee.test")])
    kept = sum(1 for each in bot.machine.olm.inbound_group_store if each.room_id != ROOM)
    assert kept == STRANGE_ROOM_KEYS
    device.megolm = vodozemac.GroupSession()
    assert bot.machine.take([device.room_key(target, OTHER_ROOM)])


# -- what is published -----------------------------------------------------------------------------


async def uploads(served: Answering, sync: JsonObject) -> list[JsonObject]:
    """What is uploaded because of a sync answer."""
    seen: list[JsonObject] = []
    before = served.machine._client.request

    async def watched(method: str, path: str, body: JsonObject, **more: float) -> JsonObject:
        if "/keys/upload" in path:
            seen.append(body)
        return await before(method, path, body, **more)

    served.machine._client.request = watched  # type: ignore[method-assign, assignment]
    await served.take(sync)
    served.machine._client.request = before  # type: ignore[method-assign]
    return seen


@pytest.mark.parametrize("counts", [{}, {"signed_curve25519": 0}, {"curve25519": 50}])
async def test_one_time_keys_are_refilled_when_none_are_left(
    served: Answering, counts: JsonObject
) -> None:
    (body,) = await uploads(served, {"device_one_time_keys_count": counts})
    assert len(body["one_time_keys"]) == served.machine._account.max_number_of_one_time_keys
    device = served.machine._client.device
    for name, key in body["one_time_keys"].items():
        assert name.startswith("signed_curve25519:")
        assert is_signed_as(key, BOT, device, served.machine._account.ed25519_key.to_base64())


async def test_no_count_is_no_news(served: Answering) -> None:
    await served.take({"device_one_time_keys_count": {"signed_curve25519": 50}})
    assert await uploads(served, {}) == []


ODD_COUNTS: list[object] = [-(10**9), "50", None, [], 1e300]


@pytest.mark.parametrize(
    "counts", [*({"signed_curve25519": odd} for odd in ODD_COUNTS), [], None, 5]
)
async def test_odd_counts_end_nothing(served: Answering, counts: object) -> None:
    for body in await uploads(served, {"device_one_time_keys_count": counts}):
        assert len(body["one_time_keys"]) <= 50


async def test_a_used_fallback_key_is_replaced(served: Answering) -> None:
    full = {"device_one_time_keys_count": {"signed_curve25519": 50}}
    await served.take({**full, "device_unused_fallback_key_types": ["signed_curve25519"]})
    (body,) = await uploads(served, {**full, "device_unused_fallback_key_types": []})
    ((name, key),) = body["fallback_keys"].items()
    assert name.startswith("signed_curve25519:")
    assert key["fallback"] is True


async def test_an_odd_answer_to_an_upload_ends_nothing(served: Answering) -> None:
    for odd in ODD_COUNTS:

        def answer(method: str, path: str, counts: object = odd) -> object:
            honest = served.serve(method, path)
            return {"one_time_key_counts": counts} if "/keys/upload" in path else honest

        served.homeserver.answer = answer
        await served.take({"device_one_time_keys_count": {}})
    assert await served.ask("!tz Madrid")
    assert HOME in served.places.rooms
