"""Whole answers of a homeserver that lies, or passes on what somebody made up; no flood gets out."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.delivery import notices
from bot.incoming import late_keys
from bot.matrix import untrusted_json
from bot.matrix.identity import CrossSigning
from commands.authority.identities import IdentityAcceptance
from commands.framework.context import Context, Place, Role, UserId
from storage.chat.committees import Committees
from storage.chat.undecrypted import UndecryptedEvents
from tests.support.adversary import ForgedDevice, JsonObject, event_id, published
from tests.support.answering import ANA, BOT, ROOM, Answering, answering, room_state
from tests.support.standing import of_old

BEN, EVE = "@ben:committee.test", "@eve:committee.test"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path, ANA.__eq__, BEN, EVE) as opened:
        yield opened


def in_clear(sender: object, body: str = "!help") -> JsonObject:
    content = {"msgtype": "m.text", "body": body}
    return {
        "type": "m.room.message",
        "event_id": event_id(),
        "sender": sender,
        "content": content,
    }


def sealed(sender: str, session: object) -> JsonObject:
    content = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": session, "ciphertext": "x"}
    return ForgedDevice(sender).event(content)


async def said(bot: Answering, *answers: JsonObject) -> list[str]:
    """What is queued to be said because of these answers."""
    before = len(await bot.waiting())
    for answer in answers:
        await bot.take(answer)
    return (await bot.waiting())[before:]


# -- words of others -------------------------------------------------------------------------------


async def test_a_made_up_sender_says_nothing_through_us(bot: Answering) -> None:
    words = "@ana:committee.test\n\nThe meeting is cancelled"
    member = {"type": "m.room.member", "state_key": words, "content": {"membership": "join"}}
    answer = bot.said(member, in_clear(words), in_clear("@stranger:committee.test"))
    assert await said(bot, answer) == []
    assert await bot.refused() == {"not_a_member": 2}


async def test_a_made_up_member_does_not_keep_others_from_being_known(bot: Answering) -> None:
    odd = [{**room_state(name)[-1], "state_key": name} for name in ("", "x", "@", "@a", "@a b:c")]
    assert await said(bot, bot.said(*odd)) == []
    assert not any("%40a%20b" in path for _, path in bot.homeserver.asked)
    assert len(await bot.ask("!tz Madrid")) == 1


async def test_a_stranger_is_told_nothing_about_what_is_refused(bot: Answering) -> None:
    dora, room = "@dora:committee.test", "!direct:committee.test"
    await bot.take({"rooms": {"join": {room: {"state": {"events": room_state(dora, BOT)}}}}})
    bot.places.rooms[room].declared_direct = True
    assert await said(bot, bot.said(in_clear(dora), room=room)) == []
    # A member hears why.
    bot.places.rooms[room].apply_all(
        [
            {"type": "m.room.member", "state_key": user, "content": {"membership": membership}}
            for user, membership in ((dora, "leave"), (BEN, "join"))
        ]
    )
    (explained,) = await said(bot, bot.said(in_clear(BEN), room=room))
    assert "unencrypted" in explained


# -- floods ----------------------------------------------------------------------------------------


async def test_what_cannot_be_read_is_told_once_and_not_without_end(
    bot: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_keys, "GRACE", -1)
    same = [bot.said(sealed(EVE, "one session")) for _ in range(5)]
    assert len(await said(bot, *same, {})) == 1
    many = [bot.said(*(sealed(EVE, f"session {n}") for n in range(200))), {}]
    assert len(await said(bot, *many)) == notices.MOST_UNASKED - 1
    assert (await bot.refused())["unreadable"] == 205
    assert len(await bot.ask("!tz Madrid")) == 1
    # After a while there is room for explanations again.
    later = time.monotonic() + notices.UNASKED_WITHIN + 1
    monkeypatch.setattr(notices.time, "monotonic", lambda: later)  # type: ignore[attr-defined]
    assert len(await said(bot, bot.said(sealed(BEN, "another")), {})) == 1


async def test_messages_without_a_key_do_not_pile_up(
    bot: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_keys, "MOST_WAITING", 20)
    flood = [sealed(EVE, "later") | {"content": sealed(EVE, "later")["content"]} for _ in range(50)]
    for event in flood:
        event["content"]["junk"] = "x" * 1_000
        event["unsigned"] = {"junk": "x" * 1_000}
    await bot.take(bot.said(*flood))
    async with bot.database.transaction() as tx:
        kept = await UndecryptedEvents(tx).all()
    assert len(kept) == 20
    assert not any("junk" in str(each.event) for each in kept)
    assert (await bot.refused())["unreadable"] == 30


async def test_a_flood_of_identities_is_one_warning_a_day(bot: Answering) -> None:
    warnings = []
    for _ in range(6):
        device, identity = ForgedDevice(EVE), CrossSigning.create()
        bot.people[EVE] = published(EVE, identity, device.keys(identity))
        warnings += await said(bot, {"device_lists": {"changed": [EVE]}})
    assert len(warnings) == 1
    assert f"cryptographic identity of {EVE} changed" in warnings[0]


async def test_a_flood_of_announced_devices_is_one_question(bot: Answering) -> None:
    bot.homeserver.asked.clear()
    everybody = [f"@user{number}:committee.test" for number in range(50_000)]
    await bot.take({"device_lists": {"changed": [*everybody, *everybody, 5, None, {}, ANA]}})
    assert sum("/keys/query" in path for _, path in bot.homeserver.asked) == 1


# -- odd answers -----------------------------------------------------------------------------------


async def test_a_refused_key_query_ends_nothing(bot: Answering) -> None:
    honest = bot.homeserver.answer

    def refusing(method: str, path: str) -> Any:
        if "/keys/query" in path:
            return web.json_response({"errcode": "M_INVALID_PARAM"}, status=400)
        return honest(method, path)

    bot.homeserver.answer = refusing
    await bot.take({"device_lists": {"changed": [EVE]}})
    bot.homeserver.answer = honest
    assert len(await bot.ask("!tz Madrid")) == 1


async def test_the_same_event_in_the_gap_and_in_the_timeline_is_run_once(bot: Answering) -> None:
    event = bot.ana.says(ROOM, "!tz Madrid")
    honest = bot.homeserver.answer
    bot.homeserver.answer = lambda method, path: (
        {"chunk": [event, event]} if "/messages" in path else honest(method, path)
    )
    answer = bot.said(event, event)
    answer["rooms"]["join"][ROOM]["timeline"] |= {"limited": True, "prev_batch": "p1"}
    assert len(await said(bot, answer)) == 1


async def test_an_event_that_claims_encryption_ended_changes_nothing(bot: Answering) -> None:
    for content in ({}, {"algorithm": "none"}):
        event = {"type": "m.room.encryption", "state_key": "", "content": content}
        await bot.take(bot.said(event))
    assert bot.places.rooms[ROOM].encrypted
    assert len(await bot.ask("!status")) == 1


async def test_a_creator_who_comes_later_leads_nothing(bot: Answering) -> None:
    create = {
        "type": "m.room.create",
        "state_key": "",
        "sender": EVE,
        "event_id": "$late",
        "content": {"room_version": "12", "additional_creators": [EVE]},
    }
    await bot.take(bot.said(create))
    assert bot.places.rooms[ROOM].level(EVE) == 0


@pytest.mark.parametrize("depth", [100, 900, 5_000, 30_000])
def test_nesting_of_any_depth_leaves_the_rest_readable(depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        odd = opening * depth + "1" + closing * depth
        text = f'{{"odd": {odd}, "brackets": "[[[{{{{", "next_batch": "s1", "after": [1, [2]]}}'
        answer = untrusted_json.parse(text.encode())
        assert (answer["next_batch"], answer["after"]) == ("s1", [1, [2]])
        assert answer["brackets"] == "[[[{{"


@pytest.mark.parametrize("digits", [10, 400, 5_000, 60_000])
def test_numbers_of_any_length_leave_the_rest_readable(digits: int) -> None:
    for sign in ("", "-"):
        answer = untrusted_json.parse(
            f'{{"odd": {sign}{"9" * digits}, "next_batch": "s1"}}'.encode()
        )
        assert answer["next_batch"] == "s1"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\ud800"', "\ufffd"),
        (rb'"a\udc00b"', "a\ufffdb"),
        (rb'"\ud800\ud83d\ude00"', "\ufffd😀"),
        (rb'"\\ud800"', "\\ud800"),
        (rb'"\\\ud800"', "\\\ufffd"),
        (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd"),
        (b'"\xff"', "\ufffd"),
    ],
)
def test_half_characters_are_replaced(raw: bytes, read: str) -> None:
    assert untrusted_json.parse(raw) == read


@pytest.mark.parametrize("raw", [b"", b"{", b"nothing", b'{"a": 1', b"[" * 100_000])
def test_half_an_answer_is_none(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any)
        untrusted_json.parse(raw)


async def test_who_is_not_in_the_room_any_more_is_told_nothing(bot: Answering) -> None:
    device, identity = ForgedDevice(EVE), CrossSigning.create()
    bot.people[EVE] = published(EVE, identity, device.keys(identity))
    key = {"to_device": {"events": [device.room_key(bot.target(), ROOM)]}}
    await bot.take({**key, "device_lists": {"changed": [EVE]}})
    assert len(await said(bot, bot.said(device.says(ROOM, "!tz Madrid")))) == 1
    gone = {"type": "m.room.member", "state_key": EVE, "content": {"membership": "leave"}}
    assert await said(bot, bot.said(gone, device.says(ROOM, "!tz Tokyo"))) == []
    assert await bot.refused() == {"not_a_member": 1}
    assert BOT in bot.places.rooms[ROOM].members


# -- accepting a changed identity ------------------------------------------------------------------


async def test_nobody_accepts_their_own_identity(bot: Answering) -> None:
    """Even if a suspended lead's command came as far as this."""
    desk = bot.bot.dispatcher._replies.dependencies
    device, identity = ForgedDevice(EVE), CrossSigning.create()
    for keys in (identity, CrossSigning.create()):
        bot.people[EVE] = published(EVE, keys, device.keys(keys))
        await bot.take({"device_lists": {"changed": [EVE]}})
    async with bot.database.transaction() as tx:
        (committee,) = await Committees(tx).all()
        for asking, accepted in ((EVE, False), (ANA, True), (ANA, False)):
            ctx = Context(
                user=UserId(asking),
                standing=of_old(asking, Role.LEAD),
                place=Place.ROOM,
                committee=committee,
                committees=(committee,),
                now=datetime.now(UTC),
                zone=committee.zone,
            )
            provided = await desk.provider(ctx, tx, "$asked")(IdentityAcceptance)
            assert isinstance(provided, IdentityAcceptance)
            assert await provided.accept(UserId(EVE)) is accepted
            assert not await provided.accept(UserId("@nobody:committee.test"))
