"""Two committees of one name: told apart wherever they are shown, and never guessed."""

from zoneinfo import ZoneInfo

import pytest

from commands.framework.context import Committee, RoomId
from commands.general.namesakes import told_apart
from storage.core.model import CommitteeId
from tests.chat.conversation import Chat

OTHER = RoomId("!other:example.org")


async def test_a_lead_of_both_is_asked_for_another_name_at_setup(chat: Chat) -> None:
    await chat.found(OTHER, "New room", ["@lea"])
    for name in ("Payments chapter", "payments  Chapter", "Раyments сhapter", "Payrnents chapter"):
        refused = await chat.room("@lea", f'!setup name="{name}" tz=Madrid', OTHER)
        assert refused.says("You are in another committee with that name"), name
    accepted = await chat.room("@lea", '!setup name="Payments chapter north" tz=Madrid', OTHER)
    assert accepted.says("This is Payments chapter north")
    # Her own name is no other's.
    assert (await chat.room("@lea", '!setup name="Payments chapter" tz=Madrid')).says("This is")


async def test_whoever_is_in_both_sees_which_is_which_and_nothing_is_guessed(chat: Chat) -> None:
    await chat.found(OTHER, "Payments chapter", ["@ana", "@kim"])
    shown = await chat.dm("@ana", "!use")
    assert shown.says("Payments chapter #1", "Payments chapter #2")
    for typed in ("Payments chapter", "payments", "Pay"):
        asked = await chat.dm("@ana", f'!use "{typed}"')
        assert asked.says("Which one?", "#1", "#2")
    assert (await chat.dm("@ana", '!use "Payments chapter #2"')).says("Payments chapter #2")
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    assert (await chat.dm("@ana", "!me")).says("Payments chapter #2", "Also in Payments chapter #1")
    assert await chat.contacts() == [], "it is in the second one"
    # Whoever is in one of them sees no number.
    assert "#" not in (await chat.dm("@ben", "!me")).text


async def test_names_that_differ_are_left_alone(chat: Chat) -> None:
    """The control."""
    await chat.found(OTHER, "Depot", ["@ana"])
    assert (await chat.dm("@ana", "!use Dep")).says("about Depot")
    assert "#" not in (await chat.dm("@ana", "!use")).text


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["A", "B"], ["A", "B"]),
        (["A", "a"], ["A #1", "a #2"]),
        (["A", "A", "A #1"], ["A #1 #1", "A #2", "A #1 #3"]),
        (["Local 1", "Local l"], ["Local 1 #1", "Local l #2"]),
        (["Каса", "Kaca"], ["Каса #1", "Kaca #2"]),
        (["Ａ", "A"], ["Ａ #1", "A #2"]),
    ],
)
def test_told_apart(names: list[str], shown: list[str]) -> None:
    every = [
        Committee(CommitteeId(n), RoomId(f"!{n}"), name, ZoneInfo("UTC"), set_up=True)
        for n, name in enumerate(names, 1)
    ]
    found = told_apart(every)
    assert [each.name for each in found] == shown
    assert [each.id for each in found] == [each.id for each in every]
