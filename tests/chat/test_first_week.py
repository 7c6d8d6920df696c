"""A first week: a buddy, three tips, the steps before a talk, and a look at one's own ratings after ten."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs.digest_texts import Morning as MorningSource
from bot.matrix.rooms import Room
from bot.membership import departures
from bot.rooms.directory import RoomDirectory
from commands.framework.reply import Audience
from storage.chat.committees import Committees
from storage.first_week.buddies import Buddies
from storage.first_week.first_weeks import FirstWeeks
from tests.chat.conversation import Chat, Said
from tests.chat.test_digest import BOT, Morning
from tests.support.collected import Collected
from tests.support.commanding import NO_EFFECTS
from tests.support.standing import AsShown

JOINED = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Monday afternoon."""


async def pairs(chat: Chat) -> list[tuple[str, str]]:
    """Who is whose buddy: newcomer and buddy."""
    async with chat.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        found = await Buddies(tx, committee.id).all(chat.now.date())
    return [(p.newcomer.partition(":")[0], p.buddy.partition(":")[0]) for p in found]


# -- a buddy ---------------------------------------------------------------------------------------
async def test_a_newcomer_chooses_a_buddy_who_hears_it_in_person(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!buddy")).says("You have no buddy", "!buddy @ben")
    said = await chat.dm("@ana", "!buddy @ben")
    assert said.here.startswith("@ben is your buddy until Mon 21 Dec. I tell them now.")
    assert said.told("@ben").splitlines() == [
        "@ana chose you as their buddy until Mon 21 Dec.",
        "Say hello today, meet once this week, and be there for questions.",
        "You see no more of their people than before. To say no: !buddy end @ana",
    ]
    assert not said.body(Audience.ROOM, Audience.LEADS)
    assert (await chat.dm("@ana", "!buddy")).says("Your buddy is @ben, until Mon 21 Dec.")
    assert (await chat.dm("@ben", "!buddy")).says("You are the buddy of @ana, until Mon 21 Dec.")


@pytest.mark.parametrize("how", ["for=", "for ", "FOR "])
async def test_a_lead_chooses_for_others_and_nobody_else_does(chat: Chat, how: str) -> None:
    assert (await chat.dm("@ben", f"!buddy @lea {how}@ana")).says("For others a lead chooses")
    assert await pairs(chat) == []
    said = await chat.dm("@lea", f"!buddy @ben {how}@ana")
    assert said.here.startswith("@ben is the buddy of @ana until Mon 21 Dec.")
    assert said.told("@ben").startswith("@lea made you the buddy of @ana")
    assert said.told("@ana").startswith("@lea asked @ben to be your buddy")
    assert await pairs(chat) == [("@ana", "@ben")]


async def test_a_buddy_sees_nobody_more(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    lines = ("!contact show M-1", "!contact list", "!turf", "!next", "!due", "!1on1 history M-1")
    before = [(await chat.dm("@ben", typed)).text for typed in lines]
    assert "not one of your people" in before[0]
    await chat.dm("@ana", "!buddy @ben")
    assert [(await chat.dm("@ben", typed)).text for typed in lines] == before
    assert "M-1" not in (await chat.dm("@ben", "!buddy")).text
    await chat.dm("@ana", "!away until=fri cover=@ben")
    assert "Okafor" in (await chat.dm("@ben", "!contact show M-1")).text, "the control"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("!buddy @ana", "A buddy is somebody else."),
        ("!buddy for=@kim", "Who is to be the buddy?"),
        ("!buddy @lea @ben", "Who of them is new? !buddy @lea for @ben or !buddy @ben for @lea"),
        ("!buddy @lea for", "Nobody"),
        ("!buddy @zoe", "Nobody in this committee is @zoe"),
        ("!buddy @kim", "@kim is away until Fri 27 Nov. Who else?"),
        ("!buddy @ben", "@ben is the buddy of @ana already"),
        ("!buddy end @lea", "@lea is not your buddy, and you are not theirs."),
    ],
)
async def test_what_cannot_be_is_refused_in_one_line(chat: Chat, typed: str, answer: str) -> None:
    await chat.dm("@kim", "!away until=fri cover=@lea")
    await chat.dm("@ana", "!buddy @ben")
    assert (await chat.dm("@ana", typed)).says(answer)
    assert await pairs(chat) == [("@ana", "@ben")]


async def test_another_buddy_instead_and_the_first_one_hears_it(chat: Chat) -> None:
    await chat.dm("@ana", "!buddy @ben")
    said = await chat.dm("@ana", "!buddy @kim")
    assert said.told("@ben") == "@ana has another buddy now. Thank you for being theirs."
    assert said.told("@kim").startswith("@ana chose you")
    assert await pairs(chat) == [("@ana", "@kim")]


@pytest.mark.parametrize(
    ("who", "typed", "hears"),
    [
        ("@ana", "!buddy end", ("@ben",)),
        ("@ana", "!buddy end @ben", ("@ben",)),
        ("@ben", "!buddy end @ana", ("@ana",)),
        ("@ben", "!buddy end", ("@ana",)),
        ("@lea", "!buddy end @ana", ("@ana", "@ben")),
    ],
)
async def test_either_of_the_two_ends_it_and_leads(
    chat: Chat, who: str, typed: str, hears: tuple[str, ...]
) -> None:
    await chat.dm("@ana", "!buddy @ben")
    assert (await chat.dm("@kim", "!buddy end")).says("You have no buddy")
    said = await chat.dm(who, typed)
    assert said.says("@ben is no longer the buddy of @ana.")
    assert all(said.told(each).startswith(f"{who} ended it") for each in hears)
    assert await pairs(chat) == []
    assert (await chat.dm(who, "!undo")).says("Undone: who is the buddy of @ana")
    assert await pairs(chat) == [("@ana", "@ben")]


async def test_of_several_pairs_it_is_asked_which(chat: Chat) -> None:
    await chat.dm("@ana", "!buddy @ben")
    await chat.dm("@lea", "!buddy @ben for=@kim")
    said = await chat.dm("@ben", "!buddy end")
    assert said.says("Which one?")
    assert len(await pairs(chat)) == 2
    await chat.dm("@ben", "!buddy end @kim")
    assert await pairs(chat) == [("@ana", "@ben")]


async def test_it_ends_by_itself_after_four_weeks(chat: Chat) -> None:
    await chat.dm("@ana", "!buddy @ben")
    chat.later(days=28)
    assert (await chat.dm("@ana", "!buddy")).says("Your buddy is @ben")
    chat.later(days=1)
    assert (await chat.dm("@ana", "!buddy")).says("You have no buddy")


async def test_undone_and_both_hear_it(chat: Chat) -> None:
    await chat.dm("@lea", "!buddy @ben for=@ana")
    said = await chat.dm("@lea", "!undo")
    assert said.says("Undone: who is the buddy of @ana")
    assert said.told("@ana").startswith("@lea undid a change of who is whose buddy")
    assert said.told("@ben")
    assert await pairs(chat) == []


async def test_undoing_brings_nobody_back_who_has_gone(chat: Chat) -> None:
    await chat.dm("@ana", "!buddy @ben")
    await chat.dm("@ana", "!buddy end")
    await chat.dm("@lea", "!offboard @ben")
    assert (await chat.dm("@ana", "!undo")).says("@ben is not in the committee any more.")
    assert await pairs(chat) == []


async def test_leads_see_all_pairs_and_who_is_new_without_one(chat: Chat) -> None:
    chat.join("@dan", "@eva")
    await chat.saw("@dan", joined=chat.now - timedelta(days=2))
    await chat.saw("@eva", joined=chat.now - timedelta(days=2))
    await chat.dm("@eva", "!buddy @ben")
    said = await chat.dm("@lea", "!buddy")
    assert said.says(
        "@ben is the buddy of @eva", "New, and without a buddy: @dan. !buddy @ben for @dan"
    )
    assert "@eva" not in (await chat.dm("@ana", "!buddy")).text
    chat.later(days=40)
    assert "New, and" not in (await chat.dm("@lea", "!buddy")).text


async def test_in_the_room_it_is_answered_in_person(chat: Chat) -> None:
    said = await chat.room("@ana", "!buddy @ben")
    assert "buddy" not in said.in_room.replace("That belongs in our direct chat", "")
    assert "@ben is your buddy" in said.in_person


# -- when somebody goes ------------------------------------------------------------------------------
async def test_off_boarding_ends_it_the_leads_hear_it_and_undoing_gives_it_back(chat: Chat) -> None:
    await chat.dm("@ana", "!buddy @ben")
    said = await chat.dm("@lea", "!offboard @ben")
    assert said.says("@ana has no buddy any more. !buddy shows who has one.")
    assert "@ana has no buddy any more" in said.told("@kim")
    assert await pairs(chat) == []
    await chat.dm("@lea", "!undo")
    assert await pairs(chat) == [("@ana", "@ben")]


@pytest.mark.parametrize("gone", ["@ana", "@ben"])
async def test_whoever_leaves_the_room_is_in_no_pair_any_more(chat: Chat, gone: str) -> None:
    await chat.dm("@ana", "!buddy @ben")
    room = Room("!payments:example.org", encrypted=True)
    for who in (*(f"{who}:example.org" for who in chat.roles), BOT):
        room.members[who] = "join"
    authority = AsShown(RoomDirectory(BOT, lambda _user: True, rooms={room.id: room}))

    async def look() -> None:
        await departures.offboard_leavers(
            chat.database, authority, room.id, Collected(), chat.now, effects=NO_EFFECTS
        )

    await look()
    assert await pairs(chat) == [("@ana", "@ben")], "the control: both are there"
    room.members[f"{gone}:example.org"] = "leave"
    await look()
    assert await pairs(chat) == []


# -- three tips --------------------------------------------------------------------------------------
@pytest.fixture
async def morning(chat: Chat) -> Morning:
    """Ana joined on Monday afternoon; the others have been here for long."""
    await chat.saw("@ana", joined=JOINED, accepted=JOINED)
    return Morning(chat)


async def month(morning: Morning) -> dict[int, str]:
    """What Ana is written in the month after she joined, by the day of November and beyond."""
    said = {}
    for day in range(30):
        at = JOINED.date() + timedelta(days=day)
        written = await morning.comes(at.isoformat())
        assert set(written) <= {"@ana"}
        if written:
            said[day] = written["@ana"]
    return said


async def test_three_tips_on_the_days_one_three_and_six_and_never_more(morning: Morning) -> None:
    said = await month(morning)
    assert list(said) == [1, 3, 6]
    assert "Tip 1 of 3. To stop them: !tips off" in said[1]
    assert "Tip 2 of 3" in said[3]
    assert "That was the last tip." in said[6]
    assert not any("!due shows more" in each for each in said.values())


async def test_whoever_has_been_here_for_long_gets_none(morning: Morning, chat: Chat) -> None:
    await chat.saw("@ana", joined=JOINED - timedelta(days=60), accepted=JOINED - timedelta(days=60))
    assert await month(morning) == {}


async def test_they_begin_when_somebody_is_let_in(morning: Morning, chat: Chat) -> None:
    await chat.saw("@ana", joined=JOINED, accepted=JOINED + timedelta(days=10))
    assert list(await month(morning)) == [11, 13, 16]


async def test_nobody_is_new_twice(morning: Morning, chat: Chat) -> None:
    assert list(await month(morning)) == [1, 3, 6]
    again = chat.now
    await chat.saw("@ana", joined=again, accepted=again)
    for day in range(1, 9):
        at = (again + timedelta(days=day)).date()
        assert await morning.comes(at.isoformat()) == {}


async def test_they_fit_how_far_somebody_has_come(morning: Morning, chat: Chat) -> None:
    first = (await morning.comes("2026-11-24"))["@ana"]
    assert "write down one person you know at work" in first
    chat.now = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    second = (await morning.comes("2026-11-26"))["@ana"]
    assert "The first talk is the hardest" in second
    assert "!help talk M-1" in second
    await chat.dm("@ana", "!1on1 log M-1 reached")
    last = (await morning.comes("2026-11-29"))["@ana"]
    assert "1 talk so far." in last
    assert "log M-1 reached fri" in last
    assert all("Okafor" not in said for said in (first, second, last))


async def test_what_is_due_comes_before_anything_new(morning: Morning, chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", "!1on1 log M-1 reached next=tue")
    said = (await morning.comes("2026-11-24"))["@ana"]
    assert "Due today: M-1" in said
    assert "1 follow-up of yours is due" in said
    assert "!due shows more. To stop these messages: !digest off" in said
    assert len([each for each in morning.sent if each.recipient == "@ana:example.org"]) == 1


async def test_whoever_had_ten_talks_needs_none(morning: Morning, chat: Chat) -> None:
    for number in range(10):
        await chat.dm("@ana", f'!contact add "Worker {"abcdefghij"[number]}" --yes')
        await chat.dm("@ana", f"!1on1 log M-{number + 1} reached")
    assert await morning.comes("2026-11-24") == {}
    assert (await chat.dm("@ana", "!tips")).says("You know how it goes")


async def test_the_buddy_stands_in_them(morning: Morning, chat: Chat) -> None:
    assert "Choose a buddy: !buddy @ben" in (await morning.comes("2026-11-24"))["@ana"]
    await chat.dm("@ana", "!buddy @ben")
    assert "Ask @ben, your buddy." in (await morning.comes("2026-11-26"))["@ana"]


@pytest.mark.parametrize(("off", "on"), [("!tips off", "!tips on"), ("!digest off", "!digest on")])
async def test_they_can_be_switched_off(morning: Morning, chat: Chat, off: str, on: str) -> None:
    await chat.dm("@ana", off)
    assert await morning.comes("2026-11-24") == {}
    await chat.dm("@ana", on)
    assert list(await morning.comes("2026-11-26")) == ["@ana"], "the control"


async def test_switched_off_while_it_waits(morning: Morning, chat: Chat) -> None:
    assert await morning.comes("2026-11-24")
    queued = morning.sent[-1:]
    assert await morning.goes(queued), "the control"
    await chat.dm("@ana", "!tips off")
    assert await morning.goes(queued) == {}


async def test_a_tip_of_a_day_without_the_bot_is_dropped(morning: Morning) -> None:
    """It slept from Tuesday to Thursday: the tips of both days are not made up for on Friday."""
    assert await morning.comes("2026-11-27") == {}
    assert list(await morning.comes("2026-11-29")) == ["@ana"]


async def test_a_tip_that_waited_in_the_outbox_for_a_day_is_dropped(
    morning: Morning, chat: Chat
) -> None:
    assert await morning.comes("2026-11-24")
    queued = morning.sent[-1:]
    chat.now += timedelta(hours=8)
    assert await morning.goes(queued), "the control: still Tuesday"
    chat.now += timedelta(hours=16)
    assert await morning.goes(queued) == {}


async def test_a_digest_from_before_has_no_tip_in_it() -> None:
    written = '{"person": "@ana:example.org", "day": "2026-11-24", "last": null}'
    source = MorningSource.from_json(written)
    assert source.tip is None
    assert source.as_json() == written


@pytest.mark.parametrize(
    ("hours", "at", "comes"),
    [
        ("22-8", "08:00", True),
        ("8-15", "08:00", False),
        ("8-15", "14:00", True),
        ("8-20", "08:00", False),
        ("8-20", "18:30", False),
        ("0-0", "08:00", True),
    ],
)
async def test_nobody_is_woken_by_a_tip(
    morning: Morning, chat: Chat, hours: str, at: str, *, comes: bool
) -> None:
    """By Ana's own clock, which is an hour ahead of the times here."""
    typed = "off" if hours == "0-0" else hours
    await chat.dm("@ana", f"!quiet {typed}")
    assert bool(await morning.comes("2026-11-24", at)) is comes


async def test_a_digest_waits_for_the_end_of_quiet_hours_and_is_never_lost(
    morning: Morning, chat: Chat
) -> None:
    await chat.dm("@ben", '!contact add "Mia Chen" area=Payments')
    await chat.dm("@ben", "!1on1 log M-1 reached next=wed")
    await chat.dm("@ben", "!quiet 7-15")
    assert "@ben" not in await morning.comes("2026-11-25", "08:00")
    assert "@ben" in await morning.comes("2026-11-25", "14:00")
    await chat.dm("@ben", "!quiet 8-20")
    await chat.dm("@ben", "!followup M-1 fri")
    assert "@ben" in await morning.comes("2026-11-27", "08:00")


async def test_by_the_newcomers_own_clock_and_once_whatever_dies(
    morning: Morning, chat: Chat
) -> None:
    await chat.dm("@ana", "!tz New York")
    assert await morning.comes("2026-11-24", "09:00") == {}
    assert list(await morning.comes("2026-11-24", "14:00")) == ["@ana"]
    assert await Morning(chat).comes("2026-11-24", "14:30") == {}
    # One who moves east meets the same day after joining twice by the calendar.
    await chat.dm("@ana", "!tz Auckland")
    assert await morning.comes("2026-11-24", "21:00") == {}


@pytest.mark.parametrize("how", ["left", "off-boarded", "away"])
async def test_whoever_has_gone_or_is_away_gets_none(
    morning: Morning, chat: Chat, how: str
) -> None:
    if how == "left":
        del morning.room.members["@ana:example.org"]
    elif how == "away":
        await chat.dm("@ana", "!away until=wed cover=@ben")
    else:
        await chat.dm("@lea", "!offboard @ana")
    assert await morning.comes("2026-11-24") == {}


async def test_somebody_new_in_two_committees_gets_them_once(morning: Morning, chat: Chat) -> None:
    other = Room("!search:example.org", encrypted=True)
    other.members = {BOT: "join", "@ana:example.org": "join"}
    morning.places.rooms[other.id] = other
    await chat.found(other.id, "Search chapter", ["@ana"])  # type: ignore[arg-type]
    said = await month(morning)
    assert list(said) == [1, 3, 6]
    assert all(text.count("Stuck?") + text.count("Somebody to ask?") == 1 for text in said.values())


async def test_a_tip_can_be_read_again(morning: Morning, chat: Chat) -> None:
    del morning
    assert (await chat.dm("@ana", "!tips")).says("Nobody is assigned to you yet", "!buddy @ben")
    await chat.dm("@ana", "!tips off")
    assert (await chat.dm("@ana", "!tips")).says("In the morning none comes: !tips on")


# -- the steps before a talk -------------------------------------------------------------------------
async def test_the_steps_stand_before_the_first_talks_and_not_for_ever(chat: Chat) -> None:
    for name in ("Sam Okafor", "Mia Chen", "Bo Beck", "Robin Roe"):
        await chat.dm("@ana", f'!contact add "{name}"')
    said = await chat.dm("@ana", "!next")
    assert said.says("Before your first talk, the five steps:", "1. Listen.")
    assert said.says("5. Agree on the next step, and write it down: !1on1 log M-1 reached next=fri")
    for number in (1, 2):
        await chat.dm("@ana", f"!1on1 log M-{number} reached")
        said = await chat.dm("@ana", "!next")
        assert said.says(f"The five steps, before you go: !help talk M-{number + 1}")
        assert "Listen" not in said.text
    await chat.dm("@ana", "!1on1 log M-3 reached")
    after = await chat.dm("@ana", "!next")
    assert after.says("Talk to this person next:", "M-4 Robin Roe")
    assert "steps" not in after.text


async def test_tries_are_no_talks_and_others_talks_are_not_ones_own(chat: Chat) -> None:
    for name in ("Sam Okafor", "Mia Chen", "Bo Beck", "Robin Roe"):
        await chat.dm("@ana", f'!contact add "{name}"')
    for number in (1, 2, 3):
        await chat.dm("@ana", f"!1on1 log M-{number} noanswer")
        await chat.dm("@lea", f"!1on1 log M-{number} reached")
    assert (await chat.dm("@ana", "!next")).says("the five steps")


# -- after ten talks ---------------------------------------------------------------------------------
async def ten_rated(chat: Chat) -> None:
    """Ana has eleven people of whom ten are rated 2, and had no talk yet."""
    for letter in "abcdefghijk":
        await chat.dm("@ana", f'!contact add "Worker {letter}" area=Payments --yes')
    for number in range(1, 11):
        await chat.dm("@ana", f"!assess M-{number} 2 said")


async def petition(chat: Chat, asked: str, did: str) -> None:
    """A petition is opened, marked and closed."""
    await chat.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await chat.dm("@lea", f"!test mark asked {asked}")
    await chat.dm("@lea", f"!test mark did {did}")
    await chat.sure("@lea", "!test close RTO")


async def talk(chat: Chat, numbers: range) -> list[Said]:
    return [await chat.dm("@ana", f"!1on1 log M-{number} reached") for number in numbers]


LOOK = "How do your ratings hold? Of your people rated 1 or 2 and asked, 3/4 = 75.0 % did it"


async def test_with_the_tenth_talk_ones_own_figures_once(chat: Chat) -> None:
    await ten_rated(chat)
    await petition(chat, "M-1 M-2 M-3 M-4", "M-1 M-2 M-3")
    said = await talk(chat, range(1, 12))
    assert [LOOK in each.text for each in said] == [False] * 9 + [True, False]
    assert said[9].says("(RTO petition (T-1)). Rating by rating: !test calibrate")
    assert said[9].here == said[9].text, "nobody else hears it"
    assert (await chat.dm("@ana", "!test calibrate")).says("2 supports: 3/4 = 75.0 %"), "the same"


async def test_it_waits_for_something_to_compare_with(chat: Chat) -> None:
    await ten_rated(chat)
    assert not any("ratings hold" in each.text for each in await talk(chat, range(1, 12)))
    await chat.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await chat.dm("@lea", "!test mark did M-1 M-2 M-3")
    await chat.dm("@lea", "!test mark asked M-4")
    [open_] = await talk(chat, range(1, 2))
    assert "ratings hold" not in open_.text, "an open test is no result"
    await chat.sure("@lea", "!test close RTO")
    closed, again = await talk(chat, range(2, 4))
    assert LOOK in closed.text
    assert "ratings hold" not in again.text


async def test_two_people_asked_say_nothing(chat: Chat) -> None:
    await ten_rated(chat)
    await petition(chat, "M-1 M-2", "M-1")
    assert not any("ratings hold" in each.text for each in await talk(chat, range(1, 12)))


async def test_others_people_are_in_nobody_elses_figures(chat: Chat) -> None:
    await ten_rated(chat)
    for letter in "lmn":
        await chat.dm("@ben", f'!contact add "Worker {letter}" area=Payments --yes')
    for number in (12, 13, 14):
        await chat.dm("@ben", f"!assess M-{number} 1 said")
    await petition(chat, "M-1 M-2 M-3 M-4 M-12 M-13 M-14", "M-1 M-2 M-3 M-12 M-13 M-14")
    assert LOOK in (await talk(chat, range(1, 11)))[9].text
    ben = await chat.dm("@ben", "!1on1 log M-12 reached")
    assert "ratings hold" not in ben.text, "one talk"


async def test_a_try_shows_nothing_and_an_undone_tenth_talk_shows_it_no_second_time(
    chat: Chat,
) -> None:
    await ten_rated(chat)
    await petition(chat, "M-1 M-2 M-3 M-4", "M-1 M-2 M-3")
    await talk(chat, range(1, 10))
    assert "ratings hold" not in (await chat.dm("@ana", "!1on1 log M-10 noanswer")).text
    assert LOOK in (await chat.dm("@ana", "!1on1 log M-10 reached")).text
    await chat.dm("@ana", "!undo")
    assert "ratings hold" not in (await chat.dm("@ana", "!1on1 log M-10 reached")).text


async def test_question_by_question_it_is_shown_as_well(chat: Chat) -> None:
    await ten_rated(chat)
    await petition(chat, "M-1 M-2 M-3 M-4", "M-1 M-2 M-3")
    await talk(chat, range(1, 10))
    await chat.dm("@ana", "!1on1 guide M-10")
    await chat.dm("@ana", "reached")
    for _question in range(4):
        await chat.dm("@ana", "skip")
    assert (await chat.dm("@ana", "skip")).says("Save it?")
    assert LOOK in (await chat.dm("@ana", "yes")).text


# -- what is kept ------------------------------------------------------------------------------------
async def test_pairs_are_deleted_a_month_after_their_day(chat: Chat) -> None:
    await chat.dm("@ana", "!buddy @ben")
    async with chat.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        buddies = Buddies(tx, committee.id)
        assert await buddies.drop(chat.now.date()) == 0
        assert await buddies.drop((chat.now + timedelta(days=60)).date()) == 1


async def test_nothing_of_a_first_week_names_a_contact(chat: Chat) -> None:
    async with chat.database.transaction() as tx:
        for table in ("buddies", "first_weeks"):
            columns = {row["name"] for row in await tx.all(f"PRAGMA table_info({table})")}
            assert not columns & {"contact", "name", "words", "note"}
        await FirstWeeks(tx).tell(chat.user("@ana"), 3)
        assert await FirstWeeks(tx).told(chat.user("@ana")) == 3


async def test_whoever_the_app_means_is_meant_whatever_they_call_themselves(chat: Chat) -> None:
    """Kim's name has the word between in it."""
    chat.names["@kim"] = "Kim for @ben"
    link = '<a href="https://matrix.to/#/{0}:example.org">{1}</a>'
    kim, ana = link.format("@kim", "Kim for @ben"), link.format("@ana", "Ana")
    await chat.dm("@lea", "!buddy Kim for @ben for Ana", formatted_body=f"!buddy {kim} for {ana}")
    assert await pairs(chat) == [("@ana", "@kim")]
