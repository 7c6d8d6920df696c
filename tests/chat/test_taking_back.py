"""What may be taken back by whom: one's own, as far as one could do it now; another's by a lead, in words."""

import pytest

from commands.framework.context import Role
from tests.chat.conversation import Chat


@pytest.fixture
async def two(chat: Chat) -> Chat:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ben", "!contact add 'Alex Kim' area=Search")
    return chat


BY_LEADS = [
    "!turf assign @ben M-1 --transfer",
    "!turf move @ana @ben",
    "!offboard @ben",
    "!test open petition --yes",
    "!turf release M-1 why='wrong shift'",
    "!away @ana until=fri cover=@ben",
]


@pytest.mark.parametrize("text", BY_LEADS)
async def test_whoever_is_no_lead_any_more_takes_back_nothing_that_leads_do(
    two: Chat, text: str
) -> None:
    for _again in range(2):
        await (two.sure if "move" in text else two.dm)("@lea", text)
    two.roles["@lea"] = Role.ORGANIZER
    said = await two.dm("@lea", "!undo")
    assert "Undone" not in said.text
    assert said.says("only a lead can take it back", "!undo of=@lea")
    # The control: as a lead they can, and another lead can for them.
    two.roles["@lea"] = Role.LEAD
    assert (await two.dm("@lea", "!undo")).says("Undone")


IN_CARE = [
    "!contact edit M-1 shift=night",
    "!contact alias M-1 Sammy",
    "!contact move M-1 area=Search",
    "!contact role M-1 leader",
    "!note M-1 'works nights'",
    "!contact basis M-1 consent",
]


@pytest.mark.parametrize("text", IN_CARE)
async def test_what_is_in_anothers_care_by_now_is_theirs(two: Chat, text: str) -> None:
    await two.dm("@ana", text)
    await two.dm("@lea", "!turf assign @ben M-1 --transfer")
    assert (await two.dm("@ana", "!undo")).says("now assigned to another organizer")
    await two.dm("@lea", "!turf assign @ana M-1 --transfer")
    assert (await two.dm("@ana", "!undo")).says("Undone")


async def test_ones_own_words_stay_ones_own_wherever_the_contact_is(two: Chat) -> None:
    """Anybody may rate and log; so anybody may take that back."""
    for text in ("!assess M-1 2 said", "!1on1 log M-1 busy"):
        await two.dm("@ben", text)
        assert (await two.dm("@ben", "!undo")).says("Undone")


async def test_a_lead_takes_back_what_another_saved_with_words(two: Chat) -> None:
    await two.dm("@ana", "!note M-1 'works nights'")
    assert (await two.dm("@ben", "!undo of=@ana why=slip")).says("a lead can undo")
    shown = await two.dm("@lea", "!undo of=@ana")
    assert shown.says(
        "The last thing @ana saved", "the note about somebody, M-1 Sam Okafor", "--yes"
    )
    assert (await two.dm("@lea", "!undo of=@ana --yes")).says("The last thing @ana saved")
    # Ana goes on meanwhile: the yes was not to that.
    await two.dm("@ana", "!assess M-1 2 said")
    changed = await two.dm("@lea", "!undo of=@ana why='they asked me' --yes")
    assert changed.says("changed since you looked", "rating")
    done = await two.dm("@lea", "!undo of=@ana why='they asked me' --yes")
    assert done.says("Undone: ")
    assert "@lea did that for you, because: they asked me" in done.told("@ana")
    assert (await two.dm("@lea", "!audit")).says("took back what another had saved: they asked me")


async def test_nobody_takes_back_what_others_say_of_themselves(two: Chat) -> None:
    await two.dm("@ben", "!meet new Planning | fri 19:00")
    await two.dm("@ben", "!ok")
    await two.dm("@ana", "!yes #1")
    assert (await two.dm("@lea", "!undo of=@ana why=slip")).says("@ana saved nothing")


async def test_a_meeting_that_others_have_answered_is_called_off_and_not_taken_back(
    two: Chat,
) -> None:
    await two.dm("@ana", "!meet new Planning | fri 19:00")
    await two.dm("@ana", "!ok")
    await two.dm("@ben", "!yes #1")
    assert (await two.dm("@ana", "!undo")).says("Others have answered", "!meet cancel")
    # One's own answer is no reason.
    await two.dm("@ben", "!undo")
    assert (await two.dm("@ana", "!undo")).says("Undone: your change to Planning #1")


@pytest.mark.parametrize("text", ["!agenda add 5m flyers", "!meet start"])
async def test_what_others_added_to_a_meeting_keeps_it(two: Chat, text: str) -> None:
    await two.dm("@ana", "!meet new Planning | today 10:05")
    await two.dm("@ana", "!ok")
    await two.room("@ben", text)
    assert (await two.dm("@ana", "!undo")).says("Others have answered or added")


async def test_an_action_that_another_has_done_is_not_taken_back(two: Chat) -> None:
    await two.dm("@ana", "!action @ben print flyers")
    await two.dm("@ben", "!action done 1")
    assert (await two.dm("@ana", "!undo")).says("Somebody else has worked on that")
    await two.dm("@ben", "!undo")
    assert (await two.dm("@ana", "!undo")).says("Undone")


async def test_what_became_of_an_agenda_can_be_taken_back(two: Chat) -> None:
    await two.dm("@ana", "!meet new Planning | fri 19:00")
    await two.dm("@ana", "!ok")
    await two.dm("@ana", "!agenda add 5m flyers")
    before = (await two.dm("@ana", "!agenda")).text
    for text in ("!agenda drop 1", "!agenda done 1"):
        assert (await two.dm("@ben", text)).text != before
        assert (await two.dm("@ben", "!undo")).says("Undone: your change to the agenda")
        assert (await two.dm("@ana", "!agenda")).text == before
    assert (await two.dm("@ben", "!agenda drop 7")).says("There is no 7 on the agenda")


async def test_what_was_carried_over_can_be_taken_back(two: Chat) -> None:
    await two.dm("@ana", "!meet every Planning | day 19:00")
    await two.dm("@ana", "!ok")
    await two.dm("@ana", "!agenda add 5m flyers")
    two.later(days=1)
    before = (await two.dm("@ana", "!agenda")).text
    assert "flyers" not in before
    assert (await two.dm("@ana", "!agenda carry")).says("flyers")
    assert (await two.dm("@ana", "!undo")).says("Undone")
    assert (await two.dm("@ana", "!agenda")).text == before
    assert (await two.dm("@ana", "!agenda carry")).says("flyers")


# -- what is said before something else is taken back than people think -----------------------------


async def test_what_is_taken_back_is_named(two: Chat) -> None:
    await two.dm("@lea", "!turf assign @ben M-1 --transfer")
    assert (
        await two.dm("@lea", "!undo")
    ).here == "Undone: M-1 Sam Okafor (Payments) assigned to @ben."
    await two.dm("@lea", "!turf assign @kim M-1 M-2 --transfer")
    assert (await two.dm("@lea", "!undo")).here == "Undone: 2 people assigned to @kim."
    await two.dm("@ana", "!meet new Planning | fri 19:00")
    await two.dm("@ana", "!ok")
    assert (await two.dm("@ana", "!undo")).says("Undone: your change to Planning #1.")


async def test_a_second_undo_asks_first(two: Chat) -> None:
    await two.dm("@ana", "!assess M-1 2 said")
    two.later(minutes=1)
    await two.dm("@ana", "!note M-1 'works nights'")
    assert (await two.dm("@ana", "!undo")).says("Undone: the note about M-1")
    for _again in range(2):
        asked = await two.dm("@ana", "!undo")
        assert asked.text == (
            "You have just undone something. Before that, at Mon 23 Nov 10:00: your rating"
            " of M-1 Sam Okafor (Payments). To undo that: !undo --yes"
        )
    assert (await two.dm("@ana", "!undo --yes")).says("Undone: your rating of M-1")
    assert (await two.dm("@ana", "!undo --yes")).says(
        "You have just undone something", "adding M-1"
    )


async def test_after_something_new_an_undo_is_about_that(two: Chat) -> None:
    await two.dm("@ana", "!note M-1 'works nights'")
    await two.dm("@ana", "!undo")
    await two.dm("@ana", "!note M-1 'works days'")
    assert (await two.dm("@ana", "!undo")).says("Undone: the note")


async def test_what_cannot_be_taken_back_is_not_skipped_in_silence(two: Chat) -> None:
    await two.dm("@lea", "!turf assign @ben M-1 --transfer")
    await two.sure("@lea", "!forget M-2")
    asked = await two.dm("@lea", "!undo")
    assert asked.says("What you did last cannot be undone. Before that, at ", "M-1 Sam Okafor")
    assert "Undone" not in asked.text
    assert (await two.dm("@lea", "!undo --yes")).says(
        "Undone: M-1 Sam Okafor (Payments) assigned to @ben"
    )


async def test_looking_at_it_alone_is_no_act(two: Chat) -> None:
    await two.dm("@lea", "!turf assign @ben M-1 --transfer")
    await two.dm("@lea", "!forget M-2")
    assert (await two.dm("@lea", "!undo")).says("Undone")


async def test_a_poll_that_was_opened_is_not_skipped_in_silence(two: Chat) -> None:
    two.join("@dan", "@eva", "@flo")
    await two.dm("@ana", "!note M-1 'works nights'")
    await two.opens("@ana", "!poll yesno Do we march?")
    asked = await two.dm("@ana", "!undo")
    assert asked.says(
        "you opened stays open. To cancel it: !poll cancel", "Before that", "the note about M-1"
    )
    assert (await two.dm("@ana", "!undo --yes")).says("Undone: the note")


async def test_how_an_off_boarding_is_undone_is_said_with_it(two: Chat) -> None:
    said = await two.dm("@lea", "!offboard @ana")
    assert said.here.endswith(
        "!undo gives their people back, for 15 minutes; !readmit @ana lets them in again."
    )
    assert (await two.dm("@lea", "!undo")).says(
        "Undone: ending @ana's part; their people are theirs"
    )
