"""Contacts by area, shift, rating, organizer, whether anybody talked with them, and what they were asked."""

import pytest

from tests.chat.conversation import Chat


@pytest.fixture
async def unit(chat: Chat) -> Chat:
    """Ana's five and Ben's one."""
    for who, name, place in (
        ("@ana", "Amy Ahn", "area=QA shift=Night"),
        ("@ana", "Bo Beck", "area=QA shift=day"),
        ("@ana", "Cy Cole", 'area="Customer Support" shift=night'),
        ("@ana", "Di Dahl", "area=QA shift=night"),
        ("@ana", "Ed Esse", ""),
        ("@ben", "Flo Fisk", "area=QA shift=night"),
    ):
        await chat.dm(who, f'!contact add "{name}" {place} --yes')
    await chat.dm("@ana", "!1on1 log M-1 reached rate=3 said ask=petition next=fri")
    await chat.dm("@ana", "!1on1 log M-2 reached rate=2 did ask=petition answer=yes")
    await chat.dm("@ana", '!1on1 log M-3 reached ask="come to the meeting"')
    return chat


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("area=QA", ["M-1", "M-2", "M-4"]),
        ("area=qa shift=night", ["M-1", "M-4"]),
        ("QA night", ["M-1", "M-4"]),
        ("night shift in QA", ["M-1", "M-4"]),
        ("customer support", ["M-3"]),
        ("never", ["M-4", "M-5"]),
        ("never talked to QA", ["M-4"]),
        ("--never", ["M-4", "M-5"]),
        ("rating=3", ["M-1"]),
        ("rated 2", ["M-2"]),
        ("rating=0", ["M-3", "M-4", "M-5"]),
        ("ask=petition", ["M-1"]),
        ("ask=any", ["M-1", "M-3"]),
        ("area=QA shift=night ask=petition rating=3", ["M-1"]),
        ('area="no area"', ["M-5"]),
        ("who=@ana never", ["M-4", "M-5"]),
        ("@ana never", ["M-4", "M-5"]),
    ],
)
async def test_ones_own_are_narrowed_down(unit: Chat, typed: str, who: list[str]) -> None:
    said = await unit.dm("@ana", f"!contacts {typed}")
    assert [row.split()[1] for row in said.text.splitlines() if row.startswith("•")] == who


async def test_nobody_learns_more_than_of_their_own(unit: Chat) -> None:
    assert "Flo" not in (await unit.dm("@ana", "!contact list QA night")).text
    refused = await unit.dm("@ana", "!contact list who=@ben")
    assert refused.says("Only leads see the people of others. Yours: !contact list")
    assert "Flo" not in (await unit.dm("@ana", "!contact find flo area=QA")).text
    # The control: leads see everybody's.
    assert (await unit.dm("@lea", "!contact list who=@ben")).lists("M-6 Flo Fisk (QA, night)")
    assert (await unit.dm("@lea", "!contact list QA night")).says("M-1", "M-4", "M-6")


async def test_what_is_meant_is_said_back(unit: Chat) -> None:
    said = await unit.dm("@ana", "!contact list QA night rating=3")
    assert said.says("QA · night · 3 undecided")
    nobody = await unit.dm("@ana", "!contact list QA evening")
    assert nobody.says("Nobody fits: QA · evening. All: !contact list")
    assert (await unit.dm("@ana", "!contact list area=Paymnts")).says("There is no area “Paymnts”")
    assert (await unit.dm("@ana", "!contact list rating=9")).says("not a rating from 1 to 5")


async def test_a_name_is_looked_for_among_those_in_an_area(unit: Chat) -> None:
    assert (await unit.dm("@ana", "!contact find di area=QA")).says("M-4 Di Dahl")
    assert "Di Dahl" not in (await unit.dm("@ana", "!contact find di shift=day")).text
    assert (await unit.dm("@lea", "!find flo area=QA --never")).says("M-6 Flo Fisk")


async def test_a_narrowed_list_comes_in_pages(chat: Chat) -> None:
    for n in range(12):
        await chat.dm("@ana", f'!contact add "{chr(65 + n)}ia Ro" area="Night desk" --yes')
    first = await chat.dm("@ana", "!contacts night desk")
    more = '!contact list area="Night desk" after=M-10'
    assert first.says("Night desk", "M-10", more)
    second = await chat.dm("@ana", more)
    assert second.lists("M-11 Kia Ro (Night desk)", "M-12 Lia Ro (Night desk)")


async def test_an_ask_that_was_answered_since_is_not_open(unit: Chat) -> None:
    await unit.dm("@ana", "!done 1 signed")
    assert (await unit.dm("@ana", "!contact list ask=petition")).says(
        "Nobody fits: asked: petition."
    )


async def test_an_area_goes_with_a_day(unit: Chat) -> None:
    said = await unit.dm("@ana", "!contact edit M-1 area=Risk")
    assert said.says("I saved nothing", '!contact move M-1 area="Risk"')
    assert (await unit.dm("@ana", "!contact show M-1")).says("QA")


async def test_how_many_pairs_there_are_is_said(chat: Chat) -> None:
    for n in range(4):
        await chat.dm("@ana", f'!contact add "Sam Okafor" area=A{n} --yes')
    said = await chat.dm("@lea", "!dupes")
    assert said.says("6 pairs may be one person each, the first 4:", "2 more come once these")
