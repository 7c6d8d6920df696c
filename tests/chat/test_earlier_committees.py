"""A committee that an earlier commit's bot served goes on as if nothing had happened."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.keys.data_key import Purpose
from commands.framework.context import Role, RoomId
from commands.framework.withheld import WithheldLines
from commands.imports.work import ImportWork
from commands.roles.roll import Roll
from storage.core.database import Database
from storage.privacy.forgotten import Seal
from tests.chat.conversation import Chat
from tests.support.earlier import COMMITS, EarlierData

PAYMENTS = {
    "@ana": Role.KEEPER,
    "@lea": Role.LEAD,
    **dict.fromkeys(("@ben", "@chi", "@dee", "@eva", "@flo", "@gus", "@hal"), Role.ORGANIZER),
}
WAREHOUSE = {"@nia": Role.KEEPER, "@ben": Role.ORGANIZER, "@oli": Role.ORGANIZER}


class Committee(Chat):
    """A committee of the fixture, a minute after its bot had stopped."""

    def __init__(self, left: EarlierData, database: Database, room: str = "payments") -> None:
        super().__init__(database)
        self.left = left
        self._main = RoomId(left.numbers["rooms"][room])
        self.roles = dict(PAYMENTS if room == "payments" else WAREHOUSE)
        self._memberships = {who: [self._main] for who in self.roles}
        self._seal = Seal(left.key.derive(Purpose.FORGOTTEN))
        self._work = ImportWork(self._seal)
        self.be(left.made_at + timedelta(minutes=1))

    def provider(
        self, roll: Roll, withheld: WithheldLines | None = None
    ) -> Callable[[type], Awaitable[object]]:
        """What the bot gives commands, with the fixture's own key for the forgotten."""
        usual = super().provider(roll, withheld)

        async def provide(kind: type) -> object:
            return self._seal if kind is Seal else await usual(kind)

        return provide


@pytest.fixture(params=COMMITS)
async def chat(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Committee]:
    left = EarlierData.copied(str(request.param), tmp_path)
    database = await left.open()
    try:
        yield Committee(left, database)
    finally:
        await database.close()
    assert left.untouched()


ELSEWHERE = {
    "!poll list": "asked of the officer: tests/unit/test_earlier_data.py",
    "!test joint rally": "below",
}


def figures(text: str) -> list[str]:
    """Every number in an answer, in order: words may change from release to release.

    How the answer may be answered, and that there is something else to do, is new and no figure.
    """
    new = r", or just answer \d+ signed|You took on \d+ things? besides"
    said = re.sub(new, "", text.replace("UTF-8", ""))
    return re.findall(r"\d+(?:\.\d+)?", said)


async def told_again(chat: Committee, *people: str) -> None:
    """Ask everything that these people asked at the end of the week; the figures are those of then."""
    asked = [told for told in chat.left.numbers["told"] if f"@{told['who']}" in people]
    assert asked
    for told in asked:
        who, typed = f"@{told['who']}", told["typed"]
        if typed in ELSEWHERE:
            continue
        said = await chat.dm(who, typed)
        assert figures(said.text) == figures(told["answer"]), f"{typed}: {said.text}"


async def test_every_figure_is_as_the_old_bot_told_it(chat: Committee) -> None:
    """The last thing of the week came after them; taking it back works, and is all that goes."""
    undone = await chat.dm("@ben", "!undo")
    assert undone.says("Undone", "M-4 Bo Beck")
    await told_again(chat, *PAYMENTS)


async def test_control_what_is_lost_is_noticed(chat: Committee) -> None:
    await chat.dm("@ben", "!undo")
    async with chat.database.transaction() as tx:
        await tx.execute("DELETE FROM rsvps WHERE id = (SELECT MAX(id) FROM rsvps)")
        await tx.execute("DELETE FROM actions WHERE id = 1")
    with pytest.raises(AssertionError, match="!actions"):
        await told_again(chat, *PAYMENTS)


async def test_the_other_committee_is_there_as_well(chat: Committee) -> None:
    warehouse = Committee(chat.left, chat.database, "warehouse")
    await told_again(warehouse, "@nia")
    assert (await warehouse.dm("@oli", "!due")).says("M-3 Lou Petit")


async def test_a_joint_test_still_is_one(chat: Committee) -> None:
    """Of the other committee's marks a release after f159b98 tells no more than five at a time."""
    said, was = (await chat.dm("@ana", "!test joint rally")), chat.left.answer("!test joint rally")
    assert said.says(next(row for row in was.splitlines() if "Payments chapter" in row))
    assert said.says("Warehouse")


async def test_names_are_those_that_were_there(chat: Committee) -> None:
    await chat.dm("@ben", "!undo")
    said = await chat.dm("@ana", "!contact show M-1")
    # A rating and the organizer have other words by now.
    then = chat.left.answer("!contact show M-1").replace("4 against", "4 says no")
    then = then.replace("With @ben", "Assigned to @ben")
    assert said.text == then
    assert (await chat.dm("@ben", "!contact find samm")).says("M-1 Sammy")
    assert (await chat.dm("@ana", "!contact find ines")).says("M-5 Inés Ruiz")
    handles = re.findall(r"M-\d+", chat.left.answer("!contact list", "ana"))
    assert re.findall(r"M-\d+", (await chat.dm("@ana", "!contact list")).text) == handles


async def test_what_was_begun_is_gone_on_with(chat: Committee) -> None:
    assert (await chat.dm("@eva", "oncall")).says("What did you ask them to do?")
    assert (await chat.dm("@dee", "!ok")).says("Drinks #4")
    assert (await chat.dm("@lea", "!export approve 3")).says("Approved: @ana gets the file")
    assert (await chat.dm("@lea", "!test accept 2")).says("1 person marked from list 2")
    assert (await chat.dm("@lea", "!meet pick #3 1")).says("Picnic #3: Sat 5 Dec, 19:00")
    assert (await chat.dm("@ana", "!import check 3")).says("Import 3 checked", "1 bad")
    assert (await chat.dm("@ana", "!import commit 3")).says("Import 3 saved")
    assert (await chat.dm("@ben", '!done 2 "she comes"')).says("M-3 Mia Chen", "she comes")
    assert (await chat.dm("@ben", "!action done 1")).says("Done: print flyers")
    assert (await chat.dm("@lea", "!back @chi")).says("@chi is back")


async def test_what_was_promised_about_people_still_holds(chat: Committee) -> None:
    """The held are not deleted, the forgotten are not added, who was told apart is not asked about."""
    assert (await chat.dm("@lea", "!forget M-3")).says("M-3 is on hold (claim at the court)")
    again = await chat.dm("@ana", '!contact add "Vic Stone" area=Mobile')
    assert again.says("asked to be forgotten")
    assert (await chat.dm("@lea", "!unmerge M-16")).says("Apart again", "M-17 Robyn Diaz")
    assert "Uma" not in (await chat.dm("@lea", "!dupes")).text
    subject = await chat.dm("@ben", "!subject M-1")
    assert subject.says("works nights until spring", "brought two people", "they agreed")
    assert (await chat.dm("@gus", "!due")).says("part")


async def test_tests_are_closed_and_compared_with_those_that_were(chat: Committee) -> None:
    assert (await chat.dm("@ana", "!test mark rally did M-1")).says("3/15 = 20.0 %")
    assert (await chat.sure("@ana", "!test close rally")).says("is closed: 3/15 = 20.0 %")
    compared = await chat.dm("@ana", "!test compare")
    number, did, people, share = figures(chat.left.answer("!test status petition"))[:4]
    assert (number, did) == ("1", "7")
    assert compared.says(f"{did}/{people} = {share} %", "3/15 = 20.0 %")
    assert (await chat.dm("@lea", "!test amend petition did M-3 why=late")).says("8/15 = 53.3 %")


async def test_whoever_had_a_calendar_file_is_told_what_has_changed(chat: Committee) -> None:
    assert (await chat.dm("@ben", "!meet ics #2")).says("That file will not be encrypted")
    # It is remembered that Ben has one, and was sent those dates.
    assert (await chat.dm("@ben", "!ok")).says("Thu 3 Dec", "delete the old ones")
    moved = await chat.room("@ana", "!meet move #2 3 dec -> 3 dec 18:00")
    assert moved.says("18:00–19:30 Madrid")
    assert (await chat.room("@ana", "!ok")).says("moved", "ben: can you still come?")
