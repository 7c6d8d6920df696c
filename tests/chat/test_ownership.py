"""Whose people are whose changes when a lead says so, and never by a side door."""

import pytest

from tests.chat.conversation import Chat


@pytest.fixture
async def covered(chat: Chat) -> Chat:
    """Ana stands in for Ben until Friday; each has somebody, and Ana one who is called like Ben's."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ben", '!contact add "Samuel Okafor" area=Search --yes')
    await chat.dm("@ben", '!contact add "Samuel Okafors" area=Search --yes')
    await chat.dm("@ben", "!away until=fri cover=@ana")
    return chat


async def owners(chat: Chat) -> dict[str, str | None]:
    return {
        contact.handle: contact.organizer and contact.organizer.partition(":")[0]
        for contact in await chat.contacts()
    }


APART = {"M-1": "@ana", "M-2": "@ben", "M-3": "@ben"}


@pytest.mark.parametrize("typed", ["M-1 M-2", "M-2 M-1", "'Sam Okafor' M-2", "M-1 'Samuel Okafor'"])
@pytest.mark.parametrize("yes", ["", " --yes"])
async def test_cover_does_not_become_ownership_by_merging(
    covered: Chat, typed: str, yes: str
) -> None:
    said = await covered.dm("@ana", f"!merge {typed}{yes}")
    assert said.says("A lead must decide whose they will be", "!merge M-")
    assert await owners(covered) == APART
    covered.later(days=6)
    assert (await covered.dm("@ana", "!contact show M-2")).says("not one of your people")


async def test_whoever_stands_in_joins_two_records_of_the_same_organizer(covered: Chat) -> None:
    """Control: that work can be done for somebody who is away."""
    assert (await covered.sure("@ana", "!merge M-2 M-3")).says("M-3 is now part of M-2")
    assert await owners(covered) == {"M-1": "@ana", "M-2": "@ben"}


async def test_a_lead_decides_and_whoever_loses_somebody_hears_of_it(covered: Chat) -> None:
    said = await covered.sure("@lea", "!merge M-1 M-2")
    assert "Your contact M-2 is now part of M-1, assigned to @ana" in said.told("@ben")
    assert await owners(covered) == {"M-1": "@ana", "M-3": "@ben"}


async def test_a_backup_does_not_get_people_by_merging(covered: Chat) -> None:
    await covered.dm("@ben", "!back")
    await covered.dm("@lea", "!turf assign @ana M-2 --backup")
    assert (await covered.dm("@ana", "!merge M-1 M-2 --yes")).says("A lead must decide")
    await covered.dm("@ben", '!turf release M-2 why="other shifts"')
    assert (await covered.dm("@ana", "!merge M-2 M-1 --yes")).says("A lead must decide")
    assert (await covered.dm("@ana", "!merge M-1 M-2 --yes")).says("A lead must decide")
    assert await owners(covered) == {**APART, "M-2": None}


async def test_taking_records_apart_gives_nobody_away(covered: Chat) -> None:
    await covered.dm("@ben", "!back")
    await covered.sure("@lea", "!merge M-1 M-2")
    for handle in ("M-1", "M-2"):
        assert (await covered.dm("@ana", f"!unmerge {handle}")).says("so a lead must do that")
    assert await owners(covered) == {"M-1": "@ana", "M-3": "@ben"}
    await covered.dm("@lea", "!unmerge M-2")
    assert await owners(covered) == APART


async def test_ones_own_are_joined_and_taken_apart_without_a_lead(covered: Chat) -> None:
    """Control."""
    await covered.sure("@ben", "!merge M-2 M-3")
    assert (await covered.dm("@ben", "!unmerge M-3")).says("Apart again")
    assert await owners(covered) == APART


SIDE_DOORS = (
    "!turf release M-2 why=no", "!contact rejoin M-2", "!contact left M-2", "!contact edit M-2 shift=night",
    "!contact move M-2 area=Payments", "!contact alias M-2 Sammy", "!1on1 log M-2 reached next=fri",
    "!assess M-2 2 said", "!note M-2 hello", "!contact role M-2 leader", "!contact exclude M-2 reason=other",
    "!contact basis M-2 consent", "!test mark petition did M-2", "!test unmark petition M-2",
    "!merge M-1 M-2 --yes", "!merge M-2 M-1 --yes", "!unmerge M-2", "!undo", "!done 1 ok next=fri",
    "!turf assign @ana M-2 --transfer", "!turf move @ben @ana --yes", "!dupes", "!back @ben",
    "!away @ben until=fri cover=@ana", "!import commit 1", "!contact add Samuel Okafor --yes",
)  # fmt: skip


async def test_nothing_that_whoever_stands_in_types_makes_people_theirs(covered: Chat) -> None:
    await covered.dm("@lea", "!test open petition --yes")
    for typed in SIDE_DOORS:
        await covered.dm("@ana", typed)
        assert (await owners(covered)).get("M-2", "@ben") == "@ben", typed


async def test_control_a_lead_assigns(covered: Chat) -> None:
    await covered.dm("@lea", "!turf assign @ana M-2 --transfer")
    assert (await owners(covered))["M-2"] == "@ana"
