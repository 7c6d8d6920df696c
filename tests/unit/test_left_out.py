"""Whoever's device gets no room keys is told why, by the protocol and in words; nothing else goes there."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import vodozemac
from aiohttp import web
from nio.crypto import InboundGroupSession

from bot.delivery import notice_words, unreadable_devices
from bot.delivery import notices as unasked
from bot.matrix.client import NotNow
from bot.matrix.guard import Refused, Rejection
from bot.matrix.identity import CrossSigning
from bot.matrix.render import render
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import Room
from bot.matrix.signing import from_unpadded
from storage.chat.outbox import ContentKind, OutboxTable, Outgoing
from storage.core.model import UserId
from tests.support.adversary import ForgedDevice, JsonObject, published
from tests.support.answering import ANA, BOT, ROOM, Answering, answering

WITHHELD, SEALED = "m.room_key.withheld", "m.room.encrypted"


class Phone:
    """A device of Ana's that nobody verified, able to read what is encrypted for it."""

    def __init__(self) -> None:
        self.forged = ForgedDevice(ANA, "PHONE")
        self.forged.account.generate_one_time_keys(5)

    def offers(self) -> JsonObject:
        """A one-time key as ``/keys/claim`` hands it out."""
        name, key = next(iter(self.forged.account.one_time_keys.items()))
        signed: JsonObject = {"key": key.to_base64()}
        signature = self.forged.sign(signed)
        signed["signatures"] = {ANA: {"ed25519:PHONE": signature}}
        return {f"signed_curve25519:{name}": signed}

    def opens(self, sealed: JsonObject) -> JsonObject:
        """What an Olm message for it says."""
        mine = sealed["ciphertext"][self.forged.curve25519]
        # It wrote to the bot before, so the two have a session.
        assert self.forged._olm is not None
        assert mine["type"] == 1
        message = vodozemac.AnyOlmMessage.normal(from_unpadded(mine["body"]))
        plain = self.forged._olm.decrypt(message)
        opened: JsonObject = json.loads(plain)
        return opened


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path, ANA.__eq__) as made:
        yield made


@pytest.fixture
async def phone(bot: Answering) -> Phone:
    """Ana logged in on a phone and did not verify it."""
    phone = Phone()
    bot.people[ANA] = published(ANA, bot.identity, bot.ana.keys(bot.identity), phone.forged.keys())

    def serve(method: str, path: str) -> Any:
        if "/keys/claim" in path:
            return {"one_time_keys": {ANA: {"PHONE": phone.offers()}}}
        if "/send/" in path:
            return {"event_id": "$said"}
        return bot.serve(method, path)

    bot.homeserver.answer = serve
    key = phone.forged.room_key(bot.target(), ROOM)
    await bot.take({"device_lists": {"changed": [ANA]}, "to_device": {"events": [key]}})
    return phone


def keys_of(bot: Answering) -> RoomKeys:
    return bot.intake._rooms._keys


async def say(bot: Answering) -> None:
    keys = keys_of(bot)
    content = {"msgtype": "m.notice", "body": "a secret of the room"}
    await keys.send(bot.places.rooms[ROOM], "m.room.message", content, "txn", {})


def told(bot: Answering, kind: str = WITHHELD) -> list[tuple[str, JsonObject]]:
    """What was sent to single devices: the device and the content."""
    return [
        (device, content)
        for path, body in bot.homeserver.sent
        if f"/sendToDevice/{kind}/" in path
        for devices in body["messages"].values()
        for device, content in devices.items()
    ]


async def queued(bot: Answering) -> list[Outgoing]:
    async with bot.database.transaction() as tx:
        return [parcel.outgoing for parcel in await OutboxTable(tx).waiting()]


async def explained(bot: Answering, device: ForgedDevice) -> list[JsonObject]:
    """What explanations are made from that are queued after this device typed a command."""
    before = len(await queued(bot))
    await bot.take(bot.said(device.says(ROOM, "!status")))
    return [
        json.loads(each.source)
        for each in (await queued(bot))[before:]
        if each.kind is ContentKind.LEFT_OUT
    ]


# -- by the protocol -------------------------------------------------------------------------------


async def test_every_left_out_device_is_told_once_in_a_session(
    bot: Answering, phone: Phone
) -> None:
    await say(bot)
    await say(bot)
    ((device, content),) = told(bot)
    assert device == "PHONE"
    session = bot.machine.olm.outbound_group_sessions[ROOM]
    assert content == {
        "algorithm": "m.megolm.v1.aes-sha2",
        "code": "m.unverified",
        "reason": content["reason"],
        "room_id": ROOM,
        "sender_key": bot.machine.curve25519,
        "session_id": session.id,
    }
    assert {device for device, _ in told(bot, SEALED)} == {bot.ana.id}


async def test_a_verified_device_that_nothing_can_be_encrypted_for_is_told_that(
    bot: Answering, phone: Phone
) -> None:
    """It offered no one-time key, which is no matter of verifying."""
    bot.machine.olm.session_store._entries.clear()
    await say(bot)
    content = dict(told(bot))[bot.ana.id]
    assert content["code"] == "m.no_olm"
    assert not content.keys() & {"room_id", "session_id"}


async def test_a_new_session_is_withheld_anew(bot: Answering, phone: Phone) -> None:
    await say(bot)
    keys_of(bot).forget(ROOM)
    await say(bot)
    sessions = {content["session_id"] for device, content in told(bot) if device == "PHONE"}
    assert len(sessions) == 2


async def test_who_left_is_told_nothing(bot: Answering, phone: Phone) -> None:
    bot.places.rooms[ROOM].members.pop(ANA)
    await say(bot)
    assert not told(bot)


async def test_a_homeserver_that_does_not_carry_it_keeps_nobody_from_being_answered(
    bot: Answering, phone: Phone
) -> None:
    honest = bot.homeserver.answer

    def refuses(method: str, path: str) -> Any:
        if WITHHELD in path:
            return web.json_response({"errcode": "M_UNRECOGNIZED"}, status=404)
        return honest(method, path)

    bot.homeserver.answer = refuses
    await say(bot)
    assert any("/send/m.room.encrypted/" in path for path, _ in bot.homeserver.sent)
    failed = len(told(bot))
    bot.homeserver.answer = honest
    await say(bot)
    assert len(told(bot)) > failed, "tried again with the next message"


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", sorted(notice_words.LEFT_OUT))
def test_the_words_are_the_same_for_everybody_and_fit_in_one_message(reason: Refused) -> None:
    (content,) = render(notice_words.left_out(reason))
    assert "I did not act on this message" in content["body"]
    assert "@" not in content["body"]
    assert content["m.mentions"] == {}


@pytest.mark.parametrize("reason", [Refused.UNSIGNED_DEVICE, Refused.NO_IDENTITY])
def test_the_steps_are_told_for_several_apps(reason: Refused) -> None:
    (content,) = render(notice_words.left_out(reason))
    for app in (
        "Element X",
        "Element Classic",
        "SchildiChat",
        "FluffyChat",
        "Cinny",
        "Nheko",
        "Hydrogen",
    ):
        assert app in content["body"]


async def test_a_device_that_writes_again_is_told_again_after_a_day(
    bot: Answering, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = unasked._now()
    hour = 3600 * 1000
    for passed, times in [(0, 1), (1, 0), (23, 0), (24, 1), (25, 0), (49, 1)]:
        monkeypatch.setattr(unasked, "_now", lambda at=now + passed * hour: at)
        marks = await explained(bot, phone.forged)
        assert len(marks) == times, passed
        for mark in marks:
            assert mark == {"user": ANA, "device": "PHONE", "why": "unsigned_device"}


async def test_whoever_has_a_direct_chat_is_told_there_and_not_in_the_room(
    bot: Answering, phone: Phone
) -> None:
    alone = Room("!alone:committee.test", encrypted=True, declared_direct=True)
    alone.members = {BOT: "join", ANA: "join"}
    bot.places.rooms[alone.id] = alone
    await bot.take(bot.said(phone.forged.says(ROOM, "!status")))
    async with bot.database.transaction() as tx:
        (told_there,) = [
            each
            for each in await OutboxTable(tx).waiting()
            if each.outgoing.kind is ContentKind.LEFT_OUT
        ]
    assert told_there.room == alone.id
    assert told_there.outgoing.content == {}, "an answer to an event of another room points nowhere"
    content = told_there.outgoing
    await unreadable_devices.send(keys_of(bot), alone, content, "txn3", {})
    path, _event = next(x for x in reversed(bot.homeserver.sent) if "/send/" in x[0])
    assert alone.id in unquote(path)
    (words,) = render(notice_words.left_out_of_room(Refused.UNSIGNED_DEVICE))
    assert words["body"].startswith("This is about what you wrote in the room.")


async def test_the_device_can_read_the_words_and_nothing_else(bot: Answering, phone: Phone) -> None:
    content = unreadable_devices.to_device(
        Rejection(Refused.UNSIGNED_DEVICE, ANA, "PHONE"), "$asked"
    )
    room = bot.places.rooms[ROOM]
    await say(bot)
    await unreadable_devices.send(keys_of(bot), room, content, "txn2", {"ref": "txn2"})
    path, event = next(x for x in reversed(bot.homeserver.sent) if "/send/" in x[0])
    assert path.endswith("/txn2")
    assert event["m.relates_to"] == {"m.in_reply_to": {"event_id": "$asked"}}
    (sealed,) = [sealed for device, sealed in told(bot, SEALED) if device == "PHONE"]
    key = phone.opens(sealed)
    assert key["type"] == "m.room_key"
    assert key["content"]["session_id"] == event["session_id"]
    rooms_own = bot.machine.olm.outbound_group_sessions[ROOM]
    assert rooms_own.id != event["session_id"], "a session of its own"
    session = InboundGroupSession(
        key["content"]["session_key"], bot.machine.ed25519, bot.machine.curve25519, ROOM
    )
    plain, _index = session.decrypt(event["ciphertext"])
    said = json.loads(plain)
    assert said["room_id"] == ROOM
    (words,) = render(notice_words.left_out(Refused.UNSIGNED_DEVICE))
    assert said["content"]["body"] == words["body"]
    # What comes after is in the room's own session again, which the phone does not get.
    await say(bot)
    assert bot.homeserver.sent[-1][1]["session_id"] == rooms_own.id
    assert [device for device, _ in told(bot, SEALED)].count("PHONE") == 1


async def test_nothing_is_said_to_a_device_that_is_gone(bot: Answering, phone: Phone) -> None:
    content = unreadable_devices.to_device(
        Rejection(Refused.UNSIGNED_DEVICE, ANA, "TABLET"), "$asked"
    )
    before = len(bot.homeserver.sent)
    await unreadable_devices.send(keys_of(bot), bot.places.rooms[ROOM], content, "txn", {})
    assert len(bot.homeserver.sent) == before


async def test_whether_somebody_can_vote_is_known_from_their_devices(
    bot: Answering, phone: Phone
) -> None:
    believed = bot.bot.polls.believed
    assert believed(UserId(ANA)), "a phone that nobody verified, and an app that somebody did"
    bot.people[ANA] = published(ANA, bot.identity, phone.forged.keys())
    await bot.take({"device_lists": {"changed": [ANA]}})
    assert not believed(UserId(ANA))
    assert believed(UserId("@away:elsewhere.test")), "of whom nothing is known, nothing is said"


async def test_a_stranger_is_told_nothing(bot: Answering, phone: Phone) -> None:
    """Somebody alone with the bot in a room of theirs, whom nobody lets invite it."""
    room = bot.places.rooms[ROOM]
    bot.places.may_invite = lambda _user: False
    directory = bot.bot.state.committees
    assert directory.known
    directory.known = ()
    room.inviter = "@eve:committee.test"
    assert await explained(bot, phone.forged) == []


async def test_somebody_whose_identity_changed_learns_how_to_come_back(
    bot: Answering, phone: Phone
) -> None:
    other = CrossSigning.create()
    bot.people[ANA] = published(ANA, other, bot.ana.keys(other), phone.forged.keys(other))
    bot.trust._asked.clear()
    await bot.take({"device_lists": {"changed": [ANA]}})
    (mark,) = await explained(bot, phone.forged)
    assert mark["why"] == "identity_changed"
    (content,) = render(notice_words.left_out(Refused(mark["why"])))
    assert "!identity accept" in content["body"]


async def test_a_vote_from_such_a_device_is_told_too_and_leaves_no_row(
    bot: Answering, phone: Phone
) -> None:
    """From memory: what is said about votes is written nowhere, and often to nobody else."""
    for text in ("!vote K7QX 04", "!vote K7QX 05"):
        await bot.take(bot.said(phone.forged.says(ROOM, text)))
    # The courier works by itself.
    while not any("/send/" in path for path, _ in bot.homeserver.sent):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert [device for device, _ in told(bot, SEALED)].count("PHONE") == 1
    assert not [each for each in await queued(bot) if each.kind is ContentKind.LEFT_OUT]
    async with bot.database.transaction() as tx:
        rows = await tx.all("SELECT subject FROM said_once WHERE at > 0")
    assert len(rows) <= 1, "the greeting alone"


async def test_corrected_talk_in_a_committee_of_two_is_talk(bot: Answering) -> None:
    """Whoever is alone with the bot in a committee's room talks there as in any other."""
    room = bot.places.rooms[ROOM]
    room.members = {bot.places.own: "join", ANA: "join"}
    before = await queued(bot)
    for body in ("see you at noon", "**see** you at noon"):
        edit = Rejection(Refused.EDIT, ANA, "PHONE", body)
        await bot.intake._router.reject(room, edit, "$talk")
    assert await queued(bot) == before
    await bot.intake._router.reject(room, Rejection(Refused.EDIT, ANA, "PHONE", "!due"), "$command")
    assert "I do not act on edited messages" in str(await queued(bot))


async def test_an_edit_that_may_name_somebody_is_taken_away(bot: Answering) -> None:
    """It is not done, and would go on saying so in the room."""
    room = bot.places.rooms[ROOM]
    for body, event in (
        ("!lgo Sam Okafor reached", "$slip"),
        ("!meet new 1on1 with Sam Okafor | fri 19:00", "$title"),
        ("!due", "$due"),
        ("see Sam Okafor", "$talk"),
    ):
        await bot.intake._router.reject(room, Rejection(Refused.EDIT, ANA, "PHONE", body), event)
    removed = [each.source for each in await queued(bot) if each.kind is ContentKind.REDACTION]
    assert removed == ["$slip", "$title"]


# -- who left while a key was on its way -----------------------------------------------------------


@pytest.mark.usefixtures("phone")
async def test_nothing_is_encrypted_with_a_key_that_somebody_who_left_holds(
    bot: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They left between the sharing of the room's key and the encryption; others get a new one."""
    keys, room = keys_of(bot), bot.places.rooms[ROOM]
    await say(bot)
    first = bot.machine.olm.outbound_group_sessions[ROOM].id
    tell = RoomKeys._tell_left_out

    async def meanwhile(self: RoomKeys, *args: Any) -> None:
        await tell(self, *args)
        room.members.pop(ANA, None)

    monkeypatch.setattr(RoomKeys, "_tell_left_out", meanwhile)
    sent = len([path for path, _body in bot.homeserver.sent if "/send/" in path])
    with pytest.raises(NotNow):
        await say(bot)
    assert len([path for path, _body in bot.homeserver.sent if "/send/" in path]) == sent
    await say(bot)
    assert bot.machine.olm.outbound_group_sessions[ROOM].id != first
    # The control: whoever is there all along shares one session for all messages.
    monkeypatch.setattr(RoomKeys, "_tell_left_out", tell)
    second = bot.machine.olm.outbound_group_sessions[ROOM].id
    await say(bot)
    assert bot.machine.olm.outbound_group_sessions[ROOM].id == second
    assert keys is keys_of(bot)


async def say_without_an_answer(bot: Answering) -> None:
    """The homeserver takes the room's key, and its answer is lost."""
    honest, lost = bot.homeserver.answer, list[str]()

    def loses(method: str, path: str) -> Any:
        if f"/sendToDevice/{SEALED}/" in path and not lost:
            lost.append(path)
            return web.Response(status=502)
        return honest(method, path)

    bot.homeserver.answer = loses
    with pytest.raises(NotNow):
        await say(bot)
    assert told(bot, SEALED), "they have it"


@pytest.mark.usefixtures("phone")
async def test_nothing_is_encrypted_with_a_key_that_somebody_who_left_may_hold(
    bot: Answering,
) -> None:
    """Nobody heard whether the homeserver had taken the key for them."""
    await say_without_an_answer(bot)
    first = bot.machine.olm.outbound_group_sessions[ROOM].id
    bot.places.rooms[ROOM].members.pop(ANA)
    await say(bot)
    (said,) = [body for path, body in bot.homeserver.sent if "/send/" in path]
    assert said["session_id"] != first


@pytest.mark.usefixtures("phone")
async def test_whoever_may_hold_a_key_and_stays_shares_it(bot: Answering) -> None:
    """The control: a request that is repeated makes no new session."""
    await say_without_an_answer(bot)
    first = bot.machine.olm.outbound_group_sessions[ROOM].id
    await say(bot)
    (said,) = [body for path, body in bot.homeserver.sent if "/send/" in path]
    assert said["session_id"] == first
    assert len(told(bot, SEALED)) == 2


@pytest.mark.usefixtures("phone")
async def test_nothing_is_remembered_of_sessions_that_are_over(bot: Answering) -> None:
    """A session ends after a hundred messages, and a bot runs for months."""
    await say(bot)
    before = devices_remembered(vars(keys_of(bot)))
    assert before
    for _ in range(3):
        sessions = bot.machine.olm.outbound_group_sessions
        sessions[ROOM].message_count = sessions[ROOM].max_messages
        await say(bot)
    assert devices_remembered(vars(keys_of(bot))) == before


def devices_remembered(within: object) -> int:
    """How often a device of Ana's stands in a table."""
    match within:
        case (str(user), str(), str()):
            return user == ANA
        case dict():
            return sum(map(devices_remembered, within.values()))
        case list() | tuple() | set():
            return sum(map(devices_remembered, within))
        case _ if is_dataclass(within):
            return sum(devices_remembered(getattr(within, each.name)) for each in fields(within))
    return 0


@pytest.mark.usefixtures("phone")
async def test_the_last_look_comes_when_the_key_is_out_and_before_anything_is_encrypted(
    bot: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    encrypt, tell = type(bot.machine.olm).group_encrypt, RoomKeys._tell_left_out

    def encrypting(*args: Any) -> Any:
        steps.append("encrypt")
        return encrypt(*args)

    async def telling(self: RoomKeys, *args: Any) -> None:
        steps.append("key")
        await tell(self, *args)

    async def look() -> None:
        steps.append("look")
        if len(steps) < 3:
            raise NotNow(0)

    monkeypatch.setattr(type(bot.machine.olm), "group_encrypt", encrypting)
    monkeypatch.setattr(RoomKeys, "_tell_left_out", telling)
    room, content = bot.places.rooms[ROOM], {"msgtype": "m.notice", "body": "x"}
    with pytest.raises(NotNow):
        await keys_of(bot).send(room, "m.room.message", content, "txn", {}, look)
    await keys_of(bot).send(room, "m.room.message", content, "txn", {}, look)
    assert steps == ["key", "look", "key", "look", "encrypt"]
