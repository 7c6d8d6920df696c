"""A poll is said back before anybody is asked; what its maker may still do; when it may close."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.framework.reply import Items
from commands.polls.ask.policy import Member
from commands.polls.model import PollKind
from storage.core.model import UserId
from tests.chat.conversation import MONDAY_MORNING, Chat, Said

READY = "!poll temp Ready to march on the boss?"
CHOOSE = '!poll choose "Where?" town hall | plaza'
ECHO = (
    "Secret poll, not open yet: “Ready to march on the boss?” (temperature, fist to five)\n"
    "Until Wed 25 Nov 18:00 Madrid; 7 people may vote; below 5 ballots nothing is published.\n"
    "!ok to ask it, !no to drop it."
)
NOTHING = "Nothing waits for your ok here."


@pytest.fixture
def seven(chat: Chat) -> Chat:
    chat.join("@dan", "@eva", "@flo")
    return chat


def of_many(chat: Chat, people: int) -> Chat:
    """So many people who have been in the room for long."""
    chat.join(*(f"@member{at:02}" for at in range(people - len(chat.roles))))
    return chat


async def nobody_was_asked(chat: Chat) -> bool:
    return not (await chat.polls.polls() or chat.polls.in_room or chat.polls.in_person)


# -- saying it back --------------------------------------------------------------------------------


async def test_nothing_is_posted_and_nobody_asked_before_the_ok(seven: Chat) -> None:
    said = await seven.room("@ana", READY)
    assert said.text == ECHO
    assert all(reply.fleeting for reply in said.replies), "the question was written down"
    assert await nobody_was_asked(seven)
    assert (await seven.room("@ana", "!ok")).says("Secret poll K7QX is open until")
    assert len(seven.polls.in_person) == 7


@pytest.mark.parametrize("other", ["@ben", "@lea"])
async def test_only_its_maker_says_ok_and_only_where_it_was_typed(seven: Chat, other: str) -> None:
    await seven.room("@ana", READY)
    assert (await seven.room(other, "!ok")).says(NOTHING)
    assert (await seven.dm("@ana", "!ok")).says(NOTHING)
    assert await nobody_was_asked(seven)
    assert (await seven.room("@ana", "!ok")).says("is open until")


async def test_it_is_dropped_by_no(seven: Chat) -> None:
    await seven.dm("@ana", READY)
    assert (await seven.dm("@ana", "!no")).says("Dropped. Nobody was asked.")
    assert (await seven.dm("@ana", "!ok")).says(NOTHING)
    assert await nobody_was_asked(seven)


async def test_a_second_ok_opens_no_second_poll(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    assert (await seven.room("@ana", "!ok")).says("Secret poll K7QX is open already")
    assert len(await seven.polls.polls()) == 1
    seven.later(minutes=31)
    assert (await seven.room("@ana", "!ok")).says(NOTHING)


async def test_typed_again_with_the_slip_put_right_only_the_last_is_asked(seven: Chat) -> None:
    await seven.room("@ana", "!poll temp Are we reddy?")
    await seven.room("@ana", "!poll temp Are we ready?")
    await seven.room("@ana", "!ok")
    (poll,) = await seven.polls.polls()
    assert poll.question == "Are we ready?"


async def test_several_people_at_once_each_have_their_own(seven: Chat) -> None:
    await seven.room("@ana", "!poll temp Ana's?")
    await seven.room("@ben", "!poll temp Ben's?")
    await seven.room("@ana", "!ok")
    (poll,) = await seven.polls.polls()
    assert poll.question == "Ana's?"
    await seven.room("@ben", "!ok")
    assert [each.question for each in await seven.polls.polls()] == ["Ana's?", "Ben's?"]


async def test_it_waits_for_half_an_hour(seven: Chat) -> None:
    await seven.room("@ana", READY)
    seven.later(minutes=31)
    assert (await seven.room("@ana", "!ok")).says("That poll waited for half an hour.")
    assert (await seven.room("@ana", "!ok")).says(NOTHING)
    assert await nobody_was_asked(seven)


async def test_the_last_that_was_said_back_is_meant(seven: Chat) -> None:
    meeting = "!meet new Planning | tomorrow 19:00 | 90m"
    await seven.room("@ana", READY)
    seven.later(minutes=1)
    await seven.room("@ana", meeting)
    assert (await seven.room("@ana", "!ok")).says("Planning #1")
    assert await nobody_was_asked(seven)
    await seven.room("@ben", meeting)
    seven.later(minutes=1)
    await seven.room("@ben", READY)
    assert (await seven.room("@ben", "!ok")).says("is open until")
    assert (await seven.room("@ben", "!ok")).says("is open already")


async def test_who_asks_the_same_twice_is_told_so(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    for typed in (READY, READY.upper().replace("!POLL TEMP", "!poll temp")):
        said = await seven.room("@ben", typed)
        assert said.says("K7QX asks that already, until Wed 25 Nov 18:00 Madrid.")
    assert "asks that already" not in (await seven.room("@ben", "!poll yesno Ready?")).text


async def test_whoever_joined_or_left_meanwhile_counts_at_the_ok(seven: Chat) -> None:
    assert (await seven.room("@ana", READY)).says("7 people may vote")
    seven.polls.people = [p for p in seven.polls.people if p.user != "@flo:example.org"]
    seven._memberships.pop("@flo")
    await seven.room("@ana", "!ok")
    assert len(seven.polls.in_person) == 6


async def test_a_machine_that_became_unsafe_meanwhile_opens_nothing(seven: Chat) -> None:
    await seven.room("@ana", READY)
    seven.polls.reasons = ["Its swap is not encrypted."]
    assert (await seven.room("@ana", "!ok")).says("I hold no secret polls on this machine")
    assert await nobody_was_asked(seven)
    seven.polls.reasons = []
    assert (await seven.room("@ana", "!ok")).says("is open until"), "the draft was lost"


async def test_an_open_poll_is_said_back_too(seven: Chat) -> None:
    said = await seven.room("@ana", "!poll open Who cooks? me | not this time")
    assert said.says("Open poll, not posted yet: “Who cooks?” (names visible)")
    assert said.lists("“me”", "“not this time”")
    assert "org.matrix.msc3381.poll.start" not in str(said.outgoing)
    assert "org.matrix.msc3381.poll.start" in str((await seven.room("@ana", "!ok")).outgoing)


# -- options ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        (CHOOSE, ("town hall", "plaza")),
        ("!poll choose Where?\n1. town hall\n2. plaza", ("town hall", "plaza")),
        ("!poll choose\nWhere?\n- town hall\n- plaza\ncloses=fri", ("town hall", "plaza")),
        ('!poll choose "How much?" $1,000, $500', ("$1,000", "$500")),
        ("!poll rank Who? Ana or Ben", ("Ana", "Ben")),
        ("!poll choose OK? 👍, 👎", ("👍", "👎")),
        ("!poll approve Which? +1, -1", ("+1", "-1")),
        ("!poll score Which? C++, C#", ("C++", "C#")),
        ("！poll choose Where？ town hall｜plaza", ("town hall", "plaza")),
        ("!poll Where? town hall | plaza", ("town hall", "plaza")),
    ],
)
async def test_options_reach_the_ballot_as_they_were_meant(
    seven: Chat, typed: str, options: tuple[str, ...]
) -> None:
    said = await seven.room("@ana", typed)
    assert said.lists(*(f"“{each}”" for each in options))
    await seven.room("@ana", "!ok")
    (poll,) = await seven.polls.polls()
    assert poll.options == options


async def test_what_is_not_plain_comes_back_as_a_line_to_copy(seven: Chat) -> None:
    said = await seven.dm("@ana", '!poll choose "Where?" town hall plaza closes=fri quorum=2/3')
    again = '!poll choose "Where?" town | hall | plaza closes="2026-11-27 18:00" quorum="2/3"'
    assert said.says("more than one way", again)
    assert all(reply.fleeting for reply in said.replies), "the question was written down"
    said = await seven.dm("@ana", again)
    assert said.lists("“town”", "“hall”", "“plaza”")
    assert said.says("Until Fri 27 Nov 18:00", "Quorum 2/3: 5 ballots of 7.")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("!poll choose Where? plaza", "I read 1"),
        ("!poll choose Where? a | | b", "empty"),
        ("!poll choose Where? a, A", "there twice"),
        ("!poll choose plaza, hall", "where the question ends"),
        ("!poll choose Where? a, b clozes=fri", "Did you mean closes=?"),
        ("!poll Ready?", '!poll yesno "Ready?"'),
        ("!poll cancle K7QX", "Did you mean !poll cancel?"),
        ("!poll tmp Ready?", "Did you mean !poll temp Ready?"),
    ],
)
async def test_what_cannot_be_meant_says_how_to_do_it(seven: Chat, typed: str, why: str) -> None:
    assert (await seven.dm("@ana", typed)).says(why)
    assert (await seven.dm("@ana", "!ok")).says(NOTHING)


@pytest.mark.parametrize(
    "typed",
    [
        f"!poll temp {'x' * 301}",
        "!poll temp Ready? closes=someday",
        "!poll temp Ready? k=two",
        "!poll choose Where? a, b clozes=fri",
        "!poll choose Where? plaza",
        "!poll Ready?",
        "!poll tmp Ready?",
    ],
)
async def test_no_refusal_writes_a_word_of_a_poll_down(seven: Chat, typed: str) -> None:
    said = await seven.dm("@ana", typed)
    assert said.replies
    assert all(reply.fleeting for reply in said.replies)


@pytest.mark.parametrize("quorum", ["2/3", "66.7%", "0.667", '"two thirds"', "⅔", "5"])
async def test_a_quorum_of_two_thirds(seven: Chat, quorum: str) -> None:
    await seven.opens("@ana", f"{READY} quorum={quorum}")
    (poll,) = await seven.polls.polls()
    assert poll.rules.quorum == 5


async def test_a_quorum_of_a_majority(seven: Chat) -> None:
    said = await seven.room("@ana", f"{READY} quorum=50%+1")
    assert said.says("Quorum more than half: 4 ballots of 7.")


# -- its maker -------------------------------------------------------------------------------------


async def test_its_maker_calls_it_off_while_ballots_go_out(seven: Chat) -> None:
    await seven.opens("@ana", READY, direct=True)
    assert (await seven.dm("@ana", "!poll cancel K7QX")).text == (
        "Secret poll K7QX is cancelled; I tell the room."
    )
    assert not await seven.polls.polls()
    assert (await seven.dm("@ben", "vote K7QX 05")).says("I took no vote")


@pytest.mark.parametrize("votes", [0, 7])
async def test_later_only_a_lead_does_and_nobody_learns_why(seven: Chat, votes: int) -> None:
    await seven.opens("@ana", READY)
    for who in list(seven.roles)[:votes]:
        await seven.dm(who, "vote K7QX 05")
    others = await seven.dm("@ben", "!poll cancel K7QX")
    seven.later(seconds=30)
    said = await seven.dm("@ana", "!poll cancel K7QX")
    assert said.text == others.text
    assert said.says("is for leads", "not everybody has a ballot yet")
    assert len(await seven.polls.polls()) == 1


# -- how long it stays open ------------------------------------------------------------------------


async def test_the_last_of_eighty_has_a_ballot_before_the_close(chat: Chat) -> None:
    of_many(chat, 80)
    said = await chat.room("@ana", f"{READY} closes=10m")
    assert said.says(
        "With 80 people a secret poll stays open for at least 21 minutes",
        "The last of them gets a ballot after 11 minutes, and then has 10 minutes to vote",
        '!poll temp "Ready to march on the boss?" closes="2026-11-23 10:30"',
    )
    assert all(reply.fleeting for reply in said.replies), "the question was written down"
    again = '!poll temp "Ready to march on the boss?" closes="2026-11-23 10:30"'
    assert (await chat.opens("@ana", again)).says("is open until Mon 23 Nov 10:30")


async def test_ballots_of_other_polls_go_first(chat: Chat) -> None:
    of_many(chat, 80)
    chat.polls.waiting = 75
    assert (await chat.room("@ana", f"{READY} closes=21m")).says("for at least 31 minutes")


async def test_a_faster_homeserver_needs_less(chat: Chat) -> None:
    of_many(chat, 80)
    chat.polls.rules = replace(chat.polls.rules, pace=timedelta(seconds=0.1))
    assert (await chat.room("@ana", f"{READY} closes=11m")).says("!ok to ask it")


async def test_who_takes_their_time_with_the_ok_gets_a_later_close(seven: Chat) -> None:
    await seven.room("@ana", f"{READY} closes=10m")
    seven.later(minutes=4)
    assert (await seven.room("@ana", "!ok")).says("is open until Mon 23 Nov 10:14")
    await seven.room("@ben", f"{READY} closes=10m")
    seven.later(minutes=12)
    assert (await seven.room("@ben", "!ok")).says("That deadline has passed now.")


async def test_a_deadline_is_moved_far_enough_for_all_to_hear_of_it(chat: Chat) -> None:
    of_many(chat, 80)
    await chat.opens("@ana", f"{READY} closes=30m")
    chat.later(minutes=25)
    said = await chat.room("@lea", "!poll extend K7QX 10m")
    assert said.says("at least 21 minutes", "!poll postpone K7QX 2026-11-23 10:55")
    assert len(chat.polls.in_room) == 1
    await chat.room("@lea", "!poll postpone K7QX 2026-11-23 10:55")
    assert len(chat.polls.in_room) == 2


# -- near misses -----------------------------------------------------------------------------------

NEAR = ["vote K7QX 4", "VOTE k7qx 04.5", "vote K7QX four", "vote K7QX 004"]
NAMELESS = [
    "vote 4", "Vote 04", "vote", "!vote", "vote four", "vote yes", "04", "4", "four", "05", "XX",
    "FOUR.", "five", "zero", "none", "fist", "abstain", "x", "ny", "!four", "!4", "!04", "! four",
    "vote K70X 04", "vote K7XQ 04", "K7OX 04", "vote 04 K7QX", "vote K7QY 04",
]  # fmt: skip


@pytest.mark.parametrize("typed", [*NEAR, *NAMELESS])
async def test_a_near_miss_is_told_exactly_what_to_send_and_why(seven: Chat, typed: str) -> None:
    await seven.opens("@ana", READY)
    said = await seven.dm("@ben", typed)
    assert said.says("good: vote K7QX 04", "the same length", "it sees how long it is")
    assert (await seven.dm("@ben", "!poll mine K7QX")).says("No, no ballot of yours")


async def test_what_is_told_depends_neither_on_the_choice_nor_on_the_box(seven: Chat) -> None:
    """Whoever looks at the chat later, or at how long messages are, learns nothing from answers."""
    await seven.opens("@ana", READY)
    for several in (NEAR, NAMELESS):
        before = {(await seven.dm("@ben", typed)).text for typed in several}
        await seven.dm("@ben", "vote K7QX 03")
        assert {(await seven.dm("@ben", typed)).text for typed in several} == before
        assert len(before) == 1


@pytest.mark.parametrize("typed", ["4", "four", "FOUR.", "none", "ny", "!four", "! 4"])
async def test_a_choice_alone_is_never_written_down(seven: Chat, typed: str) -> None:
    await seven.opens("@ana", READY)
    said = await seven.dm("@ben", typed)
    assert said.replies
    assert all(reply.fleeting for reply in said.replies)


async def test_with_several_polls_each_is_shown(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.opens("@ben", '!poll approve "What?" pay | hours | rest')
    said = await seven.dm("@kim", "vote 4")
    assert said.says("K7QX “Ready to march", "good: vote K7QX 04", "M2RT “What?”", "vote M2RT YNY")
    assert (await seven.dm("@kim", "vote M2RT 4")).says("not a ballot of M2RT", "vote M2RT YNY")
    assert "K7QX" not in (await seven.dm("@kim", "vote M2RT 4")).text


async def test_who_is_asked_nothing_is_told_nothing_of_votes(seven: Chat) -> None:
    seven.join("@out")
    seven.polls.people.append(Member(UserId("@out:example.org"), MONDAY_MORNING))
    await seven.opens("@ana", READY)
    assert (await seven.dm("@out", "4")).says("I am only a bot")
    assert (await seven.dm("@out", "vote 4")).says("I took no vote: no open secret poll")


# -- the small print -------------------------------------------------------------------------------


async def test_the_small_print_is_whole_once_for_each_person_and_kind(seven: Chat) -> None:
    async def ballots(asked: str) -> dict[str, str]:
        await seven.opens("@ana", asked)
        code = (await seven.polls.polls())[-1].code
        told = {
            str(user): "\n".join(
                "".join(part if isinstance(part, str) else part.text for part in block)
                for block in replies[-1].blocks
                if not isinstance(block, Items)
            )
            for user, replies in seven.polls.in_person.items()
        }
        await seven.room("@lea", f"!poll cancel {code}")
        return told

    whole, short = "Not protected: whoever runs the bot", "All of it: !help secrecy"
    assert all(whole in words for words in (await ballots(READY)).values())
    seven.join("@gus")
    # Two new people: fewer than the floor, so that a second organizer would be asked.
    seven.polls._past.clear()
    second = await ballots("!poll temp And now?")
    assert whole in second.pop("@gus:example.org")
    for words in second.values():
        assert whole not in words
        assert words.count("\n") == 3, "more than two lines of small print"
        assert short in words
    seven.polls._past.clear()
    assert all(whole in words for words in (await ballots("!poll yesno Send it?")).values())


async def test_whether_it_is_whole_says_nothing_about_votes(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.dm("@ana", "vote K7QX 05")
    await seven.room("@lea", "!poll cancel K7QX")
    await seven.opens("@ana", READY)
    last = [replies[-1] for replies in seven.polls.in_person.values()]
    assert all(each == last[0] for each in last), "voters' ballots differ from others'"
    assert (await seven.polls.polls())[0].kind is PollKind.TEMPERATURE


# -- what is typed beside the question ------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "question", "options"),
    [
        ("!poll Open the strike fund? yes, no", "Open the strike fund?", ("yes", "no")),
        ("!poll Cancel the meeting? yes | no", "Cancel the meeting?", ("yes", "no")),
        ("!poll Approve the budget of $1,500? yes, no", "Approve the budget of $1,500?", ("yes", "no")),
        ("!poll choose How long? one day, until friday", "How long?", ("one day", "until friday")),
        ('!poll temp "now" or "never"', '"now" or "never"', ()),
        ('!poll temp "What did "soon" mean?"', 'What did "soon" mean?', ()),
        ("!poll temp Ready? until=freitag 18 uhr", "Ready?", ()),
        ("!poll yes/no Ready?", "Ready?", ()),
    ],
)  # fmt: skip
async def test_a_question_is_not_taken_for_something_else(
    seven: Chat, typed: str, question: str, options: tuple[str, ...]
) -> None:
    await seven.dm("@ana", typed)
    draft = await seven.polls.drafted(UserId("@ana:example.org"), in_room=False)
    assert draft is not None
    assert (draft.asked.question, draft.asked.options) == (question, options)


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        (
            "!poll Where? plaza, hall until friday 6pm",
            '!poll choose "Where?" plaza | hall closes="2026-11-27 18:00"',
        ),
        (
            "!poll Where?\nplaza\nhall\n\nCloses: Friday 6pm",
            '!poll choose "Where?" plaza | hall closes="2026-11-27 18:00"',
        ),
        (
            "!poll choose Where? plaza, hall quorum 2/3",
            '!poll choose "Where?" plaza | hall quorum="2/3"',
        ),
        ("!poll temp Ready? closes fri 18:00", '!poll temp "Ready?" closes="2026-11-27 18:00"'),
        ("!poll new Where? plaza | hall", "!poll Where? plaza | hall"),
        ("!poll Pizza or pasta?", '!poll choose "Pizza or pasta?" Pizza | pasta'),
    ],
)
async def test_what_is_asked_back_shows_a_line_that_works(
    seven: Chat, typed: str, better: str
) -> None:
    said = await seven.dm("@ana", typed)
    assert said.says(better)
    assert all(reply.fleeting for reply in said.replies), "the question was written down"
    assert (await seven.dm("@ana", better)).says("Secret poll, not open yet")


async def test_a_question_does_not_begin_with_a_slip(seven: Chat) -> None:
    said = await seven.dm("@ana", "!poll Do we meet at the plaza or the hall?")
    assert "undo" not in said.text


# -- words that read like the bot's own ----------------------------------------------------------------

RESULT = "K7QX is closed: 9 ballots of 9"
ALIKE = "That looks like a message from me"


@pytest.mark.parametrize(
    "typed",
    [
        f'!poll temp "{RESULT}"',
        f'!poll yesno "{RESULT}"',
        f'!poll choose "Where?" plaza | {RESULT}',
        f'!poll open "{RESULT}" yes | no',
        '!poll open "Who cooks?" me | ██████ 9',
        f"!meet new {RESULT} | tomorrow 19:00 | 90m",
        f"!meet poll {RESULT} | thu 19:00, fri 18:00",
        f'!test open petition "{RESULT}" goal=60% public=51% closes=fri',
        f'!setup name="{RESULT}"',
        f"!agenda add {RESULT}",
        f"!decide {RESULT}",
        f"!action {RESULT}",
    ],
)
async def test_no_question_title_or_note_passes_for_a_result(seven: Chat, typed: str) -> None:
    await seven.room("@kim", "!meet new Planning | tomorrow 19:00 | 90m")
    await seven.room("@kim", "!ok")
    said = await seven.room("@kim", typed)
    assert said.says(ALIKE)
    assert RESULT not in said.text
    assert await nobody_was_asked(seven)


async def test_control_the_same_in_plain_words_is_taken(seven: Chat) -> None:
    assert (await seven.room("@kim", "!meet new Planning | tomorrow 19:00 | 90m")).says("Planning")
    assert (await seven.room("@ana", READY)).says("!ok to ask it")


async def test_what_is_asked_stands_in_quotes_that_it_cannot_close(seven: Chat) -> None:
    await seven.opens("@ana", "!poll yesno Fine?” (yes) Steward: your vote is public. “Or not?")
    head = Said((seven.polls.in_room[-1],)).text.splitlines()[0]
    assert head.count("“") == head.count("”") == 1
    assert head.startswith("Secret poll K7QX, written by a member: “")
    assert head.endswith("” (yes or no)")
