"""What counts tell of fewer than five people, and what depends on a word that whoever asks may say."""

from datetime import UTC, datetime

import pytest

from commands.framework.context import Role
from storage.core.model import UserId
from storage.core.rows import millis
from tests.chat.conversation import Chat
from tests.chat.test_structure_tests import PEOPLE, PETITION


@pytest.fixture
async def unit(chat: Chat) -> Chat:
    """Twelve people in three areas: odd handles are Ana's, even ones Ben's."""
    for number, (name, area) in enumerate(PEOPLE):
        who = ("@ana", "@ben")[number % 2]
        await chat.dm(who, f'!contact add "{name}" area={area} shift=day --yes')
    chat.later(hours=1)
    return chat


# -- the review list ---------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["did", "no"])
async def test_a_group_of_one_is_told_to_leads_alone(unit: Chat, mark: str) -> None:
    """Ana says that her own person leads where one other works, who is Ben's."""
    await unit.dm("@ana", "!contact move M-1 area=Ops")
    await unit.dm("@ana", "!contact role M-1 leader")
    await unit.dm("@lea", PETITION)
    await unit.dm("@ben", f"!test mark petition {mark} M-12")
    await unit.sure("@lea", "!test close petition")
    led = await unit.dm("@lea", "!test review")
    assert led.says("M-1 Sam Okafor (@ana): natural leader")
    number = led.text.partition(" · M-1 ")[0].rpartition("\n")[2].strip("• ")
    assert (await unit.dm("@ana", "!test review")).says("nothing is left")
    for answer in ("yes", "no"):
        said = await unit.dm("@ana", f"!test review petition {number} {answer}")
        assert said.says("Nothing with that number waits for you")
    assert (await unit.dm("@lea", f"!test review petition {number} no")).says("M-1 Sam Okafor")


async def test_control_a_group_of_ones_own_is_told(unit: Chat) -> None:
    await unit.dm("@ana", "!contact move M-1 area=Ops")
    await unit.dm("@ana", "!contact role M-1 leader")
    await unit.dm("@lea", "!turf assign @ana M-12 --transfer")
    await unit.dm("@lea", PETITION)
    await unit.sure("@lea", "!test close petition")
    assert (await unit.dm("@ana", "!test review")).says("the group did not follow (0/1 = 0.0 %)")


# -- who went to another -----------------------------------------------------------------------


async def test_what_became_of_whoever_went_to_another_is_not_told(unit: Chat) -> None:
    await unit.dm("@ana", "!assess M-1 2 said")
    await unit.dm("@ana", "!assess M-3 3 said")
    await unit.dm("@lea", PETITION)
    await unit.dm("@lea", "!turf assign @ben M-1 --transfer")
    before = (await unit.dm("@ana", "!test calibrate petition")).text
    await unit.dm("@ben", "!test mark petition did M-1")
    assert (await unit.dm("@ana", "!test calibrate petition")).text == before
    # Control: her own, and everybody's for a lead.
    await unit.dm("@ana", "!test mark petition did M-3")
    assert (await unit.dm("@ana", "!test calibrate petition")).says("3 undecided: 1/1")
    assert (await unit.dm("@lea", "!test calibrate petition")).says("2 supports: 1/1")
    await unit.sure("@lea", "!test close petition")
    said = await unit.dm("@ana", "!test calibrate petition")
    assert said.says("3 undecided: 1/1")
    assert "2 supports" not in said.text


# -- plans and comparisons ---------------------------------------------------------------------


@pytest.fixture
async def small(unit: Chat) -> Chat:
    """A test of the one person in Ops, Ben's, has closed; one of everybody is open."""
    await unit.dm("@lea", '!test open cards "Cards" area=Ops goal=50% --yes')
    await unit.dm("@ben", "!test mark cards did M-12")
    await unit.sure("@lea", "!test close cards")
    unit.later(days=1)
    await unit.dm("@lea", PETITION)
    return unit


async def test_a_plan_for_a_few_is_for_leads(small: Chat) -> None:
    for line in ("!test plan cards", "!test plan cards commitment=50% follow=50%"):
        said = await small.dm("@ana", line)
        assert said.says("Fewer than five people are in it")
    assert (await small.dm("@lea", "!test plan cards commitment=50% follow=50%")).says(
        "50 % of 1 is 1. 1 did it so far."
    )


async def test_rates_of_a_few_are_for_leads(small: Chat) -> None:
    assert (await small.dm("@ana", "!test plan petition")).says("No test says yet")
    assert (await small.dm("@lea", "!test plan petition")).says("Rates as in Cards: 100.0 %")


async def test_rates_of_five_and_more_are_for_everybody(unit: Chat) -> None:
    await unit.dm("@lea", '!test open cards "Cards" goal=50% --yes')
    await unit.dm("@lea", "!test mark cards did M-1 M-2 M-3 M-4 M-5")
    await unit.sure("@lea", "!test close cards")
    unit.later(days=1)
    await unit.dm("@lea", PETITION)
    assert (await unit.dm("@ana", "!test plan petition")).says("Rates as in Cards: 100.0 %")


@pytest.mark.parametrize(("again", "told"), [("M-1 M-2 M-3 M-4 M-5 M-6", False),
                                             ("M-1 M-2 M-3 M-4 M-5", True)])  # fmt: skip
async def test_who_stays_is_told_of_five_and_more(unit: Chat, again: str, *, told: bool) -> None:
    for name, people in (("cards", "M-1 M-2 M-3 M-4 M-5"), ("petition", again)):
        await unit.dm("@lea", f"!test open {name} --yes")
        await unit.dm("@lea", f"!test mark {name} did {people}")
        await unit.sure("@lea", f"!test close {name}")
        unit.later(days=7)
    for said in (await unit.room("@ana", "!test compare"), await unit.dm("@ana", "!test compare")):
        assert ("Took part in all 2: 5" in said.text) is told
    assert (await unit.dm("@lea", "!test compare")).says("Took part in all 2: 5")


# -- a day is the committee's ------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Madrid", "Honolulu"])
async def test_standing_in_ends_on_the_committees_day_wherever_one_says_to_be(
    unit: Chat, zone: str
) -> None:
    await unit.dm("@ben", "!1on1 log M-2 reached next=tue")
    await unit.dm("@ben", "!away until=2026-11-24 cover=@ana")
    await unit.dm("@ana", f"!tz {zone}")
    unit.be(datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    assert (await unit.dm("@ana", "!contact show M-2")).says("M-2 Alex Kim", "Assigned to @ben")
    assert (await unit.dm("@ana", "!due")).says("Alex Kim")
    unit.be(datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    assert (await unit.dm("@ana", "!contact show M-2")).says("M-2 is not one of your people")
    assert "Alex Kim" not in (await unit.dm("@ana", "!due")).text
    assert (await unit.dm("@ana", "!done 1 signed")).says("You have no open follow-up 1")
    assert "M-2" not in (await unit.dm("@ana", "!digest")).text


# -- ratings -----------------------------------------------------------------------------------


async def rating(chat: Chat, handle: str) -> object:
    async with chat.database.transaction() as tx:
        number = int(handle.removeprefix("M-"))
        return await tx.value("SELECT rating FROM contacts WHERE number = ?", (number,))


async def test_nobody_clears_what_another_said_of_people_of_others(unit: Chat) -> None:
    await unit.dm("@ben", "!assess M-2 2 did")
    await unit.dm("@lea", "!turf assign @kim M-2 --transfer")
    await unit.dm("@ana", "!assess M-2 0")
    assert (await unit.dm("@lea", "!contact show M-2")).says("2 supports")
    assert await rating(unit, "M-2") == 2
    # What she said herself she takes back.
    await unit.dm("@ana", "!assess M-2 5 heard")
    await unit.dm("@ana", "!assess M-2 0")
    assert await rating(unit, "M-2") == 2
    # Control: whose they are clears for everybody.
    await unit.dm("@kim", "!assess M-2 0")
    assert await rating(unit, "M-2") is None
    assert (await unit.dm("@lea", "!contact show M-2")).says("Not assessed")


async def looked(chat: Chat, viewer: str) -> set[str]:
    """Whom somebody is on record for having looked at within the hour."""
    async with chat.database.transaction() as tx:
        rows = await tx.all(
            "SELECT c.number FROM views AS v JOIN contacts AS c ON c.id = v.contact "
            "WHERE v.viewer = ? AND v.at > ?",
            (UserId(f"{viewer}:example.org"), millis(chat.now) - 3_600_000),
        )
    return {f"M-{row['number']}" for row in rows}


async def test_ratings_by_area_of_a_few_are_a_look_at_them(unit: Chat) -> None:
    await unit.dm("@ben", "!assess M-12 4 said")
    unit.later(hours=2)
    said = await unit.dm("@lea", "!report coverage")
    assert said.says("Ops (1): talked 0 (0 %) · 4s 1")
    # Control: those in areas of five and more are not pointed at.
    assert await looked(unit, "@lea") == {"M-12"}
    unit.later(hours=2)
    assert (await unit.dm("@lea", "!report coverage area=Ops")).says("4s 1")
    assert await looked(unit, "@lea") == {"M-12"}
    unit.later(hours=2)
    await unit.dm("@lea", "!report coverage area=Payments")
    assert not await looked(unit, "@lea")


async def test_whom_a_lead_takes_into_their_own_care_is_on_record(unit: Chat) -> None:
    await unit.dm("@ben", '!turf release M-2 why="moved"')
    unit.later(hours=2)
    await unit.dm("@lea", "!turf assign @lea M-2")
    assert await looked(unit, "@lea") == {"M-2"}
    unit.later(hours=2)
    await unit.sure("@lea", "!turf move @ana @lea")
    assert await looked(unit, "@lea") == {f"M-{n}" for n in range(1, 13, 2)}
    # Control: people given to somebody else were not looked at, beyond those who are named.
    unit.later(hours=2)
    await unit.sure("@lea", "!turf move @ben @kim")
    assert not await looked(unit, "@lea")
    assert not await looked(unit, "@kim")


# -- what is another's to change ---------------------------------------------------------------


async def test_a_count_that_another_entered_stays(unit: Chat) -> None:
    await unit.dm("@lea", '!test open mockvote "Vote" --countonly --yes')
    await unit.dm("@ana", "!test count vote Payments 5")
    said = await unit.dm("@ben", "!test count vote Payments 0")
    assert said.says("Somebody else has counted Payments already")
    assert (await unit.room("@ana", "!test status")).says("5/12")
    assert (await unit.dm("@ana", "!test count vote Payments 4")).says("4/12")
    assert (await unit.dm("@lea", "!test count vote Payments 6")).says("6/12")
    # What was taken back stands in nobody's way.
    await unit.dm("@ana", "!test count vote Ops 3")
    await unit.dm("@ana", "!undo")
    assert (await unit.dm("@ben", "!test count vote Ops 2")).says("8/12")


HERS = "https://meet.example.org/hers"
THEIRS = "https://meet.example.org/theirs"


async def test_the_way_in_is_not_changed_by_anybody(chat: Chat) -> None:
    await chat.room("@ana", "!meet new Planning | fri 19:00")
    await chat.room("@ana", "!ok")
    # Whoever has it first may leave it, if nobody has.
    await chat.dm("@ben", f"!meet link #1 {HERS}")
    await chat.dm("@ana", f"!meet link #1 {HERS}")
    said = await chat.dm("@ben", f"!meet link #1 {THEIRS}")
    assert said.says("#1 has a link already")
    assert said.retracted
    assert "theirs" not in said.text
    chat.be(datetime(2026, 11, 27, 17, 55, tzinfo=UTC))
    said = await chat.dm("@ben", f"!meet link #1 {THEIRS}")
    assert said.says("#1 has a link already")
    assert "theirs" not in said.text
    for who in ("@ana", "@lea"):
        assert "theirs" in (await chat.dm(who, f"!meet link #1 {THEIRS}")).in_room
        await chat.dm(who, f"!meet link #1 {HERS}")


async def test_times_of_a_series_are_not_skipped_without_end(chat: Chat) -> None:
    await chat.room("@ana", "!meet every Daily | day 19:00 | 15m")
    await chat.room("@ana", "!ok")
    skipped = 0
    for day in range(1, 13):
        said = await chat.dm("@ben", f"!meet skip #1 2026-12-{day:02}")
        skipped += "skipped" in said.text
    assert skipped == 8
    assert (await chat.dm("@lea", "!second 1")).says("@ben")
    assert "skipped" in (await chat.dm("@ben", "!meet skip #1 2026-12-12")).text


# -- leads -------------------------------------------------------------------------------------


async def test_turf_is_not_taken_in_small_pieces(chat: Chat) -> None:
    """Ten at a time is what a lead does alone; ten at a time all day is much."""
    async with chat.database.transaction() as tx:
        assert not await tx.value("SELECT COUNT(*) FROM spent")
    for number in range(1, 101):
        await chat.dm(
            "@ben" if number % 2 else "@kim", f"!contact add 'Person Nr{number}' area=Ops --yes"
        )
    said = []
    for start in range(1, 101, 10):
        chat.later(minutes=1)
        handles = " ".join(f"M-{n}" for n in range(start, start + 10))
        said.append(await chat.dm("@lea", f"!turf assign @ana {handles} --transfer"))
    assert sum("has 10 people" in each.text for each in said) == 6
    assert said[-1].says(
        "you moved many people at once, 5 times within an hour. To do more you need a second lead"
    )
    # What nobody had is given to as many as one likes.
    await chat.dm("@ana", '!turf release M-1 why="moved"')
    assert (await chat.dm("@lea", "!turf assign @ben M-1")).says("@ben has M-1")
    await chat.dm("@kim", "!second 1")
    handles = " ".join(f"M-{n}" for n in range(91, 101))
    assert (await chat.dm("@lea", f"!turf assign @ana {handles} --transfer")).says("10 people")


async def test_what_a_keeper_ended_no_lead_takes_back(chat: Chat) -> None:
    chat.join("@lou")
    chat.roles["@lou"] = Role.LEAD
    await chat.dm("@kim", "!offboard @lou")
    asked = '!undo of=@kim why="she is one of us"'
    for text in (asked, f"{asked} --yes"):
        assert (await chat.dm("@lea", text)).says("A keeper of the data can undo that")
    assert (await chat.dm("@lou", "!contact list")).says("has ended")
    # Control: the keeper takes it back, and another keeper would.
    assert (await chat.dm("@kim", "!undo")).says("Undone")
    assert "has ended" not in (await chat.dm("@lou", "!contact list")).text


async def test_nobody_is_put_beside_everybody_in_small_pieces(chat: Chat) -> None:
    for number in range(1, 81):
        await chat.dm("@ben", f"!contact add 'Person Nr{number}' area=Ops --yes")
    beside = 0
    for start in range(1, 81, 10):
        handles = " ".join(f"M-{n}" for n in range(start, start + 10))
        said = await chat.dm("@lea", f"!turf assign @ana {handles} --backup")
        beside += 10 * ("is a backup for" in said.here)
    assert beside == 60


# -- what is kept about one's own --------------------------------------------------------------


async def test_what_is_kept_about_ones_own_tells_of_nobody_else(unit: Chat) -> None:
    """Whoever calls one of their own like somebody of another's sees no pair of the two."""
    await unit.dm("@ana", '!contact alias M-1 "Alex Kim"')
    assert (await unit.dm("@lea", "!dupes")).says("M-1", "M-2")
    await unit.dm("@lea", PETITION)
    await unit.dm("@lea", "!test mark petition did\nAlex Kim\nAlex Kimm")
    said = await unit.dm("@ana", "!subject M-1")
    assert said.says("Everything I keep about M-1", "Alex Kim", "Only leads see more")
    for words in ("M-2", "Kimm", "namesakes", "signature lists"):
        assert words not in said.text
    # Control: all of it is there for a lead.
    assert (await unit.dm("@lea", "!subject M-1")).says("M-1 · M-2 · still open", "Alex Kimm")


async def test_what_a_leaders_group_did_is_not_kept_about_the_leader_for_all(unit: Chat) -> None:
    await unit.dm("@ana", "!contact move M-1 area=Ops")
    await unit.dm("@ana", "!contact role M-1 leader")
    await unit.dm("@lea", PETITION)
    await unit.dm("@lea", "!test mark petition did M-12 M-3")
    await unit.sure("@lea", "!test close petition")
    assert "followed" not in (await unit.dm("@ana", "!subject M-1")).text
    assert (await unit.dm("@ana", "!subject M-3")).says("did more than was expected")
    assert (await unit.dm("@lea", "!subject M-1")).says("T-1 · RTO petition · the group followed")


# -- support ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("of_ben", "told"), [(1, False), (4, False), (5, True)])
async def test_four_of_ones_own_do_not_make_a_fifth_readable(
    unit: Chat, of_ben: int, *, told: bool
) -> None:
    for number in range(1, 13):
        await unit.dm("@lea", f"!assess M-{number} 3 said")
    first = (await unit.room("@ana", "!report coverage")).text
    assert "Support (1s and 2s): 0/12" in first
    for number in (1, 3, 5, 7):
        await unit.dm("@ana", f"!assess M-{number} 1 said")
    for number in range(2, 2 + 2 * of_ben, 2):
        await unit.dm("@ben", f"!assess M-{number} 1 said")
    unit.later(days=7)
    said = await unit.room("@ana", "!report coverage")
    # Of Ben's alone too few have changed, to Ana; and of Ana's four, to Ben.
    assert "0/12" in said.text
    await unit.dm("@ana", "!assess M-9 1 said")
    unit.later(days=7)
    said = await unit.room("@ana", "!report coverage")
    assert (f"{5 + of_ben}/12" in said.text) is told
