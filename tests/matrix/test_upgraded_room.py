"""A committee's room is upgraded: its records follow when a lead there says so in the new one."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.matrix_api import quoted
from demo.organizer import Organizer
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        yield made


async def upgrade(who: Organizer, room: str) -> str:
    answer = await who.api.call("POST", f"/rooms/{quoted(room)}/upgrade", {"new_version": "12"})
    return str(answer["replacement_room"])


async def test_a_room_that_only_claims_to_replace_it(here: World) -> None:
    """Its maker leads there and is a member here, but nobody with power here ended this room."""
    bot = here.steward.user
    answer = await here.ben.api.call(
        "POST",
        "/createRoom",
        {
            "preset": "private_chat",
            "invite": [bot, here.ana.user],
            "creation_content": {"predecessor": {"room_id": here.room, "event_id": "$x"}},
            "initial_state": [
                {
                    "type": "m.room.encryption",
                    "state_key": "",
                    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
                }
            ],
        },
    )
    room = answer["room_id"]
    await here.ben.settled(room, bot)
    await here.ben.hear("Hello, I am Steward", of=bot, where=room)
    await here.ben.ask(room, "!moved", "does not replace one of mine", of=bot, where=room)
    await here.ben.api.remove(room, bot)


async def test_the_records_follow_when_a_lead_says_so(here: World) -> None:
    bot = here.steward.user
    direct = await here.open_direct(here.ana)
    await here.ana.ask(direct, "!contact add Sam Okafor", "Added M-1", of=bot, where=direct)
    await here.ask(here.ana, '!setup name="Payments chapter" tz=Madrid', "Payments chapter")
    old, new = here.room, await upgrade(here.ana, here.room)
    await here.ana.settled(new)
    for user in (here.ben.user, bot):
        await here.ana.api.invite(new, user)
    await here.ana.settled(new, here.ben.user, bot)
    await here.ana.hear("This room replaces the room of Payments chapter", of=bot, where=new)
    await here.ben.settled(new, here.ana.user, bot)

    # An organizer cannot; one who is a lead in the new room alone cannot either.
    await here.ben.ask(new, "!moved", "for leads", of=bot, where=new)
    await here.ana.api.set_power(new, here.ben.user, 50)
    await here.ben.ask(new, "!moved", "also a lead in the old room", of=bot, where=new)
    assert (
        "no contacts"
        not in (
            await here.ana.ask(direct, "!use Payments", "Payments chapter", of=bot, where=direct)
        ).body
    )

    await here.ana.ask(new, "!moved", "Everything of Payments chapter is here", of=bot, where=new)
    await here.ana.ask(direct, "!contact list", "Sam Okafor", of=bot, where=direct)
    await here.ana.ask(new, "!status", "fingerprint", of=bot, where=new)
    await here.ana.ask(new, "!moved", "does not replace one of mine", of=bot, where=new)

    # The old room has no part in it, and does not become a committee of its own.
    mark = len(here.ana.messages)
    await here.ana.send(old, "!status")
    await here.ana.ask(new, "!status", "fingerprint", of=bot, where=new)
    assert here.said(here.ana, mark, where=old) == []
    await here.steward.restart()
    await here.ana.ask(direct, "!contact list", "Sam Okafor", of=bot, where=direct)
