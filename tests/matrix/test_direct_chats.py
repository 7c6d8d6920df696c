"""What a room is for: made as a direct chat, meant as a committee's, or asked about."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "Is this a committee's room?"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        await made.ask(made.ana, "!setup name=Payments tz=Madrid", "This is Payments")
        yield made


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _only_guests(here: World) -> AsyncIterator[None]:
    yield
    await here.farewell()


async def room_of_two(here: World, who: Organizer, name: str | None = None) -> str:
    """A room with the bot alone, which was not made as a direct chat."""
    room = await who.encrypted_room(name, invite=[here.steward.user])
    await who.settled(room, here.steward.user)
    await who.hear(QUESTION, of=here.steward.user, where=room)
    return room


async def test_a_direct_chat_is_greeted(here: World) -> None:
    room = await here.open_direct(here.ben)
    await here.ben.hear("Names and ratings belong here", of=here.steward.user, where=room)


@pytest.mark.parametrize("version", ["11", "12"])
async def test_a_direct_chat_as_apps_make_it_is_greeted(here: World, version: str) -> None:
    """Their preset gives both the same power; in version 12 it names the bot a creator, too."""
    body = {
        "preset": "trusted_private_chat", "is_direct": True, "invite": [here.steward.user],
        "room_version": version,
        "initial_state": [{"type": "m.room.encryption", "state_key": "",
                           "content": {"algorithm": "m.megolm.v1.aes-sha2"}}],
    }  # fmt: skip
    made = await here.ben.api.call("POST", "/createRoom", body)
    room = made["room_id"]
    await here.ben.settled(room, here.steward.user)
    await here.ben.hear("Names and ratings belong here", of=here.steward.user, where=room)


async def test_a_leads_second_room_is_no_direct_chat(here: World) -> None:
    """Names typed there go nowhere, and nobody who joins makes it another committee's."""
    room = await room_of_two(here, here.ana, "Night shift")
    answer = await here.ask(here.ana, '!contact add "Lena Voss"', QUESTION, where=room)
    assert "Lena" not in answer.body
    dora = await here.person("dora")
    await here.ana.api.invite(room, dora.user)
    await dora.settled(room, here.ana.user, here.steward.user)
    mark = len(dora.messages)
    await here.ask(here.ana, '!contact add "Uma Thorne"', QUESTION, where=room)
    await here.ask(here.ana, "!help", QUESTION, where=room)
    assert not [m for m in dora.messages[mark:] if "Uma" in m.body and m.sender != here.ana.user]
    direct = await here.open_direct(here.ana)
    assert "Lena" not in (await here.ask(here.ana, "!list", where=direct)).body
    # One committee still, so nothing asks which.
    await here.ask(here.ana, "!me", "lead and keeper of the data in Payments", where=direct)


async def test_setup_settles_it(here: World) -> None:
    room = await room_of_two(here, here.ana)
    answer = await here.ask(here.ana, "!setup name=Nights tz=Lisbon", "This is Nights", where=room)
    assert "Hello, I am Steward" in answer.body
    assert "fingerprint" in (await here.ask(here.ana, "!status", "fingerprint", where=room)).body
    await here.ana.api.remove(room, here.steward.user)
    await here.seen()


async def test_the_bot_opens_the_direct_chat_that_an_app_did_not(here: World) -> None:
    cleo = await here.member("cleo")
    room = await cleo.encrypted_room(None, invite=[here.steward.user])
    await cleo.settled(room, here.steward.user)
    await cleo.hear(QUESTION, of=here.steward.user, where=room)
    await here.ask(cleo, "!setup name=Mine tz=Madrid", "This is Mine", where=room)
    await here.seen()


async def test_direct_on_request(here: World) -> None:
    cleo = await here.member("cleo")
    mark = len(cleo.messages)
    await here.ask(cleo, "!direct", "I wrote to you directly")
    hello = await cleo.hear("Names and ratings belong here", of=here.steward.user, since=mark)
    assert hello.room != here.room
    await here.ask(cleo, '!contact add "Kim Lee"', "Added", where=hello.room)


async def test_a_lead_says_that_a_room_of_two_is_direct(here: World) -> None:
    room = await room_of_two(here, here.ana, "Me and the bot")
    await here.ask(here.ana, "!direct here", "Names and ratings belong here", where=room)
    await here.ask(here.ana, '!contact add "Jo Brand"', "Added", where=room)
    await here.steward.restart()
    await here.ask(here.ana, "!find Jo", "Jo Brand", where=room)
    dora = await here.person("dora")
    await here.ana.api.invite(room, dora.user)
    await dora.settled(room, here.ana.user, here.steward.user)
    assert "Jo Brand" not in (await here.ask(here.ana, "!find Jo", QUESTION, where=room)).body
