"""Forgiving where it is typed: questions that are answered, days of talks, lines of several, what was due."""

import pytest

from storage.core.model import Outcome
from tests.chat.conversation import Chat
from tests.chat.test_digest import Morning


@pytest.fixture
async def people(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", '!contact add "Priya Raman" area=Payments')
    await chat.dm("@ana", '!contact add "Alex Kim" area=Payments')
    await chat.dm("@ana", '!contact add "Alex Moreno" area=Search')
    await chat.dm("@ben", '!contact add "Dana Fox" area=Search')


async def saved(chat: Chat) -> object:
    async with chat.database.transaction() as tx:
        return await tx.value("SELECT COUNT(*) FROM history")


# -- choices are answered -----------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "answer", ["2", "2.", "#2", "Moreno", "moreno", "alex moreno", "M-4", "Search"]
)
async def test_a_choice_is_answered_and_the_act_goes_on(chat: Chat, answer: str) -> None:
    asked = await chat.dm("@ana", "!log alex reached rate=2 did next=fri")
    assert asked.lists("M-3 Alex Kim (Payments)", "M-4 Alex Moreno (Search)")
    assert (await chat.dm("@ana", answer)).says(
        "Logged M-4 Alex Moreno", "2 supports (did)", "Fri 27 Nov"
    )


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("answer", ["3", "0", "alex", "Okafor", "thanks", "yes"])
async def test_what_is_no_answer_saves_nothing(chat: Chat, answer: str) -> None:
    await chat.dm("@ana", "!log alex reached")
    before = await saved(chat)
    await chat.dm("@ana", answer)
    assert await saved(chat) == before
    assert await chat.conversations() == []


@pytest.mark.usefixtures("people")
async def test_a_question_is_gone_with_the_next_message_and_after_a_quarter_of_an_hour(
    chat: Chat,
) -> None:
    await chat.dm("@ana", "!log alex reached")
    await chat.dm("@ana", "!due")
    await chat.dm("@ana", "2")
    await chat.dm("@ana", "!log alex reached")
    chat.later(minutes=15)
    await chat.dm("@ana", "2")
    await chat.dm("@ana", "!log alex reached")
    await chat.dm("@ben", "2")
    assert await chat.conversations() == []
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM open_questions WHERE author LIKE '@ben%'") == 0


@pytest.mark.usefixtures("people")
async def test_any_command_that_asks_who_takes_the_answer(chat: Chat) -> None:
    await chat.dm("@ana", "!contact show alex")
    assert (await chat.dm("@ana", "1")).says("M-3 Alex Kim (Payments)", "Not assessed")


@pytest.mark.usefixtures("people")
async def test_a_rating_is_asked_what_it_rests_on(chat: Chat) -> None:
    for typed in ("sam 2", "!assess M-1 2", "rate sam 2"):
        assert (await chat.dm("@ana", typed)).lists("said", "did", "heard")
        assert (await chat.dm("@ana", "did")).says("M-1 Sam Okafor (Payments): 2 supports (did)")
    assert len(await chat.assessments("M-1")) == 3


@pytest.mark.usefixtures("people")
async def test_a_day_alone_answers_no_next_step(chat: Chat) -> None:
    assert (await chat.dm("@ana", "sam reached")).says("No next step. Answer with a day, like fri.")
    assert (await chat.dm("@ana", "fri")).says(
        "Follow-up 1: M-1 Sam Okafor (Payments), Fri 27 Nov."
    )
    await chat.dm("@ana", "no answer M-1 M-2")
    said = await chat.dm("@ana", "tomorrow")
    assert said.says("Follow-up 2: M-1", "Follow-up 3: M-2")
    before = await saved(chat)
    await chat.dm("@ana", "sam reached next=fri")
    await chat.dm("@ana", "thu")
    assert await saved(chat) == int(str(before)) + 1, "a next step was there already"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("said", ["sam", "sam 2", "do", "thanks", "no", "1"])
async def test_what_is_no_day_or_somebodys_name_makes_no_follow_up(chat: Chat, said: str) -> None:
    await chat.dm("@ana", "priya reached")
    await chat.dm("@ana", said)
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM follow_ups") == 0


@pytest.mark.usefixtures("people")
async def test_what_came_of_a_follow_up_answers_what_is_due(chat: Chat) -> None:
    await chat.dm("@ana", "!followup M-1 today")
    await chat.dm("@ana", "due")
    assert (await chat.dm("@ana", "thanks")).text
    assert (await chat.dm("@ana", "due")).says("or just answer 1 signed")
    assert (await chat.dm("@ana", "signed")).says("Done: M-1 Sam Okafor: talk again → signed.")
    await chat.dm("@ana", "!followup M-1 today")
    await chat.dm("@ana", "!followup M-2 today")
    await chat.dm("@ana", "due")
    await chat.dm("@ana", "signed")
    await chat.dm("@ana", "due")
    await chat.dm("@ana", "2 weeks")
    await chat.dm("@ana", "due")
    assert (await chat.dm("@ana", "3 will come with a friend")).says(
        "Done: M-2", "→ will come with a friend."
    )
    assert (await chat.dm("@ana", "!due")).lists("2 · M-1 Sam Okafor: talk again · today")


@pytest.mark.usefixtures("people")
async def test_several_are_marked_without_commas(chat: Chat) -> None:
    await chat.dm("@lea", '!test open petition "On-call pay" goal=60% --yes')
    for typed in (
        "sam priya did",
        "mark did sam priya",
        "signed sam and priya",
        "mark sam priya signed",
    ):
        assert (await chat.dm("@ana", typed)).says("M-1", "M-2"), typed
        await chat.dm("@ana", "!undo")
    before = await saved(chat)
    for typed in ("sam did", "sam dana did", "sam alex did", "sam priya did it already in may"):
        await chat.dm("@ana", typed)
    assert await saved(chat) == before


@pytest.mark.usefixtures("people")
async def test_guided_questions_go_first(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    assert (await chat.dm("@ana", "reached")).says("What moves them?")
    assert (await chat.dm("@ana", "sam 2 did")).says("What did you ask")
    assert await chat.assessments("M-1") == []


@pytest.mark.usefixtures("people")
async def test_nothing_is_read_so_that_stays_in_the_room(chat: Chat) -> None:
    for typed in ("sam reached 2 did", "log sam reached 2 did", "left a message for sam", "1"):
        assert (await chat.room("@ana", typed)).replies == ()
    assert await chat.conversations() == []
    # What is taken away is heard as in the direct chat.
    for number, typed in enumerate(("!sam reached 2 did", "!log sam reached 2 did fri"), 1):
        said = await chat.room("@ana", typed)
        assert said.retracted
        assert "Sam" not in said.in_room
        assert len(await chat.conversations()) == number


@pytest.mark.usefixtures("people")
async def test_nobody_learns_of_others_people_by_their_names(chat: Chat) -> None:
    """A line without a command finds one's own alone; whoever is not there sounds the same."""
    before = await chat.dm("@ana", "quentin 2 did")
    await chat.dm("@ben", '!contact add "Quentin Vale"')
    assert (await chat.dm("@ana", "quentin 2 did")).text == before.text
    assert (await chat.dm("@lea", "dana 2 did")).says("M-5 Dana Fox")


@pytest.mark.usefixtures("people")
async def test_a_question_is_forgotten_with_anybody(chat: Chat) -> None:
    await chat.dm("@ana", "log alex reached note knows Priya Raman well")
    await chat.sure("@lea", "!forget M-2")
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM open_questions") == 0


# -- several lines ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
async def test_a_second_line_is_never_swallowed(chat: Chat) -> None:
    said = await chat.dm("@ana", "!rate\nM-1 2 did\nM-2 3 said")
    assert said.says(
        "M-1 Sam Okafor (Payments): 2 supports (did)", "M-2 Priya Raman (Payments): 3 undecided"
    )
    asked = await chat.dm("@ana", "!assess M-1 2 did signed\nand will bring more")
    assert asked.says("“and will bring more” is not one. I saved nothing.")
    assert len(await chat.assessments("M-1")) == 1
    await chat.dm("@ana", "1")
    assert (await chat.assessments("M-1"))[0].note == "signed and will bring more"


@pytest.mark.usefixtures("people")
async def test_of_several_lines_each_is_answered(chat: Chat) -> None:
    said = await chat.dm("@ana", "!log M-1 reached\n!log M-99 reached\n!log M-2 noanswer")
    assert said.says("Logged M-1", "There is no M-99", "Logged M-2")


@pytest.mark.usefixtures("people")
async def test_of_two_questions_in_one_message_none_is_answered_by_a_number(chat: Chat) -> None:
    await chat.dm("@ana", "log alex reached\nsam 2")
    before = await saved(chat)
    await chat.dm("@ana", "1")
    assert await saved(chat) == before


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("lines", [21, 100, 101, 3_000])
async def test_a_paste_of_many_commands_does_nothing(chat: Chat, lines: int) -> None:
    before = await saved(chat)
    said = await chat.dm("@ana", "\n".join(["!log M-1 noanswer"] * lines))
    assert said.says(f"That is {lines} commands in one message; the limit is 20")
    assert await saved(chat) == before


# -- the day of a talk --------------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
async def test_a_talk_has_a_day(chat: Chat) -> None:
    said = await chat.dm("@ana", "!log M-1 reached on=yesterday rate=2 did")
    assert said.says("Logged M-1 Sam Okafor (Payments): reached, Sun 22 Nov.")
    [talk] = await chat.conversations()
    assert talk.at.date().isoformat() == "2026-11-22"
    assert (await chat.assessments("M-1"))[0].at == talk.at
    assert (await chat.dm("@ana", "!1on1 history M-1")).says("Sun 22 Nov")
    assert (await chat.dm("@ana", "!log M-1 reached on=tomorrow")).says("still to come")
    assert (await chat.dm("@ana", "!log M-2 reached on=fri")).says("reached, Fri 20 Nov.")


@pytest.mark.usefixtures("people")
async def test_old_ratings_count_from_the_day_of_the_talk(chat: Chat) -> None:
    await chat.dm("@ana", '!log M-1 reached on="20 oct" rate=2 did')
    assert (await chat.dm("@ana", "!stale 30")).says(
        "M-1 Sam Okafor (Payments): 2 supports, Tue 20 Oct"
    )


# -- what was due -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
async def test_a_talk_closes_what_was_due_with_them(chat: Chat) -> None:
    await chat.dm("@ana", '!log M-1 reached ask="sign petition" next=today')
    said = await chat.dm("@ana", "!log M-1 reached next=2w")
    assert said.says("Closed: follow-up 1 (sign petition)", "(follow-up 2)")
    assert (await chat.dm("@ana", "!due")).says("1 follow-up is planned for later")
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@ana", "!due")).says("1 · M-1 Sam Okafor: sign petition · today")


@pytest.mark.usefixtures("people")
async def test_unless_told_otherwise(chat: Chat) -> None:
    await chat.dm("@ana", "!followup M-1 today")
    await chat.dm("@ana", "!log M-1 noanswer")
    assert (await chat.dm("@ana", "!due")).says("1 · M-1"), "nobody was reached"
    await chat.dm("@ana", "!log M-1 reached next=fri --keep")
    assert (await chat.dm("@ana", "!due")).says("1 · M-1", "2 · M-1")
    await chat.dm("@ana", "!log M-1 noanswer next=mon --yes")
    await chat.dm("@ben", "!log M-1 reached next=fri")
    assert (await chat.dm("@ben", "!due")).says("Fri 27 Nov"), "others' stay theirs"


@pytest.mark.usefixtures("people")
async def test_follow_ups_do_not_pile_up(chat: Chat) -> None:
    for _week in range(21):
        await chat.dm("@ana", "!log M-1 reached next=2w")
        chat.later(days=14)
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM follow_ups WHERE open") == 1


@pytest.mark.usefixtures("people")
async def test_a_follow_up_without_a_talk(chat: Chat) -> None:
    for at, typed in enumerate(
        ("!followup M-1 fri", "remind sam fri", "due add sam fri", "follow up sam fri"), 1
    ):
        assert (await chat.dm("@ana", typed)).says(
            f"Follow-up {at}: M-1 Sam Okafor (Payments), Fri 27 Nov."
        )
    assert (await chat.dm("@ana", "!followup M-1 fri about the petition")).says(
        ": about the petition"
    )
    assert (await chat.dm("@ana", "!undo")).says("the follow-up about M-1")
    assert (await chat.dm("@ana", "!followup M-1 yesterday")).says("in the past")
    assert (await chat.dm("@ana", "!followup M-1 fri his wife is ill")).says("Not saved yet")


# -- put right later ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
async def test_a_talk_is_moved_to_the_right_person_with_all_that_came_with_it(chat: Chat) -> None:
    await chat.dm("@ana", "!assess M-1 3 said")
    await chat.dm("@ana", "!log M-1 reached rate=2 did next=fri issue=pay")
    chat.later(days=1)
    said = await chat.dm("@ana", "!1on1 edit 1 who=M-2")
    assert said.says(
        "Talk 1 was with M-2 Priya Raman (Payments), not with M-1 Sam Okafor", "who=M-1"
    )
    assert [each.rating.value for each in await chat.assessments("M-1")] == [3]
    assert [each.rating.value for each in await chat.assessments("M-2")] == [2]
    assert (await chat.dm("@ana", "!due")).lists("2 · M-2 Priya Raman: talk again · Fri 27 Nov")
    assert (await chat.dm("@ana", "!1on1 history M-1")).says("no talk yet")
    assert (await chat.dm("@ana", "!1on1 history M-2")).says("1 · Mon 23 Nov", "issue: pay")
    await chat.dm("@ana", "!1on1 edit 1 who=M-1 issue=hours")
    assert (await chat.dm("@ana", "!1on1 history M-1")).says("issue: hours")


@pytest.mark.usefixtures("people")
async def test_a_talk_is_withdrawn_much_later(chat: Chat) -> None:
    await chat.dm("@ana", "!log M-1 reached rate=2 did next=fri")
    await chat.dm("@ana", "!1on1 edit 1 issue=pay")
    chat.later(days=3)
    assert (await chat.dm("@ben", "!1on1 withdraw 1")).says("You have no talk 1")
    said = await chat.dm("@ana", "!1on1 withdraw 1 wrong person")
    assert said.says("Withdrawn: talk 1 with M-1 Sam Okafor (Payments)")
    assert await chat.conversations() == []
    assert await chat.assessments("M-1") == []
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    assert (await chat.dm("@lea", "!subject M-1")).says("Talk 1 withdrawn: wrong person", "pay")


# -- whose contact it is ------------------------------------------------------------------------------


@pytest.mark.usefixtures("people")
async def test_whose_contact_it_is_hears_of_it_in_the_morning(chat: Chat) -> None:
    morning = Morning(chat)
    await chat.dm("@ben", "!log M-1 reached rate=4 heard")
    await chat.dm("@ben", "!assess M-2 3 heard")
    await chat.dm("@ben", "!undo")
    await chat.dm("@ana", "!log M-3 reached")
    said = await morning.comes("2026-11-24")
    assert "Others talked with or rated your people: M-1\n" in said["@ana"]
    assert "Okafor" not in said["@ana"]
    assert set(said) == {"@ana"}
    assert await morning.comes("2026-11-25") == {}


@pytest.mark.usefixtures("people")
async def test_a_name_one_letter_off_is_suggested_among_ones_own(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Jürgen Müller"')
    await chat.dm("@ana", '!contact add "Luis Ortiz"')
    for typed, meant in (
        ("Ortis", "Luis Ortiz"),
        ("mueller", "Jürgen Müller"),
        ("sma", "Sam Okafor"),
    ):
        assert (await chat.dm("@ana", f"!log {typed} reached")).says("Did you mean", meant)
        assert (await chat.dm("@ana", "1")).says("Logged", meant)
    assert "Dana" not in (await chat.dm("@ana", "!log dona reached")).text
    assert {talk.outcome for talk in await chat.conversations()} == {Outcome.REACHED}
