"""Secret polls as people meet them: what is asked, announced, answered and published."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.matrix.render import render
from commands.framework.reply import Reply
from commands.polls import views
from commands.polls.ask.policy import Member, Policy
from commands.polls.model import PollKind
from storage.core.model import UserId
from tests.chat.conversation import MONDAY_MORNING, Chat, Said

SEVEN = ("@ana", "@ben", "@dan", "@eva", "@flo", "@kim", "@lea")
READY = '!poll temp "Ready to march on the boss?"'
PROMISED = (
    "Secret poll K7QX, closes Wed 25 Nov 18:00 Madrid, 7 people may vote; results only then and only"
    " if at least 5 vote. Members and the poll's creator cannot see your vote, nor whether you"
    " voted. The bot's files never hold it readable; it is destroyed when results are posted."
)
NOT_PROTECTED = (
    "Not protected: whoever runs the bot could see votes as they arrive and could miscount."
    " The server sees that and when you voted. If nearly everyone votes alike, totals"
    " show it. Your own copy of this chat; seizure while the bot runs. If the machine restarts"
    " you will be asked to vote again. An informal poll, not a legal ballot."
)
VOTES = {"@ana": "05", "@ben": "04", "@dan": "04", "@eva": "02", "@flo": "00"}


@pytest.fixture
def seven(chat: Chat) -> Chat:
    chat.join("@dan", "@eva", "@flo")
    return chat


def user(who: str) -> UserId:
    return UserId(f"{who}:example.org")


def text(*replies: Reply) -> str:
    return Said(replies).text


def room(chat: Chat) -> str:
    """What was said in the room last."""
    return text(chat.polls.in_room[-1])


def ballot(chat: Chat, who: str = "@ana") -> str:
    return text(chat.polls.in_person[user(who)][-1])


async def held(chat: Chat, votes: dict[str, str], asked: str = READY) -> str:
    """A whole poll; its result."""
    await chat.opens("@ana", asked)
    for who, choice in votes.items():
        assert (await chat.dm(who, f"vote K7QX {choice}")).says("Recorded for K7QX.")
    chat.later(days=3)
    return room(chat)


# -- opening ---------------------------------------------------------------------------------


async def test_a_question_is_enough(seven: Chat) -> None:
    said = await seven.opens("@ana", READY)
    assert said.text == (
        "Secret poll K7QX is open until Wed 25 Nov 18:00 Madrid. The ballots are on their way."
    )
    announced = room(seven)
    for fragment in (
        "Secret poll K7QX, written by a member: “Ready to march on the boss?” (temperature,",
        "It closes Wed 25 Nov 18:00 Madrid and not before.",
        "if at least 5 vote",
        "7 people may vote",
        ", ".join(user(who) for who in SEVEN),
        "whoever I have seen here for 24 hours, and whoever was here when I first looked",
        "You are few",
    ):
        assert fragment in announced
    assert set(seven.polls.in_person) == {user(who) for who in SEVEN}


async def test_whoever_cannot_vote_yet_is_counted_before_and_after_the_ok(seven: Chat) -> None:
    seven.polls.unverified = {user("@flo")}
    back = await seven.room("@ana", READY)
    assert back.says("1 of them has no verified app and cannot vote before that is done.")
    assert "no result" not in back.text
    seven.polls.unverified |= {user("@eva"), user("@kim")}
    few = (
        "3 of them have no verified app and cannot vote before that is done. Without them there are"
        " fewer than 5 votes, so no result."
    )
    assert (await seven.room("@ana", READY)).says(few)
    assert (await seven.room("@ana", "!ok")).says("Secret poll K7QX is open until", few)
    assert "verified" not in room(seven), "nobody is shamed in the room"


async def test_a_roster_without_hours_is_told_without_hours(seven: Chat) -> None:
    seven.polls.rules = Policy(joined_for=timedelta(0))
    await seven.opens("@ana", READY)
    assert "The roster has everybody who was here when the poll opened." in room(seven)
    assert "hour" not in room(seven)


def test_a_lost_poll_is_told_by_its_deadline_and_by_nothing_else() -> None:
    until, zone = MONDAY_MORNING + timedelta(hours=8), ZoneInfo("Europe/Madrid")
    for words in (views.key_lost, views.rolled_back):
        said = text(words(until, zone))
        assert "The secret poll that was open until Mon 23 Nov 18:00 Madrid is" in said
        assert "Please open it again" in said


async def test_every_ballot_is_the_same_and_says_what_is_protected_and_what_is_not(
    seven: Chat,
) -> None:
    await seven.opens("@ana", READY)
    assert len({ballot(seven, who) for who in SEVEN}) == 1
    for fragment in (
        "04 good",
        "XX abstain",
        "vote K7QX XX",
        PROMISED,
        NOT_PROTECTED,
    ):
        assert fragment in ballot(seven)


async def test_who_asked_is_not_announced(seven: Chat) -> None:
    await seven.opens("@lea", READY, direct=True)
    await seven.room("@lea", "!poll cancel K7QX")
    await seven.room("@lea", "!poll cancel K7QX --yes")
    seven.polls.codes.insert(0, "K7QX")
    await seven.opens("@ana", READY, direct=True)
    by_ana = room(seven), ballot(seven)
    await seven.room("@lea", "!poll cancel K7QX")
    await seven.room("@lea", "!poll cancel K7QX --yes")
    seven.polls.codes.insert(0, "K7QX")
    await seven.opens("@ben", READY, direct=True)
    assert (room(seven), ballot(seven)) == by_ana


@pytest.mark.parametrize(
    ("asked", "kind", "ballots"),
    [
        ('!poll yesno "Strike?"', PollKind.YES_NO, ["01 Yes", "02 No", "vote K7QX XX"]),
        ('!poll consensus "Strike?"', PollKind.CONSENSUS, ["03 Stand aside", "04 Block"]),
        (
            '!poll choose "Where?" plaza, hall',
            PollKind.CHOOSE,
            ["01 “plaza”", "02 “hall”", "XX abstain"],
        ),
        (
            '!poll approve "What?" pay, hours, rest',
            PollKind.APPROVE,
            ["place 2: “hours”", "K7QX YNY"],
        ),
        (
            '!poll score "What?" pay, hours, rest',
            PollKind.SCORE,
            ["place 3: “rest”", "vote K7QX 502"],
        ),
        (
            '!poll rank "Who?" Ana, Ben, Lea',
            PollKind.RANK,
            ["A “Ana”", "C “Lea”", "vote K7QX BCA", "vote K7QX BXX", "Counted by instant runoff"],
        ),
    ],
)
async def test_every_kind_shows_how_to_vote(
    seven: Chat, asked: str, kind: PollKind, ballots: list[str]
) -> None:
    await seven.opens("@ana", asked)
    (poll,) = await seven.polls.polls()
    assert poll.kind is kind
    for fragment in ballots:
        assert fragment in ballot(seven)
    for example in re.findall(r"vote K7QX (?!and)\w+", ballot(seven)):
        assert (await seven.dm("@ben", example)).says("Recorded for K7QX.")


async def test_the_deadline_the_floor_and_the_quorum_may_be_chosen(seven: Chat) -> None:
    await seven.opens("@ana", f'{READY} closes="fri 20:00" k=6 quorum=60%')
    assert "It closes Fri 27 Nov 20:00" in room(seven)
    assert "if at least 6 vote" in room(seven)
    assert "It counts with 5 ballots or more, abstentions included." in room(seven)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (f"{READY} k=8", "Only 7 people here may vote"),
        (f"{READY} quorum=8", "A quorum of 8 cannot be met: 7 people may vote."),
        (f"{READY} closes=5m", "stays open for at least 10 minutes"),
        (f"{READY} closes=20d", "stays open for 14 days at most"),
    ],
)
async def test_a_poll_that_cannot_be_secret_is_not_opened(
    seven: Chat, asked: str, why: str
) -> None:
    assert (await seven.room("@ana", asked)).says(why)
    assert not await seven.polls.polls()
    assert not seven.polls.in_room


async def test_where_the_machine_is_unsafe_it_says_why(seven: Chat) -> None:
    seven.polls.reasons = ["Its swap is not encrypted."]
    assert (await seven.room("@ana", READY)).says(
        "I hold no secret polls on this machine: Its swap is not encrypted."
    )
    assert not seven.polls.in_room


async def test_the_status_says_it_too(seven: Chat) -> None:
    words = "No secret polls on this machine: Its swap is not encrypted."
    seven.audit = replace(seven.healthy(), no_secret_polls=("Its swap is not encrypted.",))
    assert (await seven.room("@ana", "!status")).says(words)
    seven.audit = seven.healthy()
    assert words not in (await seven.room("@ana", "!status")).text


async def test_whoever_joined_today_waits_for_the_next_poll(seven: Chat) -> None:
    seven.join("@new")
    seven.polls.people.append(Member(user("@new"), MONDAY_MORNING - timedelta(hours=2)))
    await seven.opens("@new", READY)
    assert "7 people may vote" in room(seven)
    assert f"less than 24 hours: {user('@new')}" in room(seven)
    answer = (await seven.dm("@new", "vote K7QX 05")).text
    assert answer == (await seven.dm("@new", "vote B2B2 05")).text


# -- comparing two polls ---------------------------------------------------------------------


OTHER = '!poll yesno "Do we send the letter?"'


def without_flo(chat: Chat) -> None:
    """She left, or was removed from the room."""
    chat._gather()
    chat.polls.people = [
        replace(p, away=chat.now) if p.user == user("@flo") else p for p in chat.polls.people
    ]


def code_in(said: Said) -> str:
    found = re.search(r"!poll confirm (\w{4})", said.text)
    assert found is not None, said.text
    return found[1]


async def test_nearly_the_same_roster_needs_a_lead_who_has_read_it(seven: Chat) -> None:
    await held(seven, VOTES)
    without_flo(seven)
    said = await seven.opens("@ana", OTHER)
    assert said.says("Not opened yet.", user("@flo"), "what that person thinks")
    code = code_in(said)
    assert (await seven.dm("@ana", f"!poll confirm {code}")).says("somebody else has to agree")
    assert (await seven.dm("@ben", f"!poll confirm {code}")).says("is for leads")
    assert (await seven.dm("@lea", "!poll confirm B2B2")).says("No poll with that code waits")
    assert not await seven.polls.polls()
    read = await seven.dm("@lea", f"!poll confirm {code}")
    assert read.says("“Do we send the letter?”", user("@flo"), "!ok to ask it")
    assert all(reply.fleeting for reply in read.replies)
    assert not await seven.polls.polls(), "opened without an ok"
    assert (await seven.dm("@lea", "!ok")).says("Secret poll M2RT is open")
    for told in (room(seven), ballot(seven)):
        assert user("@flo") in told
        assert "what that person thinks" in told


async def test_where_nobody_else_leads_another_organizer_agrees(seven: Chat) -> None:
    await held(seven, VOTES)
    without_flo(seven)
    seven.roles.pop("@kim")
    code = code_in(await seven.opens("@lea", OTHER))
    assert (await seven.dm("@ben", f"!poll confirm {code}")).says("!ok to ask it")
    assert (await seven.dm("@ben", "!ok")).says("Secret poll M2RT is open")


async def test_a_lead_whose_part_has_ended_is_no_other_lead(seven: Chat) -> None:
    """Still in the room, they kept everybody else from agreeing, and could not agree themselves."""
    await held(seven, VOTES)
    without_flo(seven)
    code = code_in(await seven.opens("@kim", OTHER))
    assert (await seven.dm("@ben", f"!poll confirm {code}")).says("is for leads"), "the control"
    await seven.dm("@kim", "!offboard @lea")
    assert (await seven.dm("@ben", f"!poll confirm {code}")).says("!ok to ask it")


async def test_whoever_agreed_is_shown_it_again_when_somebody_left_meanwhile(seven: Chat) -> None:
    await held(seven, VOTES)
    without_flo(seven)
    code = code_in(await seven.opens("@ana", OTHER))
    await seven.dm("@lea", f"!poll confirm {code}")
    seven.polls.people = [
        replace(p, away=seven.now) if p.user == user("@eva") else p for p in seven.polls.people
    ]
    again = await seven.dm("@lea", "!ok")
    assert again.says(user("@eva"), "!ok to ask it")
    assert not await seven.polls.polls()
    assert (await seven.dm("@lea", "!ok")).says("Secret poll M2RT is open")


async def test_a_lead_may_say_no(seven: Chat) -> None:
    await held(seven, VOTES)
    without_flo(seven)
    code = code_in(await seven.opens("@ana", OTHER))
    await seven.dm("@lea", f"!poll confirm {code}")
    assert (await seven.dm("@lea", "!no")).says("Dropped. Nobody was asked.")
    assert (await seven.dm("@lea", "!ok")).says("Nothing waits")


async def test_nobody_agrees_after_an_hour(seven: Chat) -> None:
    await held(seven, VOTES)
    without_flo(seven)
    code = code_in(await seven.opens("@ana", OTHER))
    seven.later(minutes=61)
    assert (await seven.dm("@lea", f"!poll confirm {code}")).says("No poll with that code waits")


async def test_the_same_question_without_one_is_not_asked_at_all(seven: Chat) -> None:
    await held(seven, VOTES)
    without_flo(seven)
    said = await seven.room("@ana", '!poll yesno "Are we ready to march on our boss?"')
    assert said.says("I do not ask that now.", user("@flo"), "6 days")
    seven.later(days=4)
    assert (await seven.opens("@ana", READY)).says("Not opened yet.")


async def test_who_came_since_waits_until_the_difference_is_not_theirs_alone(seven: Chat) -> None:
    await held(seven, VOTES)
    seven.join("@new")
    seven.later(days=4)
    assert (await seven.opens("@ana", READY)).says("Secret poll M2RT is open")
    assert "7 people may vote" in room(seven)
    assert f"before they came asked nearly the same. The difference of both results would be their vote: {user('@new')}" in room(seven)  # fmt: skip
    # Something else is asked of everybody, if a lead wants it.
    assert (await seven.opens("@ana", OTHER)).says("Not opened yet.", user("@new"))


async def test_the_same_roster_may_be_asked_again(seven: Chat) -> None:
    await held(seven, VOTES)
    assert (await seven.opens("@ana", OTHER)).says("Secret poll M2RT is open")
    seven.later(days=4)
    assert (await seven.opens("@ana", READY)).says("Secret poll P9ZW is open")
    assert "may see the votes of those who changed their mind" in ballot(seven)


async def test_the_same_again_on_the_same_day_needs_a_lead(seven: Chat) -> None:
    await held(seven, VOTES)
    assert (await seven.opens("@ana", READY)).says("Not opened yet.", "voted only once")


async def test_what_had_no_result_may_be_asked_anew(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.room("@lea", "!poll cancel K7QX")
    await seven.room("@lea", "!poll cancel K7QX --yes")
    assert (await seven.opens("@ana", READY)).says("Secret poll M2RT is open")
    seven.later(days=3)
    assert "Fewer than 5 ballots" in room(seven)
    without_flo(seven)
    assert (await seven.opens("@ana", READY)).says("Secret poll P9ZW is open")


async def test_fewer_ballots_than_usual_need_a_lead(seven: Chat) -> None:
    said = await seven.opens("@ana", f"{READY} k=3")
    assert said.says(
        "3 ballots are enough for a result, fewer than usual. If 2 people tell each other"
    )
    await seven.dm("@kim", f"!poll confirm {code_in(said)}")
    assert (await seven.dm("@kim", "!ok")).says("is open")
    assert "fewer than usual" in ballot(seven)


async def test_many_choices_for_few_are_told(seven: Chat) -> None:
    await seven.opens("@ana", '!poll choose "Whose plan?" ana, ben, dan, eva')
    assert "If one person alone takes a choice" in ballot(seven)
    assert "If one person alone takes a choice" in room(seven)


# -- who is on the roster ------------------------------------------------------------------------


async def test_who_is_not_on_the_roster_is_named(seven: Chat) -> None:
    seven.join("@new")
    seven.polls.people.append(Member(user("@new"), MONDAY_MORNING - timedelta(hours=2)))
    await seven.opens("@ana", READY)
    assert f"for less than 24 hours: {user('@new')}." in room(seven)


async def test_who_was_removed_just_before_is_named(seven: Chat) -> None:
    without_flo(seven)
    await seven.opens("@ana", READY)
    assert "6 people may vote" in room(seven)
    assert f"were removed from it in the last 24 hours: {user('@flo')}." in room(seven)


async def test_the_part_of_somebody_ends_and_their_later_vote_is_refused(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.dm("@flo", "vote K7QX 00")
    seven.polls.ended |= {user("@flo"), user("@eva")}
    answers = {(await seven.dm(who, "vote K7QX 05")).text for who in ("@flo", "@eva")}
    assert len(answers) == 1, "it shows whether one is in"
    assert answers.pop().startswith("I took no vote: your part in this committee has ended.")
    for who in ("@ana", "@ben", "@dan", "@kim", "@lea"):
        await seven.dm(who, "vote K7QX 04")
    seven.later(days=3)
    # What Flo voted before counts; the floor is seven now, and six voted.
    assert room(seven).startswith("K7QX is closed. Fewer than 7 ballots: nothing is published")


async def test_control_before_their_part_ended_nothing_is_raised(seven: Chat) -> None:
    assert "6 ballots of 7" in await held(seven, VOTES | {"@kim": "04"})


# -- voting ----------------------------------------------------------------------------------


async def test_first_changed_and_repeated_votes_get_one_answer(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    answers = {(await seven.dm("@ana", f"vote K7QX {choice}")).text for choice in
               ("05", "05", "00", "XX", "03")}  # fmt: skip
    assert answers == {
        "Recorded for K7QX. You can replace it until Wed 25 Nov 18:00 Madrid; only the last one counts."
    }


async def test_only_the_last_vote_counts(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    for choice in ("05", "00", "03"):
        for who in SEVEN:
            await seven.dm(who, f"vote K7QX {choice}")
    seven.later(days=3)
    assert "██████████ 7 · 3 fine" in room(seven)
    assert "7 ballots of 7." in room(seven)


WRONG_CHOICES = ["4", "004", "06", "yes", "04 05", "", "YNNY", "04!!1", "0️⃣4", "-1", "4.0", "vote"]


async def test_every_wrong_ballot_gets_one_answer_and_changes_nothing(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    answers = {(await seven.dm("@ana", f"vote K7QX {wrong}")).text for wrong in WRONG_CHOICES}
    assert len(answers) == 1
    (answer,) = answers
    assert answer.startswith("That is not a ballot of K7QX, so nothing changed.")
    assert (await seven.dm("@ana", "!poll mine K7QX")).says("No, no ballot of yours is in K7QX.")
    await seven.dm("@ana", "vote K7QX 05")
    assert answers == {(await seven.dm("@ana", "vote K7QX 6")).text}, "it shows whether one is in"


async def test_a_vote_in_no_poll_a_late_one_and_an_outsider_get_one_answer(seven: Chat) -> None:
    seven.join("@out")
    seven.polls.people.append(Member(user("@out"), MONDAY_MORNING))
    answers = {(await seven.dm("@ana", "vote K7QX 05")).text}
    await seven.opens("@ana", READY)
    answers |= {
        (await seven.dm(who, vote)).text
        for who, vote in (
            ("@out", "vote K7QX 05"),
            ("@out", "vote K7QX 77"),
            ("@out", "K7QX 05"),
            ("@out", "vote 05"),
            ("@out", "vote K7QY 05"),
            ("@out", "vote '; DROP TABLE box 05"),
        )
    }
    seven.later(days=3)
    answers.add((await seven.dm("@ana", "vote K7QX 05")).text)
    assert len(answers) == 1
    assert answers.pop().startswith("I took no vote: no open secret poll has that code")


async def test_at_the_last_minute_and_after_it(seven: Chat) -> None:
    await seven.opens("@ana", f"{READY} closes=10m")
    seven.later(minutes=9, seconds=59)
    assert (await seven.dm("@ana", "vote K7QX 05")).says("Recorded")
    (poll,) = await seven.polls.polls()
    seven.polls.now = seven.now = poll.rules.closes_at
    assert (await seven.dm("@ben", "vote K7QX 05")).says("I took no vote")


async def test_a_vote_in_the_room_is_removed_and_explained_in_person(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    answers = []
    for wrong in ("vote K7QX 05", "vote K7QX 77", "!vote 05", "K7QX 05", "vote K7QY 05"):
        said = await seven.room("@ben", wrong)
        assert said.retracted
        assert said.here == ""
        answers.append(said.in_person)
    assert len(set(answers)) == 1
    assert "It did not count." in answers[0]
    assert (await seven.dm("@ben", "!poll mine K7QX")).says("No, no ballot of yours")


async def test_talk_about_votes_in_the_room_is_left_alone(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    for talk in ("vote!", "please vote K-something", "K7QX closes on Friday", "vote as you like"):
        assert (await seven.room("@ben", talk)).replies == ()


async def test_no_answer_to_a_vote_shows_what_was_voted(seven: Chat) -> None:
    await seven.opens("@ana", '!poll choose "Where?" plaza, hall')
    for vote in ("vote K7QX 02", "vote K7QX 09", "vote K7QY 02"):
        answer = (await seven.dm("@ana", vote)).text
        assert "02" not in answer.replace("“hall”: vote K7QX 02", "")


async def test_is_my_ballot_in_is_answered_to_its_owner_from_memory(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.dm("@ana", "vote K7QX 05")
    yes, no = await seven.dm("@ana", "!poll mine k7qx"), await seven.dm("@ben", "!poll mine K7QX")
    assert (yes.text, no.text) == (
        "Yes, a ballot of yours is in K7QX.",
        "No, no ballot of yours is in K7QX.",
    )
    unknown = await seven.dm("@ben", "!poll mine B2B2")
    assert unknown.says("I took no vote: no open secret poll has that code")
    assert all(reply.fleeting for said in (yes, no, unknown) for reply in said.replies)


async def test_asked_in_the_room_it_is_answered_in_person(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    said = await seven.room("@ana", "!poll mine K7QX")
    assert said.in_person == "No, no ballot of yours is in K7QX."
    assert "K7QX" not in said.here


# -- while it is open --------------------------------------------------------------------------


async def test_the_list_names_questions_from_memory_only(seven: Chat) -> None:
    assert (await seven.dm("@ana", "!poll list")).says("No secret poll is open.")
    await seven.opens("@ana", READY)
    said = await seven.dm("@ben", "!poll list")
    assert said.lists("K7QX “Ready to march on the boss?”, closes Wed 25 Nov 18:00 Madrid")
    assert all(reply.fleeting for reply in said.replies)


async def test_nothing_anybody_types_shows_a_count(seven: Chat) -> None:
    """Turnout is a number too; the poll's creator learns nothing more than anyone."""
    typed = ["!poll list", "!status", "!help secrecy", "!help poll temp", "!me"]

    async def everything() -> list[str]:
        seven.audit = seven.healthy()
        return [(await seven.dm(who, line)).text for who in ("@ana", "@ben", "@lea", "@kim")
                for line in typed]  # fmt: skip

    await seven.opens("@ana", READY)
    before = await everything()
    for who in SEVEN[1:]:
        await seven.dm(who, "vote K7QX 05")
    assert await everything() == before
    assert len(seven.polls.in_room) == 1, "something was announced before the deadline"


async def test_everybody_is_reminded_alike(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.dm("@ana", "vote K7QX 05")
    seven.polls.remind("K7QX")
    assert len({ballot(seven, who) for who in SEVEN}) == 1
    assert "nobody looked at who voted" in ballot(seven)


async def test_a_lead_cancels_in_the_room(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    assert (await seven.dm("@lea", "!poll cancel K7QX")).says("type it in the committee room")
    seven.later(minutes=1)
    assert (await seven.room("@ana", "!poll cancel K7QX")).says("is for leads")
    assert (await seven.room("@lea", "!poll cancel K7QX")).says("Nobody can bring its ballots back")
    await seven.room("@lea", "!poll cancel K7QX --yes")
    assert room(seven).startswith("Secret poll K7QX is cancelled.")
    assert (await seven.dm("@ana", "vote K7QX 05")).says("I took no vote")
    assert (await seven.room("@lea", "!poll cancel K7QX")).says("No open secret poll has that code")


async def test_a_deadline_moves_later_only(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    await seven.dm("@ana", "vote K7QX 05")
    assert (await seven.room("@lea", "!poll postpone K7QX tue")).says(
        "only move a poll's deadline later"
    )
    assert (await seven.room("@lea", "!poll postpone K7QX 30d")).says("too far away")
    await seven.room("@lea", "!poll postpone K7QX fri 20:00")
    assert "now closes later: Fri 27 Nov 20:00" in room(seven)
    assert (await seven.dm("@ana", "vote K7QX 04")).says("until Fri 27 Nov 20:00")


async def test_no_deadline_is_moved_without_end(seven: Chat) -> None:
    """Neither past what memory lasts since the opening, nor again and again."""
    await seven.opens("@ana", READY)
    for day in (4, 6, 8):
        assert (await seven.room("@lea", f"!poll postpone K7QX {day}d")).says("closes later now")
        seven.later(days=2)
    refused = await seven.room("@lea", "!poll postpone K7QX 7d")
    assert refused.says("moved 3 times, and people count on a result")
    assert await seven.polls.polls()


async def test_a_deadline_is_counted_from_the_opening(seven: Chat) -> None:
    await seven.opens("@ana", READY)
    assert (await seven.room("@lea", "!poll postpone K7QX 10d")).says("closes later now")
    seven.later(days=9)
    refused = await seven.room("@lea", "!poll postpone K7QX 6d")
    assert refused.says("A secret poll can be open for 14 days at most")
    assert (await seven.room("@lea", "!poll postpone K7QX 4d")).says("closes later now")


async def test_a_roster_of_five_thousand_is_posted_whole(chat: Chat) -> None:
    people = [f"@somebody{at:04}" for at in range(5000)]
    chat.join(*people)
    await chat.opens("@ana", READY)
    announced = render(chat.polls.in_room[-1])
    assert all(len(json.dumps(content)) < 48_000 for content in announced)
    whole = "".join(content["body"] for content in announced)
    assert all(f"{who}:example.org" in whole for who in people)


# -- results ---------------------------------------------------------------------------------


async def test_a_temperature(seven: Chat) -> None:
    assert await held(seven, VOTES | {"@kim": "XX"}) == (
        "K7QX is closed: “Ready to march on the boss?”\n"
        "• █████░░░░░ 1 · 5 all in, I will help lead\n"
        "• ██████████ 2 · 4 good\n"
        "• ░░░░░░░░░░ 0 · 3 fine\n"
        "• █████░░░░░ 1 · 2 doubts\n"
        "• ░░░░░░░░░░ 0 · 1 serious doubts\n"
        "• █████░░░░░ 1 · 0 no, not this\n"
        "6 ballots of 7, 1 abstained.\n"
        "Mean 3.0, median 4."
    )


async def test_below_the_floor_there_is_no_number(seven: Chat) -> None:
    four = await held(seven, dict(list(VOTES.items())[:4]))
    assert four == (
        "K7QX is closed. Fewer than 5 ballots: nothing is published, not even how many, and they"
        " are destroyed."
    )
    seven.polls.codes.insert(0, "K7QX")
    assert await held(seven, {}) == four


async def test_a_quorum(seven: Chat) -> None:
    asked = '!poll yesno "Strike?" quorum='
    yes = dict.fromkeys(SEVEN[:5], "01")
    assert "The quorum of 5 is met." in await held(seven, yes, f"{asked}5")
    seven.polls.codes.insert(0, "K7QX")
    asked = '!poll yesno "Do we march?" quorum='
    assert "The quorum of 6 is not met" in await held(seven, yes, f"{asked}80%")


async def test_consensus(seven: Chat) -> None:
    asked = '!poll consensus "We strike"'
    agree = dict.fromkeys(SEVEN, "01")
    assert "No blocks." in await held(seven, agree, asked)
    seven.polls.codes.insert(0, "K7QX")
    asked = '!poll consensus "We march"'
    assert "No consensus: 1 block." in await held(seven, agree | {"@ana": "04"}, asked)


async def test_choose_and_a_tie(seven: Chat) -> None:
    votes = dict(zip(SEVEN, ("01", "01", "02", "02", "03"), strict=False))
    found = await held(seven, votes, '!poll choose "Where?" plaza, hall, café')
    assert "A tie: “plaza”, “hall”." in found


async def test_score(seven: Chat) -> None:
    votes = dict(zip(SEVEN, ("50", "40", "31", "05", "XX"), strict=False))
    found = await held(seven, votes, '!poll score "What?" pay, hours')
    assert "██████░░░░ 3.0 · “pay”" in found
    assert "███░░░░░░░ 1.5 · “hours”" in found
    assert "Most: “pay”." in found


async def test_rank_shows_rounds_and_how_ties_were_broken(seven: Chat) -> None:
    votes = dict(zip(SEVEN, ("ABC", "ABC", "AXX", "BAC", "BXX", "CBA", "CXX"), strict=False))
    found = await held(seven, votes, '!poll rank "Who?" Ana, Ben, Lea')
    assert "Round 1: “Ana” 3, “Ben” 2, “Lea” 2; out by the rule for ties: “Lea”" in found
    assert "Round 2: “Ana” 3, “Ben” 3, no further choice 1" in found
    assert "A tie: “Ana”, “Ben”." in found


# -- around ------------------------------------------------------------------------------------


async def test_help_says_what_is_promised_and_what_is_not(seven: Chat) -> None:
    for say in (seven.dm, seven.room):
        said = await say("@ana", "!help secrecy")
        assert said.says("Secret polls promise", "They cannot promise", "not legal ballots")


async def test_an_open_poll_is_labelled_and_counted_by_apps(seven: Chat) -> None:
    said = await seven.opens("@ana", '!poll open "Who cooks?" me, "not this time"')
    notice, poll = (each.content for each in said.outgoing)
    assert "names visible" in notice["body"]
    native = poll["org.matrix.msc3381.poll.start"]
    assert native["question"]["body"] == "“Who cooks?” (names visible)"
    assert native["kind"] == "org.matrix.msc3381.poll.disclosed"
    assert [each["org.matrix.msc1767.text"] for each in native["answers"]] == [
        "me",
        "not this time",
    ]
    assert not await seven.polls.polls()
