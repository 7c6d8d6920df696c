"""Golden figures that take a committee: leavers, joiners, moves, merges, amendments, forgetting.

Ten people: Payments 5 (M-1 to M-5), Search 5 (M-6 to M-10). Each case shows its arithmetic. The pure
ones are in tests/unit/test_structure_figures.py.
"""

import pytest

from tests.chat.conversation import Chat

OPEN = "!test open petition Petition goal=60% --yes"


@pytest.fixture
async def ten(chat: Chat) -> Chat:
    for number in range(10):
        area = "Payments" if number < 5 else "Search"
        name = (
            f"{['Ada', 'Bea', 'Cem', 'Dov', 'Eli', 'Fay', 'Gus', 'Hal', 'Ivo', 'Jun'][number]} Roe"
        )
        await chat.dm("@lea", f'!contact add "{name}" area={area} --yes')
    chat.later(hours=1)
    await chat.dm("@lea", OPEN)
    return chat


async def figures(chat: Chat, test: str = "T-1") -> str:
    """The share, and the rows: of an open test what a lead reads, of a closed one what the room does."""
    said = (await chat.room("@ana", f"!test status {test}")).text
    if "Open since" in said:
        said = (await chat.dm("@lea", f"!test status {test}")).text
    head, *rows = said.splitlines()
    share = head.partition(": ")[2].partition(",")[0].partition(";")[0]
    told = [row.removeprefix("• ").partition(" ·")[0] for row in rows if row.startswith("•")]
    return " | ".join([share, *told])


async def test_a_leaver_stays_in_a_test_that_is_open_and_leaves_the_next(ten: Chat) -> None:
    await ten.dm("@lea", "!test mark did M-1 M-2 M-3 M-6")
    await ten.dm("@lea", "!contact left M-1 today")
    # 4 of the 10 there were; M-1 did it before leaving.
    assert await figures(ten) == ("4/10 = 40.0 % | Payments: 3/5 = 60.0 % | Search: 1/5 = 20.0 %")
    await ten.sure("@lea", "!test close")
    ten.later(days=1)
    await ten.dm("@lea", "!test open photoboard Photos --yes")
    # The unit is 9 now: Payments 4 + Search 5, and 4 < 5, so both are one row for the room.
    assert await figures(ten, "T-2") == "0/9 = 0.0 % | Search: 0/5 = 0.0 % | Payments: 0/4 = 0.0 %"
    assert "•" not in (await ten.room("@ana", "!test status T-2")).text
    assert await figures(ten) == ("4/10 = 40.0 % | Payments: 3/5 = 60.0 % | Search: 1/5 = 20.0 %")


async def test_a_leaver_may_still_sign(ten: Chat) -> None:
    await ten.dm("@lea", "!contact left M-1 today")
    await ten.dm("@lea", "!test mark did M-1")
    assert (await figures(ten)).startswith("1/10 = 10.0 %")


async def test_a_joiner_is_in_no_figure_of_a_test_that_is_open(ten: Chat) -> None:
    await ten.dm("@lea", '!contact add "Kit Roe" area=Search --yes')
    said = await ten.dm("@lea", "!test mark did M-11 M-6")
    # 1 of 10, not 2 of 11; and not 2 of 10.
    assert said.says(
        "M-11 was not in the unit", "Now 1/10 = 10.0 %, goal 60 %: not reached, 5 to go"
    )
    assert (await ten.dm("@lea", "!test status")).says(
        "1 more person did it who was not in the unit"
    )
    assert (await ten.dm("@lea", "!test names outside")).says("outside the unit: M-11 Kit Roe")
    await ten.sure("@lea", "!test close")
    await ten.dm("@lea", "!test open photoboard Photos --yes")
    # Payments 5 + Search 6.
    assert await figures(ten, "T-2") == (
        "0/11 = 0.0 % | Search: 0/6 = 0.0 % | Payments: 0/5 = 0.0 %"
    )


async def test_a_move_changes_nothing_in_a_test_that_is_open(ten: Chat) -> None:
    await ten.dm("@lea", "!test mark did M-1 M-2")
    await ten.dm("@lea", "!contact move M-1 area=Search --yes")
    await ten.dm("@lea", "!test mark did M-3")
    # M-1 counts where they were: 3 of Payments' 5, none of Search's 5.
    assert await figures(ten) == ("3/10 = 30.0 % | Payments: 3/5 = 60.0 % | Search: 0/5 = 0.0 %")


async def test_somebody_excluded_later_stays_in_the_snapshot(ten: Chat) -> None:
    await ten.dm("@lea", "!contact exclude M-10 reason=supervisor")
    assert (await figures(ten)).startswith("0/10 = 0.0 %")
    await ten.sure("@lea", "!test close")
    await ten.dm("@lea", "!test open photoboard Photos --yes")
    assert (await figures(ten, "T-2")).startswith("0/9 = 0.0 %")


async def test_merged_people_count_once_while_a_test_is_open(ten: Chat) -> None:
    await ten.dm("@lea", "!test mark did M-1 M-2 M-6")
    await ten.dm("@lea", "!test mark asked M-7")
    await ten.sure("@lea", "!merge M-7 M-1")
    # 10 records are 9 people. M-7 (Search, asked) and M-1 (Payments, did) are one, counted as M-7:
    # did M-2, M-6 and this one: 3/9. Payments is 4 without M-1, so one row is left for the room.
    assert await figures(ten) == "3/9 = 33.3 % | Search: 2/5 = 40.0 % | Payments: 1/4 = 25.0 %"
    assert "•" not in (await ten.room("@ana", "!test status")).text
    await ten.dm("@lea", "!unmerge M-7")
    assert await figures(ten) == ("3/10 = 30.0 % | Payments: 2/5 = 40.0 % | Search: 1/5 = 20.0 %")


async def test_a_merge_changes_nothing_in_a_closed_test(ten: Chat) -> None:
    await ten.dm("@lea", "!test mark did M-1 M-2 M-6")
    await ten.sure("@lea", "!test close")
    await ten.sure("@lea", "!merge M-7 M-1")
    assert (await figures(ten)).startswith("3/10 = 30.0 %")
    # Both records are one person: they did it already, so there is nothing to amend.
    assert (await ten.dm("@lea", "!test amend did M-7 why=x")).says("has that mark")
    # In the next test they are one: 9 people.
    await ten.dm("@lea", "!test open photoboard Photos --yes")
    assert (await figures(ten, "T-2")).startswith("0/9 = 0.0 %")
    await ten.dm("@lea", "!test mark photos did M-7")
    # Who did the first and the second: M-7, under whichever record.
    assert (await ten.dm("@lea", "!test compare")).says(
        "Took part in all 2: 1 · not in the last, but in the one before: 2 · new in the last: 0"
    )


async def test_amendments_add_up_and_the_original_stays(ten: Chat) -> None:
    await ten.dm("@lea", "!test mark did M-1 M-2 M-6")
    await ten.sure("@lea", "!test close")
    await ten.dm("@lea", '!test amend did M-7 why="late"')  # 3 + 1
    await ten.dm("@lea", '!test amend did M-8 why="late"')  # + 1
    await ten.dm("@lea", '!test amend no M-1 why="forged"')  # - 1
    assert await figures(ten) == (
        "4/10 = 40.0 % | Search: 3/5 = 60.0 % | Payments: 1/5 = 20.0 %"
    ) or await figures(ten) == ("4/10 = 40.0 % | Payments: 1/5 = 20.0 % | Search: 3/5 = 60.0 %")
    assert (await ten.room("@ana", "!test status")).says("then 3/10 = 30.0 %; amended 3 times")


async def test_an_amendment_moves_calibration_with_it(ten: Chat) -> None:
    await ten.dm("@lea", "!undo")
    await ten.dm("@lea", "!assess M-1 1 said")
    await ten.dm("@lea", "!assess M-2 1 said")
    await ten.dm("@lea", OPEN)
    await ten.dm("@lea", "!test mark asked M-1 M-2")
    await ten.dm("@lea", "!test mark did M-1")
    await ten.sure("@lea", "!test close")
    assert (await ten.dm("@lea", "!test calibrate")).says("1 organizes: 1/2 = 50.0 %")
    await ten.dm("@lea", '!test amend did M-2 why="late"')
    assert (await ten.dm("@lea", "!test calibrate")).says("1 organizes: 2/2 = 100.0 %")


async def test_forgetting_takes_a_person_out_of_an_open_test_and_not_of_a_closed_one(
    ten: Chat,
) -> None:
    await ten.dm("@lea", "!test mark did M-1 M-2 M-6")
    await ten.sure("@lea", "!test close")
    await ten.dm("@lea", "!test open photoboard Photos --yes")
    await ten.dm("@lea", "!test mark photos did M-1")
    await ten.sure("@lea", "!forget M-1")
    # Closed: 3 of 10, the anonymous count. Open: 0 of the 9 who are left.
    assert (await figures(ten)).startswith("3/10 = 30.0 %")
    assert (await figures(ten, "T-2")).startswith("0/9 = 0.0 %")
    await ten.dm("@lea", '!test amend petition did M-3 why="late"')
    # An amendment counts on from what was frozen: 4 of 10, the forgotten one included.
    assert (await figures(ten)).startswith("4/10 = 40.0 %")


async def test_a_contact_taken_back_leaves_an_open_test(ten: Chat) -> None:
    await ten.sure("@lea", "!test close")
    await ten.dm("@lea", '!contact add "Kit Roe" --yes')
    await ten.dm("@kim", "!test open photoboard Photos --yes")
    # Kit works nowhere we know: a row of one, for the room counted with the smallest neighbour.
    assert await figures(ten, "T-2") == (
        "0/11 = 0.0 % | Payments: 0/5 = 0.0 % | Search: 0/5 = 0.0 % | no area: 0/1 = 0.0 %"
    )
    assert (await ten.room("@ana", "!test status T-2")).lists(
        "Payments and 1 more: no figure yet",
        "Search: no figure yet",
    )
    await ten.dm("@lea", "!undo")
    assert (await figures(ten, "T-2")).startswith("0/10 = 0.0 %")


async def test_an_import_taken_back_leaves_an_open_test(ten: Chat) -> None:
    await ten.sure("@lea", "!test close")
    await ten.send("@lea", "list.csv", "Name,Team\nBo Ito,Ops\nDi Ito,Ops\nEd Ito,Ops\n")
    await ten.dm("@lea", "!import check 1")
    await ten.dm("@lea", "!import commit 1")
    await ten.dm("@kim", "!test open photoboard Photos --yes")
    await ten.dm("@kim", "!test mark photos did M-11")
    assert (await figures(ten, "T-2")).startswith("1/13 = 7.7 %")
    await ten.sure("@lea", "!import undo 1")
    # Two of the three go; the one somebody marked is kept, because they were dealt with since.
    assert (await figures(ten, "T-2")).startswith("1/11 = 9.1 %")


async def test_a_count_put_right_replaces_the_one_before(ten: Chat) -> None:
    await ten.sure("@lea", "!test close")
    await ten.dm("@lea", '!test open mockvote "Vote" goal=85% --countonly --yes')
    await ten.dm("@ana", "!test count Payments 5")
    await ten.dm("@ana", "!test count Search 2")
    await ten.dm("@ana", "!test count Search 3")
    # 5 + 3, not 5 + 2 + 3; 85 % of 10 is 8.5, so it takes 9.
    assert await figures(ten, "T-2") == (
        "8/10 = 80.0 % | Payments: 5/5 = 100.0 % | Search: 3/5 = 60.0 %"
    )
    assert (await ten.room("@ana", "!test status")).says("not reached, 1 to go")
