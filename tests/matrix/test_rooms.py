"""Who can read the bot, where it goes, and who leads, on the real homeserver."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, quoted
from tests.support.adversary import ForgedDevice
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("w") / "b"
    async with world(homeserver, directory) as made:
        yield made


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _only_guests(here: World) -> AsyncIterator[None]:
    yield
    await here.farewell()


def named(here: World, kind: str) -> dict[tuple[str, str], JsonObject]:
    """What was sent to devices, by user and device."""
    sent = [body for path, body in here.proxy.bodies if f"/sendToDevice/{kind}/" in path]
    return {
        (user, name): content
        for body in sent
        for user, devices in body["messages"].items()
        for name, content in devices.items()
    }


# -- who can read ----------------------------------------------------------------------------------


async def test_a_device_the_server_adds_is_sent_no_key(here: World) -> None:
    """It is told that it gets none, in words that are the same for every device."""
    ghost = ForgedDevice(here.ben.user)
    async with here.hostile() as server:
        server.devices = [ghost.keys()]
        server.changed = {here.ben.user}
        await here.seen()
        # A new session for everybody, so that keys have to be sent.
        await here.steward.restart()
        here.proxy.watched = ("/sendToDevice/", "/keys/claim")
        status = await here.ask(here.ana, "!status", "fingerprint")
        assert (
            f"1 device cannot read me, because its owner has not verified it: {here.ben.user}"
            in (status.body)
        )
    here.proxy.watched = ()
    sealed = named(here, "m.room.encrypted")
    assert (here.ana.user, here.ana.device) in sealed
    assert (here.ben.user, here.ben.device) in sealed
    assert (here.ben.user, ghost.id) not in sealed
    assert ghost.id not in str([body for path, body in here.proxy.bodies if "/claim" in path])
    told = named(here, "m.room_key.withheld")
    assert set(told) == {(here.ben.user, ghost.id)}
    (content,) = told.values()
    assert content["code"] == "m.unverified"
    assert content["room_id"] == here.room
    assert content.keys() == {
        "algorithm", "code", "reason", "room_id", "sender_key", "session_id"
    }  # fmt: skip
    assert here.ben.user not in str(content)
    async with here.hostile() as server:
        server.changed = {here.ben.user}
        await here.seen()


async def test_who_left_cannot_read_what_comes_after(here: World) -> None:
    cleo = await here.member("cleo")
    await here.ask(here.ana, "!status", "fingerprint")
    await cleo.hear("fingerprint", of=here.steward.user)
    await here.ana.api.remove(here.room, cleo.user)
    await here.seen()
    answer = await here.ask(here.ana, "!tz Lagos", "Lagos")
    # The server hands the ciphertext over to somebody who is no member any more.
    event = await here.ana.api.call(
        "GET", f"/rooms/{quoted(here.room)}/event/{quoted(answer.event_id)}"
    )
    known = cleo._encryption._nio.olm.inbound_group_store
    content = event["content"]
    assert known.get(here.room, content["sender_key"], content["session_id"]) is None
    mine = here.ana._encryption._nio.olm.inbound_group_store
    assert mine.get(here.room, content["sender_key"], content["session_id"]) is not None


async def test_who_joins_cannot_read_what_came_before(here: World) -> None:
    before = await here.ask(here.ana, "!tz Madrid", "Madrid")
    cleo = await here.member("cleo")
    await cleo.hear("fingerprint", of=here.steward.user)
    await cleo.until(lambda: before.event_id in cleo.unreadable)


# -- where it goes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["public", "world readable", "by a stranger"])
async def test_invitations_that_are_not_followed(here: World, how: str) -> None:
    inviter = await here.person("eve", listed=how != "by a stranger")
    history = "world_readable" if how == "world readable" else "shared"
    room = await inviter.api.create_room("Elsewhere", history=history)
    if how == "public":
        await inviter.api.set_state(room, "m.room.join_rules", {"join_rule": "public"})
    async with here.refuses("invitation"):
        # An invitation does not tell of world-readable history: that room is left again.
        await inviter.api.invite(room, here.steward.user)
    there = await inviter.api.state(room, "m.room.member", here.steward.user)
    assert there["membership"] == ("leave" if how == "world readable" else "invite")


async def test_what_was_said_before_it_came_is_not_for_it(here: World) -> None:
    """Not even where it could be read: people's apps share keys with whoever is invited."""
    bot = here.steward.user
    room = await here.ana.encrypted_room("Second", invite=[here.ben.user])
    await here.ana.settled(room, here.ben.user)
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    await here.steward.stop()
    await here.ana.api.invite(room, bot)
    await here.ben.until(lambda: bot in here.ben._encryption._nio.rooms[room].users)
    await here.ben.send(room, "!tz Tokyo")
    await here.steward.start()
    await here.ana.hear("Hello, I am Steward", of=bot, where=room)
    await here.ben.settled(room, bot)
    await here.ben.ask(room, "!status", "fingerprint", of=bot, where=room)
    assert await here.zone(here.ben) == "Europe/Madrid"
    await here.ana.api.remove(room, bot)
    await here.seen()


async def test_a_third_person_ends_a_direct_chat(here: World) -> None:
    cleo, dora = await here.member("cleo"), await here.person("dora")
    room = await here.open_direct(cleo)
    await here.ask(cleo, "!tz Madrid", "Madrid", where=room)
    await cleo.api.invite(room, dora.user)
    await cleo.settled(room, dora.user)
    await dora.settled(room, cleo.user, here.steward.user)
    await here.seen()
    mark = len(cleo.messages)
    async with here.refuses("stranger", 2):
        await cleo.send(room, "!tz Tokyo")
        await dora.send(room, "!tz Tokyo")
    assert here.said(cleo, mark, where=room) == []
    assert await here.zone(cleo) == "Europe/Madrid"


async def test_a_room_the_bot_made_does_not_become_a_committees(here: World) -> None:
    """The bot opens a chat to answer; a third person in it changes nothing but that it is over."""
    cleo, dora = await here.member("cleo"), await here.person("dora")
    await cleo.send(here.room, "!me")
    told = await cleo.hear("You are", of=here.steward.user)
    assert told.room != here.room
    await cleo.api.invite(told.room, dora.user)
    await cleo.settled(told.room, dora.user)
    await here.seen()
    mark = len(cleo.messages)
    async with here.refuses("stranger"):
        await cleo.send(told.room, "!tz Tokyo")
    assert here.said(cleo, mark, where=told.room) == []


# -- who leads -------------------------------------------------------------------------------------


async def test_leads_are_who_has_power(here: World) -> None:
    cleo = await here.member("cleo")
    await here.ask(cleo, "!identity", "for leads")
    await here.ana.api.set_power(here.room, cleo.user, 50)
    await here.seen()
    await here.ask(cleo, "!identity", "Nobody has a changed identity")
    await here.ana.api.set_power(here.room, cleo.user, 49)
    await here.seen()
    await here.ask(cleo, "!identity", "for leads")


async def test_creators_of_a_version_12_room_keep_the_data(here: World) -> None:
    cleo = await here.person("cleo")
    room = await cleo.api.create_room(
        "Twelve", invite=(here.steward.user, here.ana.user), version="12"
    )
    await cleo.settled(room, here.steward.user, here.ana.user)
    await cleo.hear("Hello, I am Steward", of=here.steward.user, where=room)
    await here.ana.settled(room, here.steward.user)
    direct = await here.open_direct(cleo)
    await cleo.ask(direct, "!me", "lead and keeper of the data", of=here.steward.user, where=direct)
    await here.ana.ask(room, "!identity", "for leads", of=here.steward.user, where=room)

    # Ana is in two committees now: in her direct chat she chooses.
    both = await here.open_direct(here.ana)
    await here.ana.ask(both, "!me", "Your committees", of=here.steward.user, where=both)
    await here.ana.ask(both, "!use Twelve", "about Twelve", of=here.steward.user, where=both)
    await here.ana.ask(both, "!me", "organizer in Twelve", of=here.steward.user, where=both)
    await here.ana.ask(both, "!use Committee", "about Committee", of=here.steward.user, where=both)
    await here.ana.ask(both, "!me", "keeper of the data in", of=here.steward.user, where=both)
    await cleo.api.remove(room, here.ana.user)
    await here.seen()


# -- what is no command ----------------------------------------------------------------------------


async def test_notices_reactions_and_emotes_are_no_commands(here: World) -> None:
    await here.ask(here.ben, "!tz Madrid", "Madrid")
    mark = len(here.ana.messages)
    for kind in ("m.notice", "m.emote"):
        await here.ben.send(here.room, "!tz Tokyo", kind=kind)
    event = await here.ana.send(here.room, "!not a question")
    await here.ana.hear("", of=here.steward.user, since=mark)
    reaction = {"rel_type": "m.annotation", "event_id": event, "key": "!tz Tokyo"}
    await here.ben.api.send_clear(here.room, "m.reaction", {"m.relates_to": reaction})
    assert await here.zone(here.ben) == "Europe/Madrid"


# -- late ------------------------------------------------------------------------------------------


async def test_a_command_whose_key_comes_late_is_run_once(here: World) -> None:
    cleo = await here.member("cleo")
    kept: list[JsonObject] = []
    async with here.hostile() as server:
        server.keep_back = kept
        await cleo.send(here.room, "!tz Tokyo")
        await here.seen()
        assert kept
        server.keep_back = None
        server.to_device = list(kept)
        await here.seen()
        await cleo.hear("Asia/Tokyo", of=here.steward.user)
        await here.seen()
    told = [body for body in here.said(cleo) if "Asia/Tokyo" in body]
    assert len(told) == 1
