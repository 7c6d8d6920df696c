"""Structure tests: organizers mark their own people, and see of others what everybody is told."""

import re
from itertools import pairwise

import pytest

from tests.chat.conversation import Chat

CAPITALS = "ABCDEFGHIJKLMNOPQRST"
AREAS = ("Payments", "Search")
STATUS = ("!test status", "!test list", "!test chart", "!test chart ladder", "!test plan petition",
          "!test compare", "!test chart movement", "!report tests", "!test ladder")  # fmt: skip


@pytest.fixture
async def petition(chat: Chat) -> Chat:
    """Twenty people: odd handles are Ana's, even ones Ben's; ten in each area. A test before, and one open."""
    for number in range(20):
        name = f"{CAPITALS[number]}{'aeiou'[number % 5]}{'rlmnst'[number % 6]}o {CAPITALS[-number]}ulanski"
        who = ("@ana", "@ben")[number % 2]
        await chat.dm(who, f"!contact add {name} area={AREAS[number // 10]} --yes")
    chat.later(hours=1)
    await chat.dm("@lea", "!test open cards goal=60% --yes")
    await chat.dm(
        "@lea", "!test mark cards did M-1 M-2 M-3 M-4 M-5 M-6 M-11 M-12 M-13 M-14 M-15 M-16"
    )
    await chat.sure("@lea", "!test close cards")
    chat.later(days=7)
    await chat.dm("@lea", "!test open petition goal=60% --yes")
    return chat


async def mark_of(chat: Chat, handle: str) -> str:
    said = [
        group
        for group in ("notasked", "asked", "yes", "no", "did")
        if f"{handle} " in (await chat.dm("@lea", f"!test names petition {group}")).text
    ]
    return said[0]


# -- marks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("handle", ["M-2", "M-99"])
async def test_others_marks_are_neither_shown_nor_changed(petition: Chat, handle: str) -> None:
    await petition.dm("@ben", "!test mark petition yes M-2")
    for line in (f"!test mark petition did {handle}", f"!test mark petition no {handle}",
                 f"!test unmark petition {handle}"):  # fmt: skip
        said = await petition.dm("@ana", line)
        assert said.says(
            f"Nothing was saved. {handle}: not one of your people; a lead marks others"
        )
    assert await mark_of(petition, "M-2") == "yes"


async def test_control_ones_own_and_those_one_stands_in_for_are_marked(petition: Chat) -> None:
    assert (await petition.dm("@ana", "!test mark petition did M-1 M-2")).says(
        "did M-1", "Not saved: M-2: not one of your people", "of yours did it"
    )
    await petition.dm("@ben", "!away until=2027-01-01 cover=@ana")
    assert (await petition.dm("@ana", "!test mark petition did M-2")).says("did M-2")
    assert (await petition.dm("@ana", "!test unmark petition M-2")).says("not asked M-2")
    assert (await petition.dm("@lea", "!test mark petition did M-4")).says("Now 2/20")


async def test_a_list_tells_nothing_about_people_of_others(petition: Chat) -> None:
    """Ana's own lines come to her, all others alike to the leads: on record or not."""
    names = {contact.handle: contact.name for contact in await petition.contacts()}
    lines = [names["M-1"], names["M-3"], names["M-2"], names["M-4"], "Zoe Quist", "Xu Yzz"]
    said = await petition.dm("@ana", "!test mark petition did\n" + "\n".join(lines))
    assert "4 lines do not name your people for sure. The leads have them" in said.here
    assert not [name for name in (names["M-2"], names["M-4"]) if name in said.here]
    assert said.says("@ana brought a list for Petition: 4 lines", "!test sheet 2")
    assert (await petition.dm("@ana", "!test accept 1")).says("2 people marked", "2/10")
    for refused in ("!test sheet 2", "!test accept 2", "!test decide 2 3 M-1", "!test drop 2",
                    "!test sheet 2 sure"):  # fmt: skip
        assert (await petition.dm("@ana", refused)).says("No list 2 waits here")
    assert (await petition.dm("@ana", "!test sheet")).says("No signature list waits")
    assert (await petition.dm("@lea", "!test sheet 2")).says("2 sure", "2 unknown")
    assert (await petition.dm("@lea", "!test accept 2")).says("2 people marked", "4/20")


async def test_deciding_a_line_is_about_ones_own(petition: Chat) -> None:
    names = {contact.handle: contact.name for contact in await petition.contacts()}
    await petition.dm("@ana", f"!test mark petition did\n{names['M-1']}")
    for handle in ("M-2", "M-99"):
        said = await petition.dm("@ana", f"!test decide 1 1 {handle}")
        assert said.says(f"{handle} is not one of your people")
    assert (await petition.dm("@ana", "!test decide 1 1 M-3")).says("Line 1 is M-3")


async def test_whoever_went_to_another_organizer_is_not_marked_from_an_old_list(
    petition: Chat,
) -> None:
    names = {contact.handle: contact.name for contact in await petition.contacts()}
    await petition.dm("@ana", f"!test mark petition did\n{names['M-1']}\n{names['M-3']}")
    await petition.dm("@lea", "!turf assign @ben M-1 --transfer")
    assert (await petition.dm("@ana", "!test accept 1")).says("1 person marked")
    assert await mark_of(petition, "M-1") == "notasked"


# -- figures -----------------------------------------------------------------------------------


async def seen(chat: Chat, who: str = "@ana") -> list[str]:
    """Every figure somebody can get in the room and in their direct chat."""
    said = [await chat.room(who, line) for line in STATUS]
    said += [await chat.dm(who, line) for line in STATUS]
    return [each.text for each in said]


async def test_no_figure_moves_by_one_mark_of_another(petition: Chat) -> None:
    """Ben marks people one by one; whatever Ana asks for in between stays, or moves by five and more."""
    before = await seen(petition)
    exact = (await petition.dm("@lea", "!test status petition")).text
    for handle in ("M-2", "M-4", "M-6", "M-8"):
        await petition.dm("@ben", f"!test mark petition did {handle}")
        assert await seen(petition) == before
    # Control: a lead's figures in the direct chat move with each.
    assert (await petition.dm("@lea", "!test status petition")).text != exact
    assert "4/20" in (await petition.dm("@lea", "!test status petition")).text
    await petition.dm("@ben", "!test mark petition did M-10")
    assert "5/20 = 25.0 %" in (await petition.room("@ana", "!test status")).text


def did(text: str) -> dict[str, int]:
    """How many did it, by row; in all is the row called T-2."""
    found = re.findall(r"(T-2|Payments|Search)[^:\n]*: (\d+(?=/)|no figure yet)", text)
    return {name: int(n) if n.isdecimal() else 0 for name, n in found}


async def test_day_after_day_figures_move_by_five_or_not_at_all(petition: Chat) -> None:
    told: list[dict[str, int]] = []
    for number in range(1, 21):
        await petition.dm("@lea", f"!test mark petition did M-{number}")
        told.append(did((await petition.room("@ana", "!test status")).text))
        petition.later(hours=20)
    for row in ("T-2", "Payments", "Search"):
        steps = [after.get(row, 0) - before.get(row, 0) for before, after in pairwise(told)]
        assert all(step == 0 or step >= 5 for step in steps), (row, steps)
    assert told[-1]["T-2"] >= 15


async def test_areas_change_once_a_week_and_the_whole_once_a_day(petition: Chat) -> None:
    await petition.dm("@lea", "!test mark petition did M-1 M-2 M-3 M-4 M-5")
    first = (await petition.room("@ana", "!test status")).text
    assert did(first) == {"T-2": 5, "Payments": 5, "Search": 0}
    await petition.dm("@lea", "!test mark petition did M-11 M-12 M-13 M-14 M-15")
    assert (await petition.room("@ana", "!test status")).text == first
    petition.later(days=1)
    assert did((await petition.room("@ana", "!test status")).text) == {
        "T-2": 10, "Payments": 5, "Search": 0
    }  # fmt: skip
    petition.later(days=7)
    assert did((await petition.room("@ana", "!test status")).text) == {
        "T-2": 10, "Payments": 5, "Search": 5
    }  # fmt: skip


async def test_a_closed_test_is_told_as_it_closed(petition: Chat) -> None:
    await petition.dm("@lea", "!test mark petition did M-1 M-2")
    said = await petition.sure("@lea", "!test close petition")
    assert "2/20 = 10.0 %" in said.text
    assert "2/20 = 10.0 %" in (await petition.room("@ana", "!test status")).text
