"""Messages as apps make them, through the real homeserver: quotes, pills, threads, edits, files."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from demo.device import Message
from demo.homeserver import Homeserver
from demo.matrix_api import quoted
from demo.organizer import Organizer
from tests.matrix.test_upgraded_room import upgrade
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        await made.ask(made.ana, '!setup name="Payments chapter" tz=Madrid', "Payments chapter")
        yield made


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


async def sends(
    here: World, who: Organizer, content: dict[str, Any], where: str = "", kind: str = ""
) -> str:
    """Send what an app would; the relation is on the envelope, too, as the specification wants it."""
    room = where or here.room
    sealed = await who.encrypt(room, kind or "m.room.message", content)
    if "m.relates_to" in content:
        sealed["m.relates_to"] = content["m.relates_to"]
    return await who.api.send_clear(room, "m.room.encrypted", sealed)


async def answered(
    here: World, who: Organizer, content: dict[str, Any], expect: str, where: str = ""
) -> Message:
    mark = len(who.messages)
    await sends(here, who, content, where)
    room = where or here.room
    return await who.hear(expect, of=here.steward.user, where=room, since=mark)


async def envelope(who: Organizer, said: Message) -> dict[str, Any]:
    """What the homeserver sees of a message."""
    path = f"/rooms/{quoted(said.room)}/event/{quoted(said.event_id)}"
    content: dict[str, Any] = (await who.api.call("GET", path))["content"]
    return content


async def test_a_reply_with_a_quote_is_an_answer(here: World) -> None:
    await here.ask(here.ana, "!meet new Planning | in 30 hours | 60m", "Planning")
    announced = await here.ask(here.ana, "!ok", "Planning #1")
    quote = f"> <{here.steward.user}> Coming? !yes #1\n\n!yes"
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": announced.event_id}}}
    await answered(here, here.ben, text(quote, **reply), "Noted")
    assert (
        here.ben.user.partition(":")[0][1:]
        in (await here.ask(here.ana, "!meet who", "not answered")).body
    )
    # Some apps say that it is a reply on the envelope alone.
    mark = len(here.ana.messages)
    sealed = await here.ana.encrypt(here.room, "m.room.message", text(quote))
    await here.ana.api.send_clear(here.room, "m.room.encrypted", {**sealed, **reply})
    await here.ana.hear("Noted", of=here.steward.user, where=here.room, since=mark)


async def test_a_pill_is_the_person(here: World) -> None:
    name = "Ben Meyer"
    path = f"/profile/{quoted(here.ben.user)}/displayname"
    await here.ben.api.call("PUT", path, {"displayname": name})
    short = here.ben.user.partition(":")[0][1:]
    link = f"https://matrix.to/#/{here.ben.user}"
    html = {
        "format": "org.matrix.custom.html",
        "formatted_body": f'!action <a href="{link}">{name}</a> p',
    }
    mentions = {"m.mentions": {"user_ids": [here.ben.user]}}
    await answered(
        here, here.ana, text(f"!action {name} print", **html, **mentions), f"{short}: print"
    )
    await answered(here, here.ana, text(f"!action [{name}]({link}) paint"), f"{short}: paint")
    # The name alone, which the bot has from the room and nobody else's word, is asked about.
    await answered(here, here.ana, text(f"!action {name} paste"), f"If it is {short}")
    await answered(here, here.ana, text(f"!action {name} put", **mentions), f"{short}: put")
    assert "paste" not in (await here.ask(here.ana, "!actions", "print")).body
    # After a restart it knows the names again, although no file holds them.
    await here.steward.restart()
    await answered(here, here.ana, text(f"!action {name} paste"), f"If it is {short}")
    for file in here.steward.directory.rglob("*"):
        assert not file.is_file() or name.encode() not in file.read_bytes()


async def test_said_to_the_bot_by_its_name(here: World) -> None:
    own = here.steward.user
    link = f"https://matrix.to/#/{own}"
    for body in (f"{own}: status", f"{own.partition(':')[0]}: !status", f"[bot]({link}) status"):
        await answered(here, here.ana, text(body), "fingerprint")


async def test_a_thread_is_answered_in_the_thread(here: World) -> None:
    direct = await here.open_direct(here.ana)
    for where in (here.room, direct):
        root = await here.ana.send(where, "About Friday")
        relation = {"rel_type": "m.thread", "event_id": root}
        asked = text("!help meet", **{"m.relates_to": relation})
        said = await answered(here, here.ana, asked, "!meet", where)
        relates = said.content["m.relates_to"]
        assert (relates["rel_type"], relates["event_id"]) == ("m.thread", root)
        assert relates["is_falling_back"] is True
        # The homeserver sees where it belongs, or no app would show it there.
        assert (await envelope(here.ana, said))["m.relates_to"] == relates
        outside = await here.ask(here.ana, "!help meet", "!meet", where=where)
        assert "m.relates_to" not in outside.content


async def test_an_edit_is_told_that_it_is_none(here: World) -> None:
    first = await here.ana.send(here.room, "!action me call the hall")
    await here.ana.hear("call the hall", of=here.steward.user, where=here.room)
    for new in ("!action me call the printer", "!action me call both", "never mind"):
        edit = {
            "m.new_content": text(new),
            "m.relates_to": {"rel_type": "m.replace", "event_id": first},
        }
        said = await answered(here, here.ana, text(f"* {new}", **edit), "do not act on edited")
        assert said.room == here.room
    mark = len(here.ana.messages)
    chat = await here.ana.send(here.room, "see you at teh hall")
    edit = {
        "m.new_content": text("see you at the hall"),
        "m.relates_to": {"rel_type": "m.replace", "event_id": chat},
    }
    await sends(here, here.ana, text("* see you at the hall", **edit))
    done = (await here.ask(here.ana, "!actions", "call the hall")).body
    assert "printer" not in done
    assert "both" not in done
    assert not [said for said in here.said(here.ana, mark) if "edited" in said]


async def test_a_file_comes_after_its_words_under_its_own_name(here: World) -> None:
    direct = await here.open_direct(here.ana)
    mark = len(here.ana.messages)
    await here.ana.ask(direct, "!meet ics #1", "will not be encrypted", where=direct)
    await here.ana.send(direct, "!ok")
    file = await here.ana.hear(
        lambda said: said.kind == "m.file", of=here.steward.user, where=direct, since=mark
    )
    assert file.body == file.content["filename"]
    assert file.body.endswith(".ics")
    assert "formatted_body" not in file.content
    before = [said for said in here.ana.messages[mark:] if said.room == direct]
    words = before[before.index(file) - 1]
    assert words.kind == "m.notice"
    assert "file" not in words.content


async def test_what_is_no_words_gets_a_line_in_a_direct_chat(here: World) -> None:
    direct = await here.open_direct(here.ana)
    sealed = {"v": "v2", "url": "mxc://x.org/a", "key": {}, "iv": "", "hashes": {}}
    voice = {"msgtype": "m.audio", "body": "Voice", "file": sealed, "org.matrix.msc3245.voice": {}}
    place = {"msgtype": "m.location", "body": "here", "geo_uri": "geo:1,2"}
    for content, expect in (
        ({"msgtype": "m.image", "body": "a.jpg", "file": sealed}, "cannot look at pictures"),
        (voice, "cannot listen to voice messages"),
        (place, "a place on a map"),
    ):
        await sends(here, here.ana, content)
        said = await answered(here, here.ana, content, expect, direct)
        assert "\n" not in said.body
    mark = len(here.ana.messages)
    await sends(here, here.ana, {"body": "a cat", "url": "mxc://x.org/a"}, direct, "m.sticker")
    await here.ana.hear("I cannot read stickers", of=here.steward.user, since=mark)


async def test_nothing_is_tried_in_the_room_before_an_upgrade(here: World) -> None:
    """Whoever has the power to write there still can; the bot has not."""
    old = here.room
    await upgrade(here.ana, old)
    async with asyncio.timeout(20):
        while True:
            state: Any = await here.ana.api.call("GET", f"/rooms/{quoted(old)}/state")
            if any(event["type"] == "m.room.tombstone" for event in state):
                break
    mark = len(here.ana.messages)
    await here.ana.send(old, "!status")
    await here.ask(here.ana, "!help", "!help", where=await here.open_direct(here.ana))
    assert here.said(here.ana, mark, where=old) == []
    log = here.steward.log()
    assert "status=403" not in log
    assert "undeliverable" not in log
