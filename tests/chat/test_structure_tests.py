"""Structure tests as conversations: user stories 13 and 28 to 36, and what hangs together with them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commands.framework.context import CommitteeId, RoomId
from commands.framework.reply import Audience
from storage.privacy.exports import Exports
from tests.chat.conversation import Chat
from tests.support.begun import copied, made

PEOPLE = (
    ("Sam Okafor", "Payments"), ("Alex Kim", "Payments"), ("Mia Chen", "Payments"),
    ("Bo Beck", "Payments"), ("Ines Ruiz", "Payments"), ("Tom Hale", "Payments"),
    ("Ravi Nair", "Search"), ("Lena Vogt", "Search"), ("Omar Said", "Search"),
    ("Eva Lund", "Search"), ("Kofi Mensah", "Search"), ("Ana Silva", "Ops"),
)  # fmt: skip
PETITION = '!test open petition "RTO petition" goal=60% public=51% --yes'


async def meet_people(chat: Chat) -> None:
    for number, (name, area) in enumerate(PEOPLE):
        who = ("@ana", "@ben")[number % 2]
        await chat.dm(who, f'!contact add "{name}" area={area} shift=day --yes')


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("met") / "steward.db", meet_people)


@pytest.fixture
async def unit(met: Path) -> AsyncIterator[Chat]:
    """Twelve people in three areas: odd handles are Ana's, even ones Ben's."""
    async with copied(met) as chat:
        chat.later(hours=1)
        yield chat


@pytest.fixture
async def petition(unit: Chat) -> Chat:
    await unit.dm("@lea", PETITION)
    return unit


# -- 27: what the numbers mean ----


async def test_the_scale_prints_what_ratings_mean(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!scale")).says("1 organizes", "moved", "5 works against us")


# -- 28: open ----------------------------------------------------------------------------------


async def test_the_denominator_is_shown_and_confirmed_before_a_test_is_open(unit: Chat) -> None:
    shown = await unit.dm(
        "@lea", '!test open petition "RTO petition" goal=60% public=51% closes=fri'
    )
    assert shown.says(
        "for 12 people as of today. Nothing is open yet.",
        "Payments 6, Search 5, Ops 1",
        "goal 60 % = 8 people · public from 51 % = 7 people · closes Fri 27 Nov",
        "Organize 51 %",
    )
    assert (await unit.room("@ana", "!test list")).says("no structure test yet")
    again = shown.text.rpartition("Right? ")[2].strip()
    assert again.endswith("--yes")
    assert (await unit.dm("@lea", again)).says("RTO petition is open: 12 people in it")
    assert (await unit.room("@ana", "!test list")).says("T-1 RTO petition, petition: 0/12 = 0.0 %")


async def test_a_test_can_be_about_one_area(unit: Chat) -> None:
    said = await unit.dm("@lea", "!test open meeting area=Search goal=50% --yes")
    assert said.says("Meeting is open: 5 people in it")
    assert (await unit.dm("@ana", "!test mark meeting did M-1 M-7")).says(
        "M-1 was not in the unit when the test opened. I noted it, but no figure counts it.",
        "Now 1/3 = 33.3 % of yours",
    )


async def test_only_leads_open_and_close(unit: Chat) -> None:
    assert (await unit.dm("@ana", PETITION)).says("!test open is for leads")
    await unit.dm("@lea", PETITION)
    assert (await unit.sure("@ana", "!test close")).says("!test close is for leads")


async def test_two_open_tests_of_one_name_are_refused_and_of_two_asked_about(
    petition: Chat,
) -> None:
    assert (await petition.dm("@lea", PETITION)).says("“RTO petition” is open already")
    await petition.dm("@lea", '!test open cards "Cards" --yes')
    asked = await petition.dm("@ana", "!test mark did M-1")
    assert asked.says("There is more than one. Say which with its number, like T-2")
    assert asked.lists("T-2 Cards", "T-1 RTO petition")
    assert (await petition.dm("@ana", "!test mark T-1 did M-1")).says("RTO petition: did M-1")


async def test_a_lead_changes_what_was_announced_and_takes_it_back(petition: Chat) -> None:
    said = await petition.dm("@lea", "!test change petition goal=75% closes=4d")
    assert said.says("RTO petition (T-1) now: goal 75 % · public from 51 % · closes Fri 27 Nov.")
    assert (await petition.room("@ana", "!test status")).says("goal 75 %: not reached, 9 to go")
    await petition.dm("@lea", "!undo")
    assert (await petition.room("@ana", "!test status")).says("goal 60 %: not reached, 8 to go")


async def test_a_test_just_opened_is_taken_back_until_something_counts(petition: Chat) -> None:
    await petition.dm("@ana", "!test mark did M-1")
    assert (await petition.dm("@lea", "!undo")).says("now part of a test's result")
    await petition.dm("@ana", "!undo")
    assert (await petition.dm("@lea", "!undo")).says("Undone: opening the test.")
    assert (await petition.room("@ana", "!test status")).says("There has been no structure test")


async def test_a_step_down_the_ladder_is_said(petition: Chat) -> None:
    await petition.sure("@lea", "!test close")
    said = await petition.dm("@lea", '!test open survey "What hurts" goal=70%')
    assert said.says("It asks no more of people than the last test, RTO petition.")
    said = await petition.dm("@lea", '!test open photoboard "Faces" goal=70%')
    assert "asks no more" not in said.text


# -- 29 and 30: mark ---------------------------------------------------------------------------


async def test_several_are_marked_at_once_and_the_unknown_ones_are_reported(
    petition: Chat,
) -> None:
    said = await petition.dm("@ana", "!test mark petition did M-1 M-99 Mia Chen, Zoe Quist")
    assert said.says(
        "RTO petition: did M-1 Sam Okafor, M-3 Mia Chen.",
        "Not saved: M-99: not one of your people; a lead marks others",
        "Not saved: “Zoe Quist”: not one of your people; a lead marks others",
        "Now 2/6 = 33.3 % of yours did it.",
    )
    said = await petition.dm("@lea", "!test mark petition did M-2 M-99 Zoe Quist")
    assert said.says(
        "Not saved: M-99: no such handle",
        "Not saved: “Zoe Quist”: nobody has that name",
        "Now 3/12 = 25.0 %, goal 60 %: not reached, 5 to go.",
    )


async def test_a_name_that_two_bear_is_never_guessed(petition: Chat) -> None:
    await petition.dm("@ana", '!contact add "Alex Kim" area=Search --yes')
    said = await petition.dm("@lea", "!test mark petition did Alex Kim")
    assert said.says("Nothing was saved.", "M-2 Alex Kim (Payments, day)", "M-13 Alex Kim (Search)")
    await petition.dm("@ana", '!contact add "Alex Kim" area=Ops --yes')
    said = await petition.dm("@ana", "!test mark petition did Alex Kim")
    assert said.says("Nothing was saved.", "M-13 Alex Kim (Search)", "M-14 Alex Kim (Ops)")
    assert "M-2" not in said.text


async def test_a_deed_stands_and_an_answer_replaces_an_answer(petition: Chat) -> None:
    await petition.dm("@ana", "!test mark petition yes M-1")
    await petition.dm("@ana", "!test mark petition no M-1")
    assert (await petition.dm("@lea", "!test names petition no")).says("M-1 Sam Okafor")
    await petition.dm("@ana", "!test mark petition did M-1")
    said = await petition.dm("@lea", "!test mark petition asked M-1 M-2")
    assert said.says("M-1 stays “did”, because that is further.")
    await petition.dm("@ana", "!test unmark petition M-1")
    assert (await petition.dm("@lea", "!test status petition")).says("0/12 = 0.0 %", "not asked 11")


async def test_marks_are_undone_like_everything_else(petition: Chat) -> None:
    await petition.dm("@ana", "!test mark petition did M-1 M-3 M-5")
    assert (await petition.dm("@ana", "!undo")).says("Undone: what you marked in the test.")
    assert (await petition.room("@ana", "!test status")).says("0/12 = 0.0 %")


SIGNED = """!test mark petition did
1. sam okafor
2. Kim, Alex
3. Mia Chenn
4. Sam Okafor
5. Zoe Quist
6. Ana Silva
"""


async def test_a_pasted_list_marks_nobody_before_somebody_says_so(petition: Chat) -> None:
    said = await petition.dm("@lea", SIGNED)
    assert said.says("List 1 for RTO petition: 6 names. Nobody is marked yet.")
    assert said.lists(
        "3 sure: the name of one person",
        "1 likely: almost the name of one person",
        "1 unknown: nobody by that name",
        "1 there twice: counted once",
    )
    assert (await petition.room("@ana", "!test status")).says("0/12 = 0.0 %")
    assert len(await petition.contacts()) == 12
    assert (await petition.dm("@lea", "!test sheet 1 likely")).says("“Mia Chenn” – M-3 Mia Chen")
    assert (await petition.dm("@lea", "!test accept 1")).says("3 people marked", "2 lines wait")
    assert (await petition.dm("@lea", "!test accept 1 --likely")).says("1 person marked")
    assert (await petition.dm("@lea", "!test sheet 1 unknown")).says("line 5: “Zoe Quist”")
    assert (await petition.dm("@lea", "!test decide 1 5 new")).says("A signature adds nobody.")
    assert (await petition.dm("@lea", "!test decide 1 5 skip")).says("Line 5 is left out.")
    assert (await petition.dm("@lea", "!test sheet")).says("No signature list waits.")
    assert (await petition.dm("@lea", "!test status")).says("4/12 = 33.3 %")


async def test_a_file_of_signatures_is_matched_by_number_and_name(petition: Chat) -> None:
    await petition.send("@lea", "staff.csv", "Name,Emp #,Team\nUma Roy,77,Ops\nJan Novak,78,Ops\n")
    await petition.dm("@lea", "!import check 1")
    await petition.dm("@lea", "!import commit 1")
    petition.later(hours=1)
    await petition.dm("@lea", '!test open cards "Cards" --yes')
    said = await petition.send(
        "@lea", "cards.csv", "Emp #,Name\n77,U. Roy\n78,Somebody Else\n,Sam Okafor\n",
        "!test mark cards did",
    )  # fmt: skip
    assert said.says("3 names", "2 sure", "1 unknown")
    plain = await petition.send(
        "@lea", "names.txt", "Sam Okafor\nUma Roy\n", "!test mark cards did"
    )
    assert plain.says("2 names", "2 sure")


async def test_more_than_thirty_names_are_for_leads(petition: Chat) -> None:
    many = "\n".join(f"Person Number{chr(97 + n)}" for n in range(26)) + "\nA B\nC D\nE F\nG H\nI J"
    assert (await petition.dm("@ana", f"!test mark petition did\n{many}")).says("is for leads")
    assert (await petition.dm("@lea", f"!test mark petition did\n{many}")).says("31 unknown")


async def test_a_list_is_its_authors_and_the_leads(petition: Chat) -> None:
    await petition.dm("@ana", SIGNED)
    assert (await petition.dm("@ben", "!test sheet 1")).says("No list 1 waits here.")
    assert (await petition.dm("@ana", "!test sheet 1")).says("List 1 for RTO petition: 3 names.")
    assert (await petition.dm("@lea", "!test sheet 1")).says("List 1 for RTO petition: 3 names.")
    # The lines that are nobody of hers are the leads'.
    assert (await petition.dm("@ana", "!test sheet 2")).says("No list 2 waits here.")
    assert (await petition.dm("@lea", "!test sheet 2")).says("3 names", "2 sure", "1 unknown")
    assert (await petition.sure("@lea", "!test drop 1")).says("Dropped list 1.")


# -- 31 and 32: status, gaps -------------------------------------------------------------------


async def test_the_room_reads_counts_in_rows_of_five_and_more(petition: Chat) -> None:
    await petition.dm("@lea", "!test mark petition asked M-1 M-2 M-3 M-4 M-7 M-8")
    await petition.dm("@lea", "!test mark petition yes M-1 M-2")
    await petition.dm("@lea", "!test mark petition did M-3 M-4 M-5 M-6 M-7")
    said = await petition.room("@ben", "!test status petition")
    # Two in Search and Ops were marked: too few to be told, in their row and in what is left of the whole.
    assert said.here.splitlines()[0] == (
        "RTO petition (T-1): 4/12 = 33.3 %, goal 60 %: not reached, 4 to go; not asked 6; "
        "said yes, not done 2; areas over half 1 of 2, small ones counted together"
    )
    assert said.lists(
        "Payments: 4/6 = 66.7 % · said yes, not done 2",
        "Search and 1 more: no figure yet",
    )
    await petition.sure("@lea", "!test close petition")
    said = await petition.room("@ben", "!test status petition")
    assert said.lists(
        "Payments: 4/6 = 66.7 % · said yes, not done 2",
        "Search and 1 more: 1/6 = 16.7 % · not asked 4",
    )


async def test_fewer_than_five_are_not_counted_to_the_room(unit: Chat) -> None:
    await unit.dm("@lea", "!test open petition area=Ops --yes")
    await unit.dm("@ben", "!test mark did M-12")
    assert (await unit.room("@ana", "!test status")).says("fewer than five people")
    assert (await unit.room("@ana", "!test list")).says("too few to count")
    assert (await unit.room("@ana", "!test chart")).says("Fewer than five")
    assert (await unit.dm("@lea", "!test status")).says("1/1 = 100.0 %")


async def test_leads_see_every_area_and_every_shift_apart(petition: Chat) -> None:
    await petition.dm("@ben", "!test mark petition did M-12")
    said = await petition.dm("@lea", "!test status petition")
    assert said.lists("Payments: 0/6 = 0.0 % · not asked 6", "Search: 0/5 = 0.0 % · not asked 5",
                      "Ops: 1/1 = 100.0 %")  # fmt: skip
    assert (await petition.dm("@lea", "!test status petition --byshift")).lists(
        "day: 1/12 = 8.3 % · not asked 11"
    )
    assert (await petition.dm("@ana", "!test status petition --byshift")).says("is for leads")


async def test_names_are_one_own_people_and_for_leads_everybody(petition: Chat) -> None:
    await petition.dm("@lea", "!test mark petition did M-1 M-2")
    own = await petition.dm("@ana", "!test names petition did")
    assert own.says("Payments: M-1 Sam Okafor")
    assert "Alex Kim" not in own.text
    assert (await petition.dm("@lea", "!test names petition did")).says("M-2 Alex Kim, M-1 Sam")
    assert (await petition.dm("@lea", "!audit M-1")).says("looked at M-1")
    typed_in_the_room = await petition.room("@lea", "!test names petition did")
    assert typed_in_the_room.retracted
    assert "Sam" not in typed_in_the_room.here
    assert "Sam" in typed_in_the_room.in_person


async def test_gaps_are_my_people_not_asked_and_those_who_said_yes(petition: Chat) -> None:
    await petition.dm("@ana", "!test mark petition asked M-1 M-3 M-5")
    await petition.dm("@ana", "!test mark petition yes M-3 M-5")
    await petition.dm("@ana", "!test mark petition did M-5")
    said = await petition.dm("@ana", "!test gaps petition")
    assert said.lists(
        "Not asked 3: M-11 Kofi Mensah, M-9 Omar Said, M-7 Ravi Nair",
        "Said yes, not done 1: M-3 Mia Chen",
    )
    assert said.says("Yours: 1/6 = 16.7 %.")
    assert (await petition.dm("@ana", "!test gaps petition --all")).says("for leads")
    assert (await petition.dm("@lea", "!test gaps petition --all")).says("Not asked 9")


async def test_who_left_is_no_gap_and_stays_in_the_figure(petition: Chat) -> None:
    await petition.dm("@ana", "!contact left M-1 today")
    assert "M-1 " not in (await petition.dm("@ana", "!test gaps petition")).text
    assert (await petition.room("@ana", "!test status")).says("0/12")


# -- 13: one person twice ----------------------------------------------------------------------


async def test_one_person_twice_counts_once_and_the_stronger_mark_stands(petition: Chat) -> None:
    await petition.dm("@ana", "!test mark petition did M-1")
    await petition.dm("@ben", "!test mark petition asked M-2")
    preview = await petition.dm("@lea", "!merge M-2 M-1")
    assert preview.says("RTO petition: “asked” and “did”: counts once, as “did”")
    await petition.sure("@lea", "!merge M-2 M-1")
    assert (await petition.dm("@lea", "!test status")).says("1/11 = 9.1 %", "not asked 10")
    await petition.dm("@lea", "!unmerge M-2")
    assert (await petition.dm("@lea", "!test status")).says("1/12 = 8.3 %", "not asked 10")


# -- 33 and 34: close, amend -------------------------------------------------------------------


async def closed(chat: Chat) -> None:
    """Three of the twelve signed: one rated 4, one not assessed, one a 1."""
    for handle, rating in (("M-1", 1), ("M-2", 2), ("M-3", 4)):
        await chat.dm("@lea", f"!assess {handle} {rating} said")
    await chat.dm("@lea", "!contact role M-6 leader")
    await chat.dm("@lea", "!contact role M-7 leader")
    await chat.dm("@lea", PETITION)
    await chat.dm("@lea", "!test mark petition asked M-1 M-2 M-3 M-4 M-7 M-8 M-9")
    await chat.dm("@lea", "!test mark petition did M-1 M-3 M-4 M-5 M-6")
    await chat.sure("@lea", "!test close petition")


async def test_closing_tells_the_room_counts_and_the_lead_what_to_look_at(unit: Chat) -> None:
    await closed(unit)
    said = await unit.dm("@lea", "!test review")
    assert said.says("RTO petition (T-1): 7 things do not fit what people did.")
    assert said.lists(
        "1 · M-2 Alex Kim (@ben): 2 supports, asked, did not act – rate 3?",
        "2 · M-3 Mia Chen (@ana): 4 says no, and did it – rate 2?",
        "3 · M-4 Bo Beck (@ben): not assessed, and did it – rate 2?",
        "4 · M-5 Ines Ruiz (@ana): not assessed, and did it – rate 2?",
        "5 · M-6 Tom Hale (@ben): not assessed, and did it – rate 2?",
        "6 · M-6 Tom Hale (@ben): natural leader, the group followed (4/5 = 80.0 %) – seen?",
        "7 · M-7 Ravi Nair (@ana): natural leader, the group did not follow (0/4 = 0.0 %)"
        " – end the role?",
    )
    # How far a group came says what three of Ana's did, to Ben who knows the other two.
    own = await unit.dm("@ben", "!test review")
    assert own.says("3 things do not fit what people did.")
    assert "Mia Chen" not in own.text


async def test_nothing_changes_without_a_yes(unit: Chat) -> None:
    await closed(unit)
    assert (await unit.dm("@ana", "!contact show M-3")).says("4 says no")
    await unit.dm("@lea", "!test review petition 2 no")
    assert (await unit.dm("@ana", "!contact show M-3")).says("4 says no")
    assert (await unit.dm("@lea", "!test review petition 2 yes")).says("Nothing with that number")
    said = await unit.dm("@ben", "!test review petition 3 yes")
    assert said.says("M-4 Bo Beck is rated 2 supports.")
    assert (await unit.dm("@ben", "!contact show M-4")).says("2 supports (did, “took part: RTO")
    assert (await unit.dm("@ben", "!test review petition 2 yes")).says("Nothing with that number")


async def test_a_review_taken_back_waits_again(unit: Chat) -> None:
    await closed(unit)
    await unit.dm("@ben", "!test review petition 1 yes")
    assert (await unit.dm("@ben", "!contact show M-2")).says("3 undecided")
    await unit.dm("@ben", "!undo")
    assert (await unit.dm("@ben", "!test review")).says("1 · M-2 Alex Kim")


async def test_a_leader_nobody_followed_may_lose_the_role(unit: Chat) -> None:
    await closed(unit)
    await unit.dm("@lea", "!test review petition 7 yes")
    assert "leader" not in (await unit.dm("@lea", "!contact show M-7")).text
    await unit.dm("@lea", "!test review petition 6 yes")
    assert (await unit.dm("@lea", "!contact show M-6")).says("natural leader")


async def test_another_organizers_rating_stays_current_and_that_is_said(unit: Chat) -> None:
    await unit.dm("@ana", "!assess M-1 1 said")
    await unit.dm("@lea", PETITION)
    await unit.dm("@ana", "!test mark petition asked M-1")
    await unit.sure("@lea", "!test close petition")
    said = await unit.dm("@lea", "!test review petition 1 yes")
    assert said.says("@ana's rating, 1 organizes, stays the current one")


async def test_a_late_signature_amends_and_the_original_stays(unit: Chat) -> None:
    await closed(unit)
    assert (await unit.dm("@ana", "!test mark petition did M-9")).says("is closed", "!test amend")
    assert (await unit.dm("@ana", "!test amend petition did M-9 why=x")).says("is for leads")
    assert (await unit.dm("@lea", "!test amend petition did M-9")).says("Add why=")
    said = await unit.dm("@lea", '!test amend petition did M-9 why="late signature"')
    assert said.says("M-9 Omar Said (Search, day) is “did” now.", "6/12 = 50.0 %, before 5/12")
    assert (await unit.room("@ana", "!test status")).says(
        "6/12 = 50.0 %", "then 5/12 = 41.7 %; amended once since"
    )
    assert (await unit.dm("@lea", "!undo")).says("now part of a test's result")
    assert (await unit.dm("@lea", "!audit")).says("amended test T-1 did: late signature")


async def test_who_came_later_cannot_be_amended_into_old_figures(unit: Chat) -> None:
    await closed(unit)
    await unit.dm("@ana", '!contact add "Uma Roy" area=Ops --yes')
    said = await unit.dm("@lea", "!test amend petition did M-13 why=x")
    assert said.says("was not in the unit when RTO petition opened")


# -- 35: announce ------------------------------------------------------------------------------


async def test_below_the_bar_nothing_is_announced_unless_a_lead_says_why(petition: Chat) -> None:
    await petition.dm("@lea", "!test mark petition did M-1 M-2 M-3 M-4 M-5 M-6")
    said = await petition.dm("@lea", "!test announce petition")
    assert said.says("RTO petition is at 6/12 = 50.0 %; the public bar is 51 %, 1 to go.")
    assert not said.body(Audience.ROOM)
    said = await petition.dm("@lea", '!test announce override="the boss did it for us"')
    assert said.body(Audience.ROOM).startswith(
        "RTO petition (T-1) goes public below the public bar of 51 %: 6/12 = 50.0 %."
    )
    assert "the boss did it" not in said.body(Audience.ROOM)
    assert (await petition.dm("@lea", "!audit")).says("below its public bar", "the boss did it")
    await petition.dm("@lea", "!test mark petition did M-7")
    said = await petition.dm("@lea", "!test announce petition")
    assert said.body(Audience.ROOM).startswith(
        "RTO petition (T-1) can go public: the public bar of 51 % is reached."
    )
    # One more is no figure that the room hears; for leads it is.
    assert "7/12" not in said.text
    assert (await petition.dm("@lea", "!test status")).says("7/12 = 58.3 %")


async def test_without_a_bar_set_beforehand_nothing_is_announced(unit: Chat) -> None:
    await unit.dm("@lea", "!test open petition goal=10% --yes")
    assert (await unit.dm("@lea", "!test announce")).says("has no public bar. Set one before")


# -- 36: counts without names ------------------------------------------------------------------


async def test_a_test_that_only_counts_knows_nobody(unit: Chat) -> None:
    await unit.dm("@lea", '!test open mockvote "Mock strike vote" goal=85% --countonly --yes')
    assert (await unit.dm("@ana", "!test mark mockvote did M-1")).says("keeps nobody's name")
    assert (await unit.dm("@ana", "!test names mockvote did")).says("nobody knows who")
    asked = await unit.dm("@ana", "!test count mockvote")
    assert asked.lists("Payments: 0/6 = 0.0 %", "Search with Ops: 0/6 = 0.0 %")
    assert (await unit.dm("@ana", "!test count mockvote Ops 9")).says("There are 6 in Search with")
    await unit.dm("@ana", "!test count mockvote Payments 5")
    assert (await unit.dm("@ben", "!test count Ops 4")).says("counted Search with Ops")
    said = await unit.room("@ana", "!test status")
    assert said.says("Mock strike vote (T-1): 9/12 = 75.0 %", "areas over half 2 of 2")
    async with unit.database.transaction() as tx:
        for table in ("test_people", "test_marks"):
            assert await tx.value(f"SELECT COUNT(*) FROM {table}") == 0
    await unit.dm("@ben", "!undo")
    assert (await unit.room("@ana", "!test status")).says("5/12 = 41.7 %", "counted 1 of 2")
    await unit.sure("@lea", "!test close")
    assert (await unit.dm("@ana", "!test count mockvote Ops 4")).says("is closed")


# -- across tests ------------------------------------------------------------------------------


async def two_tests(chat: Chat) -> None:
    await chat.dm("@lea", PETITION)
    await chat.dm("@lea", "!test mark petition did M-1 M-2 M-3 M-4 M-7")
    await chat.sure("@lea", "!test close petition")
    chat.later(days=7)
    await chat.dm("@lea", '!test open photoboard "Photo board" goal=60% --yes')
    await chat.dm("@lea", "!test mark photo did M-1 M-2 M-8 M-9 M-10")


async def test_tests_are_compared_in_counts_and_by_name_in_private(unit: Chat) -> None:
    await two_tests(unit)
    said = await unit.room("@ana", "!test compare")
    assert said.says(
        "RTO petition, petition: 5/12 = 41.7 %",
        "Photo board, photo board: 5/12 = 41.7 %",
    )
    # Areas and who stayed are for leads while one is open.
    assert "Took part" not in said.text
    assert "Payments" not in said.text
    assert (await unit.room("@ana", "!test chart movement")).says("when both tests are closed")
    assert (await unit.dm("@lea", "!test compare")).says(
        "Took part in all 2: 2 · not in the last, but in the one before: 3 · new in the last: 3",
        "Payments: 4/6 = 66.7 % → 2/6 = 33.3 %",
        "Search: 1/5 = 20.0 % → 3/5 = 60.0 %",
    )
    await unit.sure("@lea", "!test close photo")
    said = await unit.room("@ana", "!test compare")
    assert said.says(
        "Payments: 4/6 = 66.7 % → 2/6 = 33.3 %",
        "Search and 1 more: 1/6 = 16.7 % → 3/6 = 50.0 %",
    )
    # Two, three and three are fewer than five.
    assert "Took part" not in said.text
    assert (await unit.dm("@lea", "!test movers dropped")).says(
        "M-4 Bo Beck, M-3 Mia Chen, M-7 Ravi Nair"
    )
    assert (await unit.dm("@ana", "!test movers dropped")).lists("M-3 Mia Chen, M-7 Ravi Nair")
    assert (await unit.dm("@lea", "!test movers steady")).says("M-2 Alex Kim, M-1 Sam Okafor")


async def test_calibration_shows_padded_ratings_to_whoever_gave_them(unit: Chat) -> None:
    for handle, who in (("M-1", "@ana"), ("M-3", "@ana"), ("M-2", "@ben"), ("M-4", "@ben")):
        await unit.dm(who, f"!assess {handle} 1 said")
    await unit.dm("@lea", PETITION)
    await unit.dm("@lea", "!test mark petition asked M-1 M-2 M-3 M-4")
    await unit.dm("@lea", "!test mark petition did M-1 M-3 M-2")
    await unit.dm("@lea", "!assess M-4 5 did")
    said = await unit.dm("@lea", "!test calibrate petition")
    assert said.says("1 organizes: 3/4 = 75.0 % of those asked did it",
                     "@ana: 2/2 = 100.0 %", "@ben: 1/2 = 50.0 %", "did not act: 1/4 = 25.0 %")  # fmt: skip
    own = await unit.dm("@ben", "!test calibrate petition")
    assert own.says("1 organizes: 1/2 = 50.0 %")
    assert "@ana" not in own.text


async def test_a_plan_counts_asks_from_what_became_of_asks(unit: Chat) -> None:
    await unit.dm("@lea", PETITION)
    assert (await unit.dm("@lea", "!test plan")).says("No test says yet")
    said = await unit.dm("@lea", "!test plan petition commitment=60% follow=80%")
    assert said.says("60 % of 12 is 8.", "From zero you need 17 asks", "Now: 17 more asks")


async def test_the_ladder_shows_others_bars_and_never_ready(petition: Chat) -> None:
    said = await petition.room("@ana", "!test ladder")
    assert said.says("4 petition: you 0/12 = 0.0 % · Organize 51 %", "The sources disagree")
    assert "ready" not in said.text.casefold()


async def test_reports_show_the_last_test(unit: Chat) -> None:
    assert (await unit.room("@ana", "!report tests")).says("There has been no structure test yet")
    await two_tests(unit)
    assert (await unit.room("@ana", "!report tests")).says("Photo board (T-2): 5/12 = 41.7 %")


async def test_pictures_say_the_same_as_their_words(unit: Chat) -> None:
    await two_tests(unit)
    await unit.sure("@lea", "!test close photo")
    for text in ("!test chart petition", "!test chart ladder", "!test chart movement"):
        [reply] = (await unit.room("@ana", text)).replies
        assert reply.picture is not None
        assert reply.picture.kind == "bars"
        for bar in reply.picture.bars:
            assert bar.figure in (await unit.room("@ana", text)).text
            did, _slash, rest = bar.figure.partition("/")
            assert bar.parts[0] == int(did)
            assert sum(bar.parts) == int(rest.split()[0])


# -- joint -------------------------------------------------------------------------------------


async def other_committee(chat: Chat, people: int) -> RoomId:
    """Ben and Lea are in a second committee as well."""
    room = RoomId("!warehouse:example.org")
    await chat.found(room, "Warehouse", ("@ben", "@lea"))
    await chat.dm("@lea", "!use warehouse")
    for number in range(people):
        area = "Dock" if number else "Gate"
        await chat.dm("@lea", f'!contact add "Person X{chr(97 + number)}" area={area} --yes')
    await chat.dm("@lea", '!test open petition "Dock petition" goal=60% --yes')
    return room


async def joined(chat: Chat, people: int) -> RoomId:
    await chat.dm("@lea", PETITION)
    code = (await chat.dm("@lea", "!test invite petition")).text.partition("give ")[2][:6]
    room = await other_committee(chat, people)
    assert (await chat.dm("@lea", "!test join ABCDEF")).says("I do not know a joint test")
    await chat.dm("@lea", f"!test join {code}")
    return room


async def test_joint_committees_see_each_others_counts_and_nothing_else(unit: Chat) -> None:
    room = await joined(unit, 6)
    await unit.dm("@lea", "!test mark did M-1 M-2 M-3 M-4")
    said = await unit.room("@ana", "!test joint")
    # Others hear of five people and more.
    assert said.says("RTO petition (T-1) together, 2 committees: 0/18 = 0.0 %")
    await unit.dm("@lea", "!test mark did M-5")
    said = await unit.room("@ana", "!test joint")
    assert said.says("RTO petition (T-1) together, 2 committees: 5/18 = 27.8 %")
    assert said.lists(
        "Payments chapter: 0/12 = 0.0 % · areas over half 0 of 2",
        "Warehouse: 5/6 = 83.3 % · areas over half 1 of 1",
    )
    for word in ("Dock:", "Gate", "Person"):
        assert word not in said.text
    there = await unit.room("@ben", "!test joint", room)
    assert there.says("Dock petition (T-1) together", "Payments chapter: 0/12")
    await unit.dm("@lea", "!test leave")
    assert (await unit.room("@ana", "!test joint")).lists(
        "Payments chapter: 0/12 = 0.0 % · areas over half 0 of 2"
    )


async def test_a_committee_under_five_is_in_no_joint_figure(unit: Chat) -> None:
    room = await joined(unit, 4)
    await unit.dm("@lea", "!test mark did M-1 M-2")
    said = await unit.room("@ana", "!test joint")
    assert said.says("together, 1 committee: 0/12 = 0.0 %", "1 committee with fewer than five")
    assert "Warehouse" not in said.text
    assert "Warehouse" not in (await unit.room("@ben", "!test joint", room)).text


# -- what is owed to people --------------------------------------------------------------------


async def test_subject_shows_and_forget_removes_what_tests_hold(unit: Chat) -> None:
    await closed(unit)
    await unit.dm("@lea", '!test open cards "Cards" --yes')
    await unit.dm("@ana", "!test mark cards did\nMia Chen\nMia Chenn\nSam Okafor")
    shown = await unit.dm("@lea", "!subject M-3")
    assert shown.says("In structure tests", "T-1 · RTO petition · did", "To look at again after",
                      "On signature lists that wait", "#1 · Mia Chen")  # fmt: skip
    before = (await unit.room("@ana", "!test status petition")).text
    await unit.sure("@lea", "!forget M-3")
    assert (await unit.room("@ana", "!test status petition")).text == before
    async with unit.database.transaction() as tx:
        for row in await tx.all("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            for held in await tx.all(f"SELECT * FROM {row['name']}"):
                assert "Mia Chen" not in str(tuple(held)), row["name"]
    assert (await unit.dm("@lea", "!test sheet 1")).says("1 name.")


async def test_results_are_exported_only_with_ratings(unit: Chat) -> None:
    await closed(unit)
    async with unit.database.transaction() as tx:
        lines = await Exports(tx, CommitteeId(1)).lines(
            today=unit.now.date(), after=0, newest=10**6, limit=3
        )
    assert lines[0].tests == ("RTO petition: did",)
    assert lines[1].tests == ("RTO petition: asked",)


@pytest.mark.parametrize(
    ("goal", "answer"),
    [
        ("60%", "goal 60 %"),
        ("0.6", "goal 60 %"),
        ("3/5", "goal 60 %"),
        ("half", "goal 50 %"),
        ("three-quarters", "goal 75 %"),
        ("2/3", "2/3 of a unit is close to 67%."),
        ("66.7%", "2/3 of a unit is close to 67%."),
        ("a_lot", "not a share of the unit"),
    ],
)
async def test_a_goal_is_read_as_the_share_it_is(unit: Chat, goal: str, answer: str) -> None:
    said = await unit.dm("@lea", f"!test open petition Petition goal={goal}")
    assert said.says(answer)
