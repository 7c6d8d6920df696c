"""Which events are messages from somebody we believe: each rule alone, with real keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vodozemac

from bot.matrix.guard import (
    Message,
    Refused,
    Rejection,
    Sealed,
    Unknown,
    what_is_judged,
)
from bot.matrix.identity import CrossSigning
from commands.shared.attached import LostFile, WordlessMessage
from tests.support.adversary import ForgedDevice
from tests.support.inside import BOT, OTHER_ROOM, ROOM, Inside, inside

ANA, BEN, EVE = "@ana:committee.test", "@ben:committee.test", "@eve:committee.test"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Inside]:
    with inside(tmp_path / "nio.db") as opened:
        yield opened


def reason(verdict: object) -> Refused | None:
    return verdict.reason if isinstance(verdict, Rejection) else None


def heard(bot: Inside, device: ForgedDevice, room: str = ROOM, **claims: Any) -> None:
    """The bot receives this device's room key."""
    assert bot.machine.take([device.room_key(bot.target(), room, **claims)])


def test_a_members_message_is_one(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    event = device.says(ROOM, "!help")
    verdict = bot.judge(event)
    assert isinstance(verdict, Message)
    assert (verdict.sender, verdict.body, verdict.room) == (ANA, "!help", ROOM)
    assert verdict.event_id == event["event_id"]


def test_the_sender_on_the_envelope_has_to_own_the_session(bot: Inside) -> None:
    device, _ = bot.member(BEN)
    bot.member(ANA)
    heard(bot, device)
    event = device.says(ROOM, "!help") | {"sender": ANA}
    assert reason(bot.judge(event)) is Refused.NOT_THEIR_SESSION


def test_the_sender_key_on_the_envelope_proves_nothing(bot: Inside) -> None:
    ana, _ = bot.member(ANA)
    ben, _ = bot.member(BEN)
    heard(bot, ben)
    event = ben.says(ROOM, "!help") | {"sender": ANA}
    event["content"] |= {"sender_key": ana.curve25519, "device_id": ana.id}
    assert reason(bot.judge(event)) is Refused.NOT_THEIR_SESSION


def test_the_fingerprint_claimed_with_a_room_key_has_to_be_the_devices(bot: Inside) -> None:
    ana, _ = bot.member(ANA)
    eve, _ = bot.member(EVE)
    key = eve.room_key(bot.target(), ROOM) | {}
    # The session is Eve's, the fingerprint in the Olm message Ana's.
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": ROOM,
        "session_id": eve.megolm.session_id,
        "session_key": eve.megolm.session_key.to_base64(),
    }
    key = eve.to_device(bot.target(), "m.room_key", content, {"keys": {"ed25519": ana.ed25519}})
    bot.machine.take([key])
    assert reason(bot.judge(eve.says(ROOM, "!help"))) is Refused.NOT_THEIR_SESSION
    assert reason(bot.judge(eve.says(ROOM, "!help") | {"sender": ANA})) is Refused.NOT_THEIR_SESSION


def test_a_session_that_others_passed_on_proves_nothing(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    event = device.says(ROOM, "!help")
    assert isinstance(bot.judge(event), Message)
    sessions = bot.machine.olm.inbound_group_store
    session = sessions.get(ROOM, device.curve25519, device.megolm.session_id)
    session.forwarding_chain.append(device.curve25519)
    assert reason(bot.judge(event)) is Refused.NOT_THEIR_SESSION


def test_a_room_key_counts_for_its_sender_alone(bot: Inside) -> None:
    """An Olm message names its sender; one shown as another's is not opened."""
    eve, _ = bot.member(EVE)
    bot.member(ANA)
    key = eve.room_key(bot.target(), ROOM) | {"sender": ANA}
    assert bot.machine.take([key]) == set()
    assert isinstance(bot.judge(eve.says(ROOM, "!help") | {"sender": ANA}), Sealed)


@pytest.mark.parametrize("signer", ["nobody", "another identity", "the master key"])
def test_a_device_has_to_be_cross_signed(bot: Inside, signer: str) -> None:
    bot.admit(ANA)
    device, identity = ForgedDevice(ANA), CrossSigning.create()
    keys = {
        "nobody": device.keys(),
        "another identity": device.keys(CrossSigning.create()),
        "the master key": identity.master.sign(device.keys(), ANA),
    }[signer]
    bot.publish(ANA, identity, keys)
    heard(bot, device)
    assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.UNSIGNED_DEVICE


def test_a_self_signing_key_has_to_be_signed_by_the_master_key(bot: Inside) -> None:
    bot.admit(ANA)
    device, identity, forged = ForgedDevice(ANA), CrossSigning.create(), CrossSigning.create()
    mixed = CrossSigning(identity.master, forged.self_signing, forged.user_signing)
    answer = mixed.public(ANA)
    honest = identity.public(ANA)["self_signing_key"]
    answer["self_signing_key"]["signatures"] = honest["signatures"]
    bot.trust._learn(
        ANA,
        {
            "device_keys": {ANA: {device.id: device.keys(forged)}},
            "master_keys": {ANA: answer["master_key"]},
            "self_signing_keys": {ANA: answer["self_signing_key"]},
        },
    )
    heard(bot, device)
    assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.UNSIGNED_DEVICE


def test_a_user_signing_key_signs_no_devices(bot: Inside) -> None:
    bot.admit(ANA)
    device, identity = ForgedDevice(ANA), CrossSigning.create()
    public = identity.public(ANA)
    keys = identity.user_signing.sign(device.keys(), ANA)
    bot.trust._learn(
        ANA,
        {
            "device_keys": {ANA: {device.id: keys}},
            "master_keys": {ANA: public["master_key"]},
            "self_signing_keys": {ANA: public["user_signing_key"]},
        },
    )
    heard(bot, device)
    assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.UNSIGNED_DEVICE


def test_somebody_without_an_identity(bot: Inside) -> None:
    bot.admit(ANA)
    device = ForgedDevice(ANA)
    bot.trust._learn(ANA, {"device_keys": {ANA: {device.id: device.keys()}}})
    heard(bot, device)
    assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.NO_IDENTITY


def test_a_changed_master_key(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    another = CrossSigning.create()
    bot.publish(ANA, another, device.keys(another))
    assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.IDENTITY_CHANGED


def test_a_master_key_that_disappears(bot: Inside) -> None:
    device, identity = bot.member(ANA)
    heard(bot, device)
    bot.trust._learn(ANA, {"device_keys": {ANA: {device.id: device.keys(identity)}}})
    assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.NO_IDENTITY


def test_a_device_that_is_gone(bot: Inside) -> None:
    device, identity = bot.member(ANA)
    heard(bot, device)
    assert isinstance(bot.judge(device.says(ROOM, "!help")), Message)
    bot.publish(ANA, identity)
    assert isinstance(bot.judge(device.says(ROOM, "!help")), Unknown)


def test_who_is_not_in_the_room(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    for membership in ("invite", "leave", "ban", "knock", "JOIN", ["join"], None, {"join": 1}):
        bot.rooms[ROOM].members[ANA] = "join"
        content = {"membership": membership}
        bot.rooms[ROOM].apply({"type": "m.room.member", "state_key": ANA, "content": content})
        assert reason(bot.judge(device.says(ROOM, "!help"))) is Refused.NOT_A_MEMBER


@pytest.mark.parametrize("room", [OTHER_ROOM, "", None, 7, [ROOM]])
def test_the_room_inside_has_to_be_the_room_outside(bot: Inside, room: object) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    content = {"msgtype": "m.text", "body": "!help"}
    payload = {"type": "m.room.message", "content": content, "room_id": room}
    assert reason(bot.judge(device.event(device.seal(payload)))) is Refused.OTHER_ROOM
    del payload["room_id"]
    assert reason(bot.judge(device.event(device.seal(payload)))) is Refused.OTHER_ROOM


def test_a_session_of_one_room_opens_nothing_in_another(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device, ROOM)
    assert isinstance(bot.judge(device.says(OTHER_ROOM, "!help"), OTHER_ROOM), Sealed)


@pytest.mark.parametrize(
    "kind",
    ["m.room.power_levels", "m.room.member", "m.room.create", "m.room.encryption", "m.room.name"],
)
def test_state_in_a_ciphertext(bot: Inside, kind: str) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    for key in ({}, {"state_key": ""}, {"state_key": ANA}):
        payload = {"type": kind, "room_id": ROOM, "content": {"users": {ANA: 100}}, **key}
        assert reason(bot.judge(device.event(device.seal(payload)))) is Refused.STATE_IN_CIPHERTEXT


def test_a_message_with_a_state_key(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    content = {"msgtype": "m.text", "body": "!help"}
    inner = {"type": "m.room.message", "room_id": ROOM, "content": content, "state_key": ""}
    assert reason(bot.judge(device.event(device.seal(inner)))) is Refused.STATE_IN_CIPHERTEXT
    assert bot.judge(device.says(ROOM, "!help") | {"state_key": ""}) is None


@pytest.mark.parametrize("outside", [True, False])
def test_an_edit(bot: Inside, outside: bool) -> None:  # noqa: FBT001 (a parameter)
    device, _ = bot.member(ANA)
    heard(bot, device)
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    if outside:
        event = device.says(ROOM, "!help")
        event["content"]["m.relates_to"] = relation
    else:
        event = device.says(ROOM, "!help", **{"m.relates_to": relation})
    assert reason(bot.judge(event)) is Refused.EDIT
    new = {"msgtype": "m.text", "body": "!help"}
    assert reason(bot.judge(device.says(ROOM, "* !help", **{"m.new_content": new}))) is Refused.EDIT


@pytest.mark.parametrize("relation", [{"m.in_reply_to": {"event_id": "$x"}}, "m.replace", 7, []])
def test_replies_and_odd_relations_are_only_routing(bot: Inside, relation: object) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    event = device.says(ROOM, "!help", **{"m.relates_to": relation})
    event["content"]["m.relates_to"] = relation
    assert isinstance(bot.judge(event), Message)


@pytest.mark.parametrize("kind", ["m.notice", "m.image", "m.file", None, 3, ["m.text"]])
def test_only_typed_text_is_a_message(bot: Inside, kind: object) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    assert bot.judge(device.says(ROOM, "!help", msgtype=kind)) is None


@pytest.mark.parametrize(
    ("kind", "form", "thing"),
    [
        ("m.room.message", "m.emote", WordlessMessage.EMOTE),
        ("m.room.message", "m.location", WordlessMessage.PLACE),
        ("m.sticker", None, WordlessMessage.STICKER),
        ("org.matrix.msc3381.poll.start", None, WordlessMessage.POLL),
        ("m.poll.start", None, WordlessMessage.POLL),
    ],
)
def test_what_is_no_words_says_what_it_is(
    bot: Inside, kind: str, form: str | None, thing: WordlessMessage
) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    content = {"body": "!forget M-1 --yes", **({} if form is None else {"msgtype": form})}
    payload = {"type": kind, "room_id": ROOM, "content": content}
    verdict = bot.judge(device.event(device.seal(payload)))
    assert isinstance(verdict, Message)
    assert (verdict.thing, verdict.body, verdict.attachment) == (thing, "", None)
    assert bot.judge(device.event(device.seal(payload | {"room_id": OTHER_ROOM}))) is not verdict
    strange = device.event(device.seal(payload | {"room_id": OTHER_ROOM}))
    assert not isinstance(bot.judge(strange), Message)


def test_what_is_no_words_from_an_unsigned_device(bot: Inside) -> None:
    bot.admit(ANA)
    device, identity = ForgedDevice(ANA), CrossSigning.create()
    bot.publish(ANA, identity, device.keys())
    heard(bot, device)
    payload = {"type": "m.sticker", "room_id": ROOM, "content": {"body": "x"}}
    assert reason(bot.judge(device.event(device.seal(payload)))) is Refused.UNSIGNED_DEVICE


@pytest.mark.parametrize("outside", [True, False])
@pytest.mark.parametrize("late", [True, False])
def test_where_a_message_belongs(bot: Inside, *, outside: bool, late: bool) -> None:
    """Some apps say so inside, some on the envelope alone; a message that waits keeps it."""
    device, _ = bot.member(ANA)
    heard(bot, device)
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$x"},
    }
    body = "> <@steward:committee.test> Coming?\n\n!yes"
    if outside:
        event = device.says(ROOM, body)
        event["content"]["m.relates_to"] = relation
    else:
        event = device.says(ROOM, body, **{"m.relates_to": relation})
    if late:
        kept = what_is_judged(event)
        assert set(kept["content"].get("m.relates_to", {})) <= {
            "rel_type",
            "event_id",
            "m.in_reply_to",
        }
        event = kept
    verdict = bot.judge(event)
    assert isinstance(verdict, Message)
    assert verdict.body == "!yes"
    assert (verdict.relation.thread, verdict.relation.answers) == ("$root", True)


def test_whose_message_it_answers(bot: Inside) -> None:
    """Some apps mention whom they answer, some quote them; to mention the bot alone is no answer."""
    device, _ = bot.member(ANA)
    heard(bot, device)
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}
    mentions = {"m.mentions": {"user_ids": [BOT]}}
    for body, more, to_us in (
        ("yes", {**reply, **mentions}, True),
        (f"> <{BOT}> Coming?\n\nyes", reply, True),
        (f"> <{BEN}> Coming?\n\nyes", reply, False),
        ("yes", mentions, False),
        ("yes", reply, False),
    ):
        verdict = bot.judge(device.says(ROOM, body, **more))
        assert isinstance(verdict, Message)
        assert verdict.relation.to_us is to_us, body


@pytest.mark.parametrize("root", [7, None, "", "root", "$" + "x" * 300, ["$x"]])
def test_a_thread_without_a_root_is_none(bot: Inside, root: object) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    relation = {"rel_type": "m.thread", "event_id": root}
    verdict = bot.judge(device.says(ROOM, "!help", **{"m.relates_to": relation}))
    assert isinstance(verdict, Message)
    assert verdict.relation.thread == ""


def test_what_an_edit_says_and_of_what(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    edit = {"rel_type": "m.replace", "event_id": "$old"}
    new: dict[str, Any] = {"msgtype": "m.text", "body": "!status"}
    verdict = bot.judge(
        device.says(ROOM, "* !status", **{"m.new_content": new, "m.relates_to": edit})
    )
    assert isinstance(verdict, Rejection)
    assert (verdict.reason, verdict.body) == (Refused.EDIT, "!status")
    assert verdict.relation.replaces == "$old"
    verdict = bot.judge(device.says(ROOM, "* !status", **{"m.relates_to": edit}))
    assert isinstance(verdict, Rejection)
    assert verdict.body == "!status"
    new = new | {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}
    verdict = bot.judge(
        device.says(ROOM, "* !status", **{"m.new_content": new, "m.relates_to": edit})
    )
    assert isinstance(verdict, Rejection)
    assert (verdict.relation.thread, verdict.relation.replaces) == ("$root", "$old")


SEALED = {
    "v": "v2",
    "url": "mxc://committee.test/abcDEF_-1",
    "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "k": "a" * 43, "key_ops": ["decrypt"]},
    "iv": "b" * 22,
    "hashes": {"sha256": "c" * 43},
}


def test_a_file_is_a_message_with_an_attachment(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    verdict = bot.judge(device.says(ROOM, "staff.csv", msgtype="m.file", file=SEALED))
    assert isinstance(verdict, Message)
    assert verdict.attachment is not None
    assert (verdict.attachment.name, verdict.attachment.lost, verdict.body) == (
        "staff.csv",
        None,
        "",
    )
    event = device.says(ROOM, "!import file", msgtype="m.file", file=SEALED, filename="a.csv")
    verdict = bot.judge(event)
    assert isinstance(verdict, Message)
    assert verdict.attachment is not None
    assert (verdict.attachment.name, verdict.body) == ("a.csv", "!import file")
    assert "a" * 43 not in repr(verdict)


@pytest.mark.parametrize(
    ("content", "lost"),
    [
        ({"msgtype": "m.image", "file": SEALED}, LostFile.NOT_A_FILE),
        ({"msgtype": "m.audio", "url": "mxc://committee.test/a"}, LostFile.NOT_A_FILE),
        ({"msgtype": "m.file", "url": "mxc://committee.test/a"}, LostFile.NOT_ENCRYPTED),
        ({"msgtype": "m.file", "file": {}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED | {"v": "v1"}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED | {"iv": 7}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED | {"key": []}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED | {"hashes": {"sha256": "?"}}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED | {"url": "mxc://h/../../x"}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED | {"url": "https://h/x"}}, LostFile.DAMAGED),
        ({"msgtype": "m.file", "file": SEALED, "info": {"size": 50 << 20}}, LostFile.TOO_LARGE),
    ],
)
def test_files_not_worth_fetching(bot: Inside, content: dict[str, Any], lost: LostFile) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    verdict = bot.judge(device.says(ROOM, "x.csv", **content))
    assert isinstance(verdict, Message)
    assert verdict.attachment is not None
    assert (verdict.attachment.lost, verdict.attachment.where) == (lost, None)


def test_a_file_of_an_unsigned_device_is_not_taken(bot: Inside) -> None:
    bot.admit(ANA)
    device, identity = ForgedDevice(ANA), CrossSigning.create()
    bot.publish(ANA, identity, device.keys())
    heard(bot, device)
    event = device.says(ROOM, "staff.csv", msgtype="m.file", file=SEALED)
    assert reason(bot.judge(event)) is Refused.UNSIGNED_DEVICE


def test_other_types_in_a_ciphertext_are_nothing(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    relates = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "!help"}}
    for kind in ("m.reaction", "m.room.redaction", "org.example"):
        payload = {"type": kind, "room_id": ROOM, "content": {"body": "!help", **relates}}
        assert bot.judge(device.event(device.seal(payload))) is None


def test_in_clear_is_never_believed(bot: Inside) -> None:
    bot.member(ANA)
    content = {"msgtype": "m.text", "body": "!help"}
    event = {"type": "m.room.message", "event_id": "$x", "sender": ANA, "content": content}
    verdict = bot.judge(event)
    assert isinstance(verdict, Rejection)
    assert (verdict.reason, verdict.body) == (Refused.NOT_ENCRYPTED, "!help")
    assert reason(bot.judge(event | {"sender": EVE})) is Refused.NOT_A_MEMBER


def test_a_name_nobody_bears_is_not_handed_on(bot: Inside) -> None:
    """What is refused is told in the room; the words of a made-up sender must not be."""
    content = {"msgtype": "m.text", "body": "!help"}
    sender = "@ana:committee.test\n\nThe meeting is cancelled."
    bot.rooms[ROOM].apply(
        {"type": "m.room.member", "state_key": sender, "content": {"membership": "join"}}
    )
    verdict = bot.judge(
        {"type": "m.room.message", "event_id": "$x", "sender": sender, "content": content}
    )
    assert isinstance(verdict, Rejection)
    assert verdict.sender == ""


def test_own_and_redacted_events_are_nothing(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    assert bot.judge(device.says(ROOM, "!help") | {"sender": BOT}) is None
    assert bot.judge(device.event({})) is None


def test_a_message_before_its_key_waits_and_is_then_read(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    key = device.room_key(bot.target(), ROOM)
    event = device.says(ROOM, "!help")
    assert isinstance(bot.judge(event), Sealed)
    assert bot.machine.take([key]) == {(ROOM, device.megolm.session_id)}
    assert isinstance(bot.judge(event), Message)


def test_a_device_nobody_heard_of_is_asked_about(bot: Inside) -> None:
    _, identity = bot.member(ANA)
    second = ForgedDevice(ANA)
    heard(bot, second)
    event = second.says(ROOM, "!help")
    assert bot.judge(event) == Unknown(ANA)
    bot.publish(ANA, identity, second.keys(identity))
    assert isinstance(bot.judge(event), Message)


def test_a_key_that_reads_less_far_back_does_not_replace_one_that_reads_further(
    bot: Inside,
) -> None:
    device, _ = bot.member(ANA)
    first = device.room_key(bot.target(), ROOM)
    early, late = device.says(ROOM, "!one"), device.says(ROOM, "!two")
    second = device.room_key(bot.target(), ROOM)
    assert bot.machine.take([first, second])
    assert isinstance(bot.judge(early), Message)
    assert isinstance(bot.judge(late), Message)


def test_the_same_key_from_two_devices_is_not_the_same_session(tmp_path: Path) -> None:
    """Whoever passes a room key on as their own gets neither the owner's name nor their place."""
    path = tmp_path / "nio.db"
    for first in ("owner", "thief"):
        with inside(path) as bot:
            ana, identity = bot.member(ANA)
            eve, eves = bot.member(EVE)
            ana.megolm = vodozemac.GroupSession()
            honest = ana.room_key(bot.target(), ROOM)
            own, eve.megolm = eve.megolm, ana.megolm
            stolen = eve.room_key(bot.target(), ROOM)
            eve.megolm = own
            event = ana.says(ROOM, "!help")
            again = event | {"sender": EVE, "event_id": "$again"}
            bot.machine.take([honest, stolen] if first == "owner" else [stolen, honest])
            claims = [bot.judge(event), bot.judge(again)]
        assert [claim.sender for claim in claims if isinstance(claim, Message)] == [ANA, EVE]
        assert len({claim.session_id for claim in claims if isinstance(claim, Message)}) == 2
        with inside(path) as bot:
            for user, owner, device in ((ANA, identity, ana), (EVE, eves, eve)):
                bot.admit(user)
                bot.publish(user, owner, device.keys(owner))
            verdict = bot.judge(event)
            assert isinstance(verdict, Message)
            assert verdict.sender == ANA


def test_half_characters_do_not_reach_the_database(bot: Inside) -> None:
    device, _ = bot.member(ANA)
    heard(bot, device)
    verdict = bot.judge(device.says(ROOM, "!note \ud800"))
    assert isinstance(verdict, Message)
    assert verdict.body == "!note \ufffd"
