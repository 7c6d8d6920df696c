"""How far the homeserver's administrator gets, and a keeper whose part has ended, on a real homeserver."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.inside import server
from tests.inside.conftest import Reach
from tests.inside.insider import invented
from tests.inside.server import Records
from tests.support.polling import in_memory
from tests.support.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = invented(9, random.Random("homeserver"))
SETTINGS = """
[polls]
k = 3
joined_hours = 24
keys_dir = "{keys}"
"""


@pytest.fixture(scope="module")
def keys() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory, keys: Path
) -> AsyncIterator[World]:
    settings = SETTINGS.replace("{keys}", str(keys))
    async with world(homeserver, tmp_path_factory.mktemp("i") / "b", settings=settings) as made:
        await made.ana.api.set_power(made.room, made.ben.user, 50)
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def records(here: World) -> Records:
    return await server.kept(here, NAMES[:8], 4)


@dataclass(frozen=True, slots=True)
class Got:
    """What somebody was told, and the files they were sent."""

    told: tuple[str, ...]
    files: tuple[str, ...]
    untold: tuple[str, ...] = ()
    """Of what they were told, what came before the room had heard of them."""

    def ratings(self, records: Records) -> int:
        shown = sum("supports" in each for each in self.told)
        return max(shown, server.ratings_in(self.files, records.rated))


# -- accounts and roles that only the bot is shown --------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def to_ana(here: World, records: Records) -> Got:
    """The control: what Ana herself is told, who is a member and a keeper."""
    bot, mark = here.steward.user, len(here.ana.messages)
    for text in ("!contact list", "!contact show M-1"):
        await here.ana.ask(records.direct, text, NAMES[0], of=bot)
    return Got(tuple(server.heard(here.ana, bot, mark)), ())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def forged(here: World, records: Records) -> Got:
    """What two accounts get that the homeserver made keepers."""
    del records
    puppets = [await here.person(name, listed=False) for name in ("eve", "mal")]
    await server.make_keepers(here, puppets)
    await server.ask_as_keepers(here, puppets)
    bot = here.steward.user
    told = [body for each in puppets for body in server.heard(each, bot)]
    files = [text for each in puppets for text in await server.files_of(each, bot)]
    untold = [body for each in puppets for body in server.before_the_room_knew(here, each)]
    return Got(tuple(told), tuple(files), tuple(untold))


async def test_control_ana_is_told(to_ana: Got, records: Records, control: Reach) -> None:
    control("forged names", len(records.read_in(to_ana.told)))
    control("forged ratings", to_ana.ratings(records))


async def test_names_for_forged_keepers(forged: Got, records: Records, now: Reach) -> None:
    now("forged names", len(records.read_in([*forged.untold, *forged.files])))


async def test_look_ups_for_forged_members(forged: Got, records: Records, now: Reach) -> None:
    now("forged look-ups", len(records.read_in([*forged.told, *forged.files])))


async def test_ratings_for_forged_keepers(forged: Got, records: Records, now: Reach) -> None:
    now("forged ratings", forged.ratings(records))


# -- removals that the bot is not told of ------------------------------------------------------------


async def _find_all(here: World, who: Organizer, room: str, records: Records) -> int:
    mark = len(who.messages)
    for name in records.names:
        await server.try_asking(who, room, f"!contact find {name.split()[1]}", here.steward.user)
    return len(records.read_in(server.heard(who, here.steward.user, mark)))


@pytest.mark.parametrize("key", ["hidden", "hidden offboard"])
async def test_a_removal_that_is_kept_back(
    here: World, records: Records, key: str, now: Reach
) -> None:
    bot, carl = here.steward.user, await here.member("carl")
    room = await carl.direct(bot)
    await carl.settled(room, bot)
    with server.hiding(here, carl.user):
        await here.ana.api.remove(here.room, carl.user)
        if key == "hidden offboard":
            said = f"!offboard {carl.user}"
            await here.ana.ask(records.direct, said, "no longer", of=bot, where=records.direct)
        found = await _find_all(here, carl, room, records)
    now(key, found)


async def test_questions_that_are_delivered_late(here: World, records: Records, now: Reach) -> None:
    bot, carl = here.steward.user, await here.member("carl")
    room = await carl.direct(bot)
    await carl.settled(room, bot)
    mark = len(carl.messages)
    await server.deliver_late(here, carl, room)
    now("late", len(records.read_in(server.heard(carl, bot, mark))))


# -- accounts that a lead brought in ------------------------------------------------------------------


async def test_two_accounts_that_a_lead_made_keepers(
    here: World, records: Records, now: Reach
) -> None:
    bot = here.steward.user
    puppets = [await here.member(name) for name in ("rex", "sid")]
    await server.make_real_keepers(here, puppets, records.direct)
    await server.ask_as_keepers(here, puppets)
    files = [text for each in puppets for text in await server.files_of(each, bot)]
    now("own keepers", server.ratings_in(files, records.rated))


# -- joins that are dated back ------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newcomers(here: World) -> list[Organizer]:
    return [await here.member(name) for name in ("pia", "quy")]


async def test_joins_that_are_dated_back(
    here: World, newcomers: list[Organizer], now: Reach
) -> None:
    here.proxy.rewrite = server.dated_back
    try:
        found = await server.seats(here, newcomers)
    finally:
        here.proxy.rewrite = None
    now("backdated", found)


async def test_control_whoever_is_there_has_a_seat(
    here: World, newcomers: list[Organizer], control: Reach
) -> None:
    """The guard taken out: this bot asks nobody to have been there for a day."""
    config = here.steward.config
    config.write_text(config.read_text().replace("joined_hours = 24", "joined_hours = 0"))
    await here.steward.restart()
    control("backdated", await server.seats(here, newcomers))


# -- a keeper whose part has ended; last, because Ana leaves ------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def approved(here: World, records: Records) -> Got:
    """The control: what Ana gets who stays."""
    return Got((), tuple(await server.export_at_once(here, records)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def expelled(here: World, records: Records, approved: Got) -> Got:
    """What Ana gets who left before it could be sent."""
    del approved
    return Got((), tuple(await server.export_in_flight(here, records, NAMES[8])))


async def test_control_a_keeper_gets_the_copy(
    approved: Got, records: Records, control: Reach
) -> None:
    control("export", approved.ratings(records))
    control("own keepers", approved.ratings(records))
    control("export names", len(records.read_in(approved.files)))


async def test_ratings_after_the_part_has_ended(
    expelled: Got, records: Records, now: Reach
) -> None:
    now("export", expelled.ratings(records))


async def test_names_after_the_part_has_ended(
    here: World, expelled: Got, records: Records, now: Reach
) -> None:
    everybody = Records("", (*records.names, NAMES[8]), ())
    now("export names", len(everybody.read_in(expelled.files)))
