"""Follow-ups: due, moved, and closed only by saying what came of them."""

import pytest

from tests.chat.conversation import Chat


@pytest.fixture
async def owed(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", '!1on1 log M-1 reached ask="sign petition" next=fri')


@pytest.mark.usefixtures("owed")
async def test_what_is_due_and_how_late(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!due")).lists("1 · M-1 Sam Okafor: sign petition · Fri 27 Nov")
    assert (await chat.dm("@ben", "!due")).says("Nothing due")
    chat.later(days=4)
    assert (await chat.dm("@ana", "!due")).says("sign petition · today")
    chat.later(days=1)
    assert (await chat.dm("@ana", "!due")).says("1 day overdue")
    chat.later(days=1)
    assert (await chat.dm("@ana", "!due")).says("2 days overdue", '!done 1 "signed the card"')


@pytest.mark.usefixtures("owed")
async def test_the_day_turns_at_the_persons_own_midnight(chat: Chat) -> None:
    chat.later(days=4, hours=14, minutes=30)  # Friday 23:30 UTC is Saturday 00:30 in Madrid
    assert (await chat.dm("@ana", "!due")).says("1 day overdue")
    await chat.dm("@ana", "!tz New York")
    assert (await chat.dm("@ana", "!due")).says("· today")


@pytest.mark.usefixtures("owed")
async def test_done_needs_an_outcome(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!done 1")).says("I need to know the result")
    assert (await chat.dm("@ana", "!done")).says("Which follow-up?")
    reply = await chat.dm("@ana", "!done 1 signed the petition")
    assert reply.says("Done: M-1 Sam Okafor: sign petition → signed the petition.")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    assert (await chat.dm("@ana", '!done 1 "again"')).says("no open follow-up 1")


@pytest.mark.usefixtures("owed")
async def test_done_with_a_next_step_and_undone_again(chat: Chat) -> None:
    reply = await chat.dm("@ana", "!done #1 next=2w signed")
    assert reply.says("→ signed.", "Next: Mon 7 Dec (follow-up 2)")
    assert (await chat.dm("@ana", "!due")).says("1 follow-up is planned for later")
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@ana", "!due")).lists("1 · M-1 Sam Okafor: sign petition · Fri 27 Nov")


@pytest.mark.usefixtures("owed")
async def test_snooze_and_back(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!snooze 1 3d")).says("Moved to Thu 26 Nov: M-1 Sam Okafor")
    assert (await chat.dm("@ana", "!snooze 1 1 dec")).says("Moved to Tue 1 Dec")
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@ana", "!due")).says("Thu 26 Nov")
    await chat.sure("@ana", "!undo")
    assert (await chat.dm("@ana", "!due")).says("Fri 27 Nov")


@pytest.mark.usefixtures("owed")
async def test_only_the_owner_or_a_lead_closes_it(chat: Chat) -> None:
    for command in ('!done 1 "signed"', "!snooze 1 3d"):
        assert (await chat.dm("@ben", command)).says("You have no open follow-up 1")
    assert (await chat.dm("@lea", "!snooze 1 3d")).says("Moved to")
    assert (await chat.dm("@lea", '!done 1 "signed"')).says("Done:")


@pytest.mark.usefixtures("owed")
async def test_undoing_the_talk_takes_its_follow_up_even_when_moved(chat: Chat) -> None:
    await chat.dm("@lea", "!snooze 1 3d")
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    await chat.dm("@lea", "!undo")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")


@pytest.mark.usefixtures("owed")
async def test_a_delicate_outcome_is_asked_about(chat: Chat) -> None:
    assert (await chat.dm("@ana", '!done 1 "off sick"')).says("Not saved yet", "“sick”")
    assert (await chat.dm("@ana", '!done 1 "off sick" --yes')).says("Done")


@pytest.mark.parametrize(
    "typed",
    ['done 1 "signed" next monday', "!done 1 signed next mon", "!done 1 signed, next: monday"],
)
async def test_a_next_step_behind_the_result_is_asked_about(chat: Chat, typed: str) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ana", "!log M-1 reached next=fri")
    asked = await chat.dm("@ana", typed)
    assert asked.says("Not saved yet", "Mon 30 Nov", 'signed" next=2026-11-30', "--yes")
    assert (await chat.dm("@ana", "1")).says("signed", "Mon 30 Nov (follow-up 2)")


@pytest.mark.parametrize(
    "result",
    ["will sign next week maybe", "next monday", "she asks what comes next", "met next door"],
)
async def test_a_result_is_kept_as_it_is_said(chat: Chat, result: str) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ana", "!log M-1 reached next=fri")
    assert (await chat.dm("@ana", f"!done 1 {result}")).says(f"→ {result}")


async def test_a_day_that_belongs_to_the_result_stays_in_it(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ana", "!log M-1 reached next=fri")
    await chat.dm("@ana", "!done 1 signs next monday")
    assert (await chat.dm("@ana", "2")).says("→ signs next monday")
