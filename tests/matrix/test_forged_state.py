"""State is the homeserver's word: joins and power that it shows to the bot alone, on the real homeserver.

Each test has a control: what the bot was shown it believed, as far as it goes, or the same done honestly
works.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import pytest_asyncio

from bot.keys import keyring
from bot.keys.data_key import Purpose
from bot.process.data_directory import DataDirectory
from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, quoted
from demo.organizer import Organizer
from demo.steward import PASSPHRASE
from storage.core.database import Database
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Ana keeps the data, Ben organizes; they have set up, and Ben has added somebody."""
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        await at_work(made)
        yield made


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _only_guests(here: World) -> AsyncIterator[None]:
    yield
    await here.farewell()


async def at_work(here: World) -> None:
    answer = await here.ask(here.ana, "!setup name=Payments tz=Madrid", "This is Payments")
    assert f"Leads and keepers of the data: {here.ana.user.partition(':')[0]}" in answer.body
    ben = await here.open_direct(here.ben)
    await here.ask(here.ben, '!contact add "Sam Okafor" area=Payments', "M-1", where=ben)
    await here.ask(here.ben, '!assess M-1 2 did "signed the petition"', "2 supports", where=ben)


def joins(user: str) -> JsonObject:
    """A join as the homeserver may show it, long ago as it says."""
    return {
        "type": "m.room.member",
        "state_key": user,
        "sender": user,
        "event_id": f"$joined-{quoted(user)}",
        "origin_server_ts": 1_600_000_000_000,
        "content": {"membership": "join"},
    }


def power(here: World, **levels: int) -> JsonObject:
    users = {here.ana.user: 100, here.steward.user: 0, **levels}
    return {
        "type": "m.room.power_levels",
        "state_key": "",
        "sender": here.ana.user,
        "event_id": f"$power{len(levels)}",
        "origin_server_ts": 1_600_000_000_001,
        "content": {"users": users},
    }


async def forged(here: World) -> tuple[Organizer, Organizer]:
    """Two accounts of the homeserver's own, shown to the bot as members with all power."""
    eve, mal = await here.person("eve"), await here.person("mal")
    async with here.hostile() as server:
        server.state = [
            (here.room, joins(eve.user)),
            (here.room, joins(mal.user)),
            (here.room, power(here, **{eve.user: 100, mal.user: 100})),
        ]
        await here.seen()
    return eve, mal


async def gone(here: World, *people: Organizer) -> None:
    """The homeserver shows the truth again."""
    async with here.hostile() as server:
        for each in people:
            event = joins(each.user)
            event["content"] = {"membership": "leave"}
            server.state.append((here.room, event))
        server.state.append((here.room, power(here)))
        await here.seen()


async def test_two_keepers_whom_the_homeserver_made_get_nothing(here: World) -> None:
    mark = len(here.ana.messages)
    eve, mal = await forged(here)
    # The control: the bot believed that they are there, and told everybody who is.
    named = await here.ana.hear("are new here", since=mark, of=here.steward.user)
    assert named.encrypted
    assert eve.user in named.body
    assert mal.user in named.body
    asked = await here.ana.hear("shows somebody with new power", since=mark, of=here.steward.user)
    assert f"!confirm {mal.user}" in asked.body
    status = await here.ask(here.ana, "!status", "fingerprint")
    assert "Shown as a keeper of the data since" in status.body
    assert f"not confirmed: {eve.user}. A keeper types !confirm {eve.user}" in status.body
    assert "Confirmed here: 1 lead, among them 1 keeper of the data" in status.body

    for who, other in ((eve, mal), (mal, eve)):
        direct = await here.open_direct(who)
        for typed in (
            "!export csv why=mailing",
            "!export approve 1",
            f"!confirm {other.user}",
            f"!confirm {who.user}",
            "!turf team",
            "!audit",
            f"!offboard {here.ana.user}",
            "!disputes",
        ):
            await here.ask(who, typed, "The room shows you as one of them", where=direct)
        said = await here.ask(who, "!contact show M-1", "M-1", where=direct)
        assert "not one of your people" in said.body
        assert not any("supports" in body for body in here.said(who))
    await gone(here, eve, mal)


async def test_members_who_are_shown_only_in_strict_committees_learn_nothing(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = '\n[authority]\nnewcomers = "confirmed"\n'
    directory = tmp_path_factory.mktemp("strict") / "b"
    async with world(homeserver, directory, settings=settings) as here:
        await at_work(here)
        eve, _mal = await forged(here)
        direct = await here.open_direct(eve)
        for typed in ("!contact find sam", "!contact show M-1", '!contact add "Sam Okafor"'):
            said = await here.ask(eve, typed, "a lead must tell me that you belong", where=direct)
            assert "Sam" not in said.body
        # The control: somebody whom a lead lets in.
        cleo = await here.member("cleo")
        theirs, ana = await here.open_direct(cleo), await here.open_direct(here.ana)
        await here.ask(cleo, "!contact find sam", "you belong here", where=theirs)
        await here.ask(here.ana, f"!confirm {cleo.user}", "From now on I answer", where=ana)
        await here.ask(cleo, "!contact find sam", "M-1", where=theirs)


async def test_nothing_about_people_until_the_room_has_been_told(here: World) -> None:
    """Queued is not told: the homeserver keeps the message about a newcomer from going out."""
    dora = await here.person("dora")
    path = f"/rooms/{here.room}/send/"
    withheld: list[str] = []

    def instead(method: str, asked: str) -> tuple[int, JsonObject] | None:
        if method == "PUT" and path in unquote(asked) and "/new-" in asked:
            withheld.append(asked)
            return 503, {"errcode": "M_UNKNOWN", "error": "later"}
        return None

    here.proxy.instead = instead
    try:
        await here.ana.api.invite(here.room, dora.user)
        await dora.settled(here.room, here.steward.user, here.ana.user)
        direct = await here.open_direct(dora)
        for typed in ("!contact list", "!contact find sam", '!contact add "Sam Okafor"'):
            said = await here.ask(dora, typed, "One moment: you are new here", where=direct)
            assert "Sam" not in said.body
        await here.ask(dora, "!tz Madrid", "Madrid", where=direct)
        assert withheld
        mark = len(here.ana.messages)
    finally:
        here.proxy.instead = None
    # The control: once it is out they are answered.
    await here.ana.hear(f"{dora.user} is new here", since=mark, of=here.steward.user)
    async with asyncio.timeout(20):
        while True:
            said = await here.ask(dora, "!contact find sam", where=direct)
            if "M-1" in said.body:
                break
            assert "A moment" in said.body


async def test_somebody_made_a_lead_counts_once_another_confirms_it(here: World) -> None:
    cleo = await here.member("cleo")
    ana = await here.open_direct(here.ana)
    mark = len(here.ana.messages)
    await here.ana.api.set_power(here.room, cleo.user, 50)
    told = await here.ana.hear("shows somebody with new power", since=mark, of=here.steward.user)
    assert told.room != here.room
    assert f"a lead: !confirm {cleo.user}" in told.body
    await here.ask(cleo, "!identity", "The room shows you as one of them")
    await here.steward.restart()
    await here.ask(cleo, "!identity", "The room shows you as one of them")
    await here.ask(here.ana, f"!confirm {cleo.user}", "counts as a lead", where=ana)
    await here.ben.hear(f"{cleo.user} counts as a lead from now on", of=here.steward.user)
    await here.ask(cleo, "!identity", "Nobody has a changed identity")
    # Power that is taken ends at once, and given back it has to be confirmed again.
    await here.ana.api.set_power(here.room, cleo.user, 0)
    await here.seen()
    await here.ask(cleo, "!identity", "for leads; ask one of them")
    await here.ana.api.set_power(here.room, cleo.user, 50)
    await here.seen()
    await here.ask(cleo, "!identity", "The room shows you as one of them")
    await here.ana.api.set_power(here.room, cleo.user, 0)


async def test_an_expelled_organizer_who_comes_back_is_still_expelled(here: World) -> None:
    cleo = await here.member("cleo")
    ana, direct = await here.open_direct(here.ana), await here.open_direct(cleo)
    await here.ask(here.ana, f"!offboard {cleo.user}", "no longer in the committee", where=ana)
    await cleo.api.leave(here.room)
    await here.seen()
    mark = len(here.ben.messages)
    await here.ana.api.invite(here.room, cleo.user)
    await cleo.settled(here.room, here.steward.user, here.ana.user)
    await here.ben.hear(f"{cleo.user} is here again. Their part has ended", since=mark)
    await here.ask(cleo, "!contact list", "Your part in Payments has ended", where=direct)
    await here.ask(here.ana, f"!readmit {cleo.user}", "is back", where=ana)
    await here.ask(cleo, "!contact list", "Nobody yet", where=direct)


async def test_the_leads_whom_the_operator_names_are_the_only_ones(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("named") / "b"
    async with world(homeserver, directory, settings='\nleads = ["{ben}"]\n') as here:
        await here.ask(here.ben, "!identity", "Nobody has a changed identity")
        await here.ask(here.ana, "!identity", "for leads; ask one of them")
        await forged(here)
        status = await here.ask(here.ana, "!status", "fingerprint")
        assert "Confirmed here: 1 lead, among them 0 keepers of the data" in status.body
        assert "not confirmed" not in status.body


async def test_a_committee_of_an_earlier_version_is_taken_over_as_that_saw_it(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the homeserver shows at the first start of this version makes nobody a founder."""
    async with world(homeserver, tmp_path_factory.mktemp("earlier") / "b") as here:
        await at_work(here)
        ana, eve = await here.open_direct(here.ana), await here.person("eve")
        await here.steward.stop()
        await forget_who_counts(here.steward.data)
        mark = len(here.ana.messages)
        async with here.hostile() as server:
            server.state = [
                (here.room, joins(eve.user)),
                (here.room, power(here, **{eve.user: 100})),
            ]
            await here.steward.start()
        told = await here.ana.hear("Those who had power until now keep it", since=mark, where=ana)
        assert f"Leads and keepers of the data: {here.ana.user.partition(':')[0]}" in told.body
        assert eve.user.partition(":")[0] not in told.body
        await here.ana.hear(f"{eve.user} is new here", since=mark, of=here.steward.user)
        direct = await here.open_direct(eve)
        await here.ask(eve, "!audit", "!audit is for leads", where=direct)
        await here.ask(here.ana, "!audit", "Nobody looked", where=ana)
        await here.steward.restart()
        await here.seen()
        assert sum("keep it" in body for body in here.said(here.ana, mark)) == 1


async def forget_who_counts(data: Path) -> None:
    """The data directory as a version leaves it that wrote nothing of this down."""
    directory = DataDirectory(data)
    key = keyring.unlock(directory.keyslots, PASSPHRASE).derive(Purpose.APP_DATABASE)
    database = await Database.open(directory.app_database, key)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM standings")
        await tx.execute("DELETE FROM foundings")
    await database.close()
