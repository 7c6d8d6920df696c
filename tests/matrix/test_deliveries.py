"""What waits while the homeserver takes no messages goes to whoever may have it when it does again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from urllib.parse import unquote

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.matrix_api import ApiError
from demo.organizer import Organizer
from tests.support.proxy import Fault, Weather
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


def is_message(method: str, path: str) -> bool:
    return method == "PUT" and "/send/m.room.encrypted/" in path


HELD = Weather(share=1.0, faults=(Fault.SERVER_ERROR,), concerns=is_message)
"""The homeserver takes no messages from the bot; everything else works."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Ana keeps, Ben leads from the start."""
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        await made.ana.api.set_power(made.room, made.ben.user, 50)
        await made.ask(made.ana, "!status", "fingerprint")
        await made.ask(made.ana, "!setup name=Payments tz=Madrid", "This is Payments")
        yield made


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _fair_weather(here: World) -> AsyncIterator[None]:
    yield
    here.proxy.weather = Weather()
    await here.farewell()


async def direct(here: World, who: Organizer) -> str:
    """A direct chat in which the bot has answered."""
    room = await here.open_direct(who)
    await who.hear(of=here.steward.user, where=room)
    return room


async def hold(here: World, weather: Weather) -> None:
    """Have what the bot says from now on wait. What it said before is out: it is not counted with that."""
    await here.steward.all_sent()
    here.proxy.weather = weather


async def queue(here: World, least: int) -> None:
    """Wait until at least so many messages wait to be sent."""
    await here.steward.until(lambda status: status.get("queue", 0) >= least)


def _outside_of(room: str) -> Callable[[str, str], bool]:
    """Messages of the bot into other rooms. Paths come decoded or not."""
    return lambda method, path: is_message(method, path) and room not in unquote(path)


async def waits_at_most(here: World, most: int) -> None:
    """Wait until no more than so many messages do."""
    await here.steward.until(lambda status: status.get("queue", most + 1) <= most)


async def invited_since(who: Organizer, before: set[str]) -> str:
    """The room somebody was asked into since."""
    await who.until(lambda: bool(who.invites.keys() - before))
    (room,) = who.invites.keys() - before
    return room


async def test_an_answer_that_waits_when_somebody_is_removed_never_arrives(here: World) -> None:
    cara, dan = await here.member("cara"), await here.member("dan")
    rooms = {who: await direct(here, who) for who in (cara, dan)}
    await hold(here, HELD)
    marks = {who: len(who.messages) for who in rooms}
    for who, room in rooms.items():
        await who.send(room, "!me")
        await who.send(room, "!help")
    await queue(here, 4)
    await here.ana.api.remove(here.room, cara.user)
    # The bot has seen it: what was for her is off the table before anything goes.
    await waits_at_most(here, 2)
    here.proxy.weather = Weather()
    # The control: who stays gets both answers.
    await dan.until(lambda: len(here.said(dan, marks[dan], where=rooms[dan])) == 2)
    await waits_at_most(here, 0)
    # What she says herself comes after anything the homeserver had for her before.
    await cara.send(rooms[cara], "anything left?")
    await cara.until(lambda: any("anything left?" in each.body for each in cara.messages))
    assert here.said(cara, marks[cara]) == []
    told = await here.ask(here.ana, "!status", "fingerprint")
    assert "withdrawn before they went" in told.body


async def test_an_invitation_that_nobody_accepted_is_taken_back(here: World) -> None:
    cara = await here.person("cara", accepts_invites=False)
    dan = await here.person("dan", accepts_invites=False)
    bot, opened = here.steward.user, {}
    for who in (cara, dan):
        await here.ana.api.invite(here.room, who.user)
        await who.api.join(here.room)
        await who.settled(here.room, bot, here.ana.user)
        await here.ana.settled(here.room, who.user)
        await here.ask(here.ana, "!status", "fingerprint")
        before = set(who.invites)
        await who.send(here.room, "!direct")
        opened[who] = await invited_since(who, before | {here.room})
    taken_back = f"{opened[cara]}/leave"
    await here.ana.api.remove(here.room, cara.user)
    async with asyncio.timeout(30):
        while not any(taken_back in unquote(each.path) for each in here.proxy.seen):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    with pytest.raises(ApiError):
        await cara.api.join(opened[cara])
    await dan.api.join(opened[dan])
    await dan.settled(opened[dan], bot)
    await dan.ask(opened[dan], "!me", "Payments", of=bot, where=opened[dan])


async def test_a_room_that_anybody_may_join_gets_nothing_and_then_what_waited(
    here: World,
) -> None:
    bot, api = here.steward.user, here.ana.api
    await here.ask(here.ana, "!status", "fingerprint")
    await api.set_state(here.room, "m.room.join_rules", {"join_rule": "public"})
    mark, bens = len(here.ana.messages), len(here.ben.messages)
    answer = await here.ana.ask(here.room, "!status", "Anybody can join", of=bot)
    assert answer.room != here.room
    await here.ana.hear("at the moment anybody may join", of=bot, where=answer.room, since=mark)
    await here.ben.hear("so I say nothing there", of=bot, since=bens)
    assert here.said(here.ana, mark, where=here.room) == []
    await api.set_state(here.room, "m.room.join_rules", {"join_rule": "invite"})
    await here.ask(here.ana, "!status", "fingerprint")


async def test_an_export_whose_approver_is_removed_while_it_waits_never_arrives(
    here: World,
) -> None:
    bot = here.steward.user
    rooms = {who: await direct(here, who) for who in (here.ana, here.ben)}
    mark = len(here.ana.messages)
    for number in (1, 2):
        await here.ana.ask(
            rooms[here.ana], "!export csv why=mailing", f"Export {number} waits", of=bot
        )
        if number == 1:
            # The control: both still may.
            await here.ben.ask(rooms[here.ben], "!export approve 1", "Approved", of=bot)
            await here.ana.hear("steward-export-1.csv", of=bot, since=mark)
            continue
        await hold(here, replace(HELD, concerns=_outside_of(here.room)))
        await here.ben.send(rooms[here.ben], "!export approve 2")
        await queue(here, 2)
        await here.ana.api.remove(here.room, here.ben.user)
        # What is said in the committee's room is answered: the bot has seen the removal by then.
        await here.seen()
        here.proxy.weather = Weather()
    # In one of two ways, as the message or the leaving was looked at first.
    await here.ana.hear(
        lambda heard: any(
            words in heard.body for words in ("Export 2 is withdrawn", "with that: export 2")
        ),
        of=bot,
        since=mark,
    )
    await waits_at_most(here, 0)
    # Ana reads its answer after whatever was sent before.
    await here.seen()
    said = here.said(here.ana, mark)
    assert not any("steward-export-2" in words for words in said)
