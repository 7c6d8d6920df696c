"""The weekly reports: counts for the room, finer ones for leads, and nothing that points at somebody."""

import re
from datetime import timedelta

import pytest

from storage.core.model import CommitteeId
from storage.reports.unit import Unit, UnitSums, together
from tests.chat.conversation import Chat

LETTERS = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("coverage", "follow-ups", "tests", "movement", "holes")


async def add(chat: Chat, who: str, area: str, count: int, shift: str = "day") -> list[str]:
    """So many more people; their handles."""
    before = len(await chat.contacts())
    for number in range(before, before + count):
        name = f"Zo{LETTERS[number // 26]}{LETTERS[number % 26] * 3}"
        where = f"area={area} shift={shift}" if area else ""
        await chat.dm(who, f"!contact add {name} {where} --yes")
    return [f"M-{number + 1}" for number in range(before, before + count)]


async def rate(chat: Chat, who: str, handles: list[str], rating: int) -> None:
    for handle in handles:
        await chat.dm(who, f"!1on1 log {handle} reached rate={rating} did")


@pytest.fixture
async def unit(chat: Chat) -> None:
    """Nine in Payments, six in Search, two in Mobile, one nobody knows where."""
    payments = await add(chat, "@ana", "Payments", 9)
    await add(chat, "@ben", "Search", 6, "night")
    await add(chat, "@ben", "Mobile", 2)
    await add(chat, "@ben", "", 1)
    await rate(chat, "@ana", payments[:3], 2)
    await rate(chat, "@ana", payments[3:6], 3)
    await chat.dm("@lea", f"!contact role {payments[0]} committee")
    await chat.dm("@lea", f"!contact role {payments[8]} leader")


@pytest.mark.usefixtures("unit")
async def test_coverage_for_the_room(chat: Chat) -> None:
    told = await chat.room("@ana", "!report coverage")
    assert told.lists(
        "Search and 2 more (9): talked 0 (0 %) · not assessed 9 · committee 0/1",
        "Payments (9): talked 6 (67 %) · not assessed 3 · committee 1/1",
    )
    assert told.says(
        "Coverage on Mon 23 Nov: 18 people.",
        "All 18: talked 6 (33 %) · assessed 6 (33 %) · not assessed 12",
        "Support (1s and 2s): 3/18 (17 %).",
    )
    assert (await chat.dm("@ben", "!report coverage")).text == told.text


@pytest.mark.usefixtures("unit")
async def test_areas_add_up_as_their_cells_do(chat: Chat) -> None:
    await rate(chat, "@ana", ["M-9"], 5)
    since = chat.now - timedelta(days=60)
    async with chat.database.transaction() as tx:
        now = await Unit(tx, CommitteeId(1), chat.now.date()).as_of(chat.now.date())
        areas: dict[int, list[UnitSums]] = {}
        for cell in await now.cells(since):
            areas.setdefault(cell.area, []).append(cell.sums)
        assert await now.by_area(since) == {area: together(each) for area, each in areas.items()}
    everybody = together(together(each) for each in areas.values())
    assert everybody == UnitSums(
        people=18,
        talked=7,
        rated=7,
        support=3,
        committee=1,
        leaders=1,
        leaders_unrated=0,
        unassigned=0,
    )


@pytest.mark.usefixtures("unit")
async def test_a_lead_sees_every_area_and_rating_apart(chat: Chat) -> None:
    told = await chat.dm("@lea", "!report coverage")
    assert told.lists(
        "Payments (9): talked 6 (67 %) · 2s 3, 3s 3, not assessed 3 · support 3/9 (33 %)"
        " · committee 1/1",
        "Search (6): talked 0 (0 %) · not assessed 6 · support 0/6 (0 %) · committee 0/1",
        "Mobile (2): talked 0 (0 %) · not assessed 2 · support 0/2 (0 %) · committee 0/1",
        "no area (1): talked 0 (0 %) · not assessed 1 · support 0/1 (0 %) · committee 0/1",
    )
    assert told.says("All: talked 6 (33 %) · 2s 3, 3s 3, not assessed 12 · support 3/18 (17 %)")
    assert "3s" not in (await chat.room("@lea", "!report coverage")).text
    one = await chat.dm("@lea", "!report coverage area=search")
    assert one.lists("night (6): talked 0 (0 %) · not assessed 6 · committee 0")
    assert (await chat.dm("@lea", "!report coverage area=Legal")).says("Nobody works in “Legal”")
    assert (await chat.dm("@ana", "!report coverage area=Search")).says("is for leads")


@pytest.mark.usefixtures("unit")
async def test_the_room_gets_the_same_figures_until_monday(chat: Chat) -> None:
    first = await chat.room("@ana", "!report coverage")
    await chat.dm("@ben", "!1on1 log M-10 reached rate=1 did")
    await chat.dm("@lea", "!contact move M-1 area=Search")
    chat.later(days=6)
    assert (await chat.room("@ben", "!report coverage")).text == first.text
    chat.later(days=1)
    next_week = await chat.room("@ben", "!report coverage")
    assert next_week.lists(
        "Search and 2 more (9): talked 1 (11 %) · not assessed 8 · committee 0/1",
        "Payments (9): talked 6 (67 %) · not assessed 3 · committee 1/1",
    )
    assert next_week.says(
        "Support (1s and 2s) on Mon 23 Nov: 3/18 (17 %).",
        "1 person who came, moved or left counts as before",
    )
    assert (await chat.dm("@lea", "!report coverage")).says("Payments (8)", "Search (7)")


@pytest.mark.usefixtures("unit")
async def test_support_changes_when_five_ratings_have(chat: Chat) -> None:
    await chat.room("@ana", "!report coverage")
    await rate(chat, "@ben", ["M-10", "M-11", "M-12", "M-13"], 1)
    chat.later(days=7)
    assert (await chat.room("@ana", "!report coverage")).says("on Mon 23 Nov: 3/18 (17 %)")
    await rate(chat, "@ben", ["M-14"], 4)
    chat.later(days=7)
    assert (await chat.room("@ana", "!report coverage")).says("Support (1s and 2s): 7/18 (39 %).")
    assert (await chat.room("@ana", "!report movement")).lists(
        "Mon 7 Dec: 7/18 (39 %) · assessed 11", "Mon 23 Nov: 3/18 (17 %) · assessed 6"
    )


@pytest.mark.usefixtures("unit")
async def test_movement_for_leads(chat: Chat) -> None:
    chat.later(days=8)
    assert (await chat.dm("@lea", "!report movement")).says("No rating changed since Tue 24 Nov.")
    await rate(chat, "@ana", ["M-4", "M-5"], 2)
    await rate(chat, "@ana", ["M-1"], 3)
    await rate(chat, "@ana", ["M-7"], 1)
    await rate(chat, "@ana", ["M-6"], 5)
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@lea", "!report movement")).lists(
        "towards us 2: 3→2 2", "away from us 1: 2→3 1", "rated for the first time 1: 1: 1"
    )
    assert (await chat.dm("@lea", "!report movement")).says("Net +1 of 3 rated again.")
    older = await chat.dm("@lea", "!report movement weeks=4")
    assert older.says("rated for the first time 7: 1: 1, 2: 4, 3: 2")
    assert (await chat.dm("@ana", "!report movement weeks=4")).says("is for leads")


@pytest.mark.usefixtures("unit")
async def test_holes(chat: Chat) -> None:
    room = await chat.room("@ana", "!report holes")
    assert room.lists("Search and 2 more (9): committee 0 of 1 · not talked to 9")
    assert room.says(
        "committee 1 people; aim for 2, one in ten",
        "Without an organizer 0 (0 %) · not talked to lately 12 · not assessed 12",
        "Natural leaders 1, of them not assessed 1",
    )
    await chat.dm("@ben", '!turf release M-16 why="other shift"')
    lead = await chat.dm("@lea", "!report holes")
    assert lead.lists(
        "Payments (9): not talked to 3 · not assessed 3",
        "Search (6): committee 0 of 1 · no leader · nobody talked to · not assessed 6",
        "Mobile (2): committee 0 of 1 · no leader · no organizer 1 · nobody talked to"
        " · not assessed 2",
        "no area (1): committee 0 of 1 · no leader · nobody talked to · not assessed 1",
    )
    assert lead.says("Shifts with nobody on the committee: night 6")


@pytest.mark.usefixtures("unit")
async def test_follow_ups(chat: Chat) -> None:
    for day in ("thu", "fri", "2026-12-01"):
        await chat.dm("@ben", f"!1on1 log M-10 noanswer next={day}")
    await chat.dm("@ben", '!done 1 "met"')
    chat.later(days=6)
    room = await chat.room("@ana", "!report follow-ups")
    assert room.says("6 one-on-ones, 9 attempts in all.")
    assert room.lists("All: follow-ups done 1 · due in 7 days 1 · overdue 1")
    own = await chat.dm("@ana", "!report follow-ups")
    assert own.lists(
        "All: follow-ups done 1 · due in 7 days 1 · overdue 1",
        "You: follow-ups done 0 · due in 7 days 0 · overdue 0",
    )
    assert (await chat.dm("@lea", "!report follow-ups")).says("By organizer: !due team")
    chat.later(days=6)
    late = await chat.room("@ana", "!report follow-ups")
    assert late.says("0 one-on-ones", "1 is a week late or more")


@pytest.mark.usefixtures("unit")
async def test_talks_undone_and_edited_are_counted_as_they_are(chat: Chat) -> None:
    async def talks() -> str:
        chat.later(minutes=1)
        return (await chat.room("@ana", "!report follow-ups")).text.partition("\n")[0]

    assert await talks() == "Last 7 days: 6 one-on-ones, 6 attempts in all."
    await chat.dm("@ana", "!1on1 log M-7 reached")
    await chat.dm("@ana", "!undo")
    assert await talks() == "Last 7 days: 6 one-on-ones, 6 attempts in all."
    await chat.dm("@ana", "!1on1 edit 1 outcome=busy")
    assert await talks() == "Last 7 days: 5 one-on-ones, 6 attempts in all."
    await chat.dm("@ana", "!1on1 edit 1 outcome=callback")
    assert await talks() == "Last 7 days: 5 one-on-ones, 6 attempts in all."
    await chat.dm("@ana", "!undo")
    await chat.sure("@ana", "!undo")
    assert await talks() == "Last 7 days: 6 one-on-ones, 6 attempts in all."


async def test_what_is_known_before_there_is_anything(chat: Chat) -> None:
    few = "Fewer than five people so far"
    assert (await chat.room("@ana", "!report coverage")).says(few)
    assert (await chat.dm("@lea", "!report coverage")).says("Nobody is in the unit yet.")
    await add(chat, "@ana", "Payments", 4)
    assert (await chat.room("@ana", "!report holes")).says(few)
    await add(chat, "@ana", "Payments", 1)
    assert (await chat.room("@ana", "!report coverage")).says("5 people", "talked 0 (0 %)", "–")
    assert (await chat.room("@ana", "!report movement")).says("until five people are assessed: –")
    assert (await chat.room("@ana", "!report tests")).says("There has been no structure test yet")
    assert (await chat.room("@ana", "!report")).says(*(f"!report {kind}" for kind in KINDS))


async def test_figures_follow_what_happens_to_people(chat: Chat) -> None:
    """Future days, edits, roles, merging, leaving and undo, as a lead sees them."""

    async def figures() -> str:
        return (await chat.dm("@lea", "!report coverage")).text

    await add(chat, "@ana", "Payments", 3)
    await chat.dm("@ana", "!contact move M-3 area=Search from=2026-12-01")
    await chat.dm("@ana", "!contact add Newhire area=Search hired=2026-12-02")
    assert "Payments (3)" in await figures()
    assert "Search" not in await figures()
    await chat.dm("@ana", "!1on1 log M-1 reached")
    assert "talked 1 (33 %)" in await figures()
    await chat.dm("@ana", "!1on1 edit 1 outcome=noanswer")
    assert "talked 0 (0 %)" in await figures()
    await chat.dm("@ana", "!undo")
    assert "talked 1 (33 %)" in await figures()
    await chat.dm("@ana", "!contact role M-1 committee")
    assert "committee 1/1" in await figures()
    await chat.dm("@ana", "!undo")
    assert "committee 0/1" in await figures()
    await chat.dm("@ana", "!contact left M-2")
    assert "Payments (2)" in await figures()
    await chat.dm("@ana", "!contact rejoin M-2")
    assert "Payments (3)" in await figures()
    await chat.sure("@lea", "!merge M-2 M-1")
    assert "Payments (2): talked 1 (50 %)" in await figures()
    await chat.dm("@lea", "!unmerge M-2")
    assert "Payments (3)" in await figures()
    chat.later(days=8)
    assert "Payments (2)" in await figures()
    chat.later(days=1)
    assert "Search (2)" in await figures()
    chat.later(days=60)
    assert "talked 0 (0 %)" in await figures()


@pytest.mark.usefixtures("unit")
async def test_no_report_names_anybody(chat: Chat) -> None:
    for kind in KINDS:
        for said in (
            await chat.room("@lea", f"!report {kind}"),
            await chat.dm("@lea", f"!report {kind}"),
            await chat.dm("@ana", f"!report {kind}"),
        ):
            assert not re.search(r"M-\d|Zo[a-z]{4}|@\w", said.text)
            assert said.text.count("\n") <= 8
