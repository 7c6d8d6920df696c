"""Finding the way: help that fits the person, topics, and who has which role."""

from zoneinfo import ZoneInfo

import pytest

from commands.all import CATALOGUE
from commands.framework.context import Committee, CommitteeId, RoomId
from commands.general.tour import STEPS
from commands.general.views import greeting_direct
from tests.chat.conversation import Chat, Said

PETITION = "!test open petition 'On-call pay' goal=60% closes=fri"


async def test_help_is_short_and_begins_with_what_fits(chat: Chat) -> None:
    first = await chat.dm("@ana", "!help")
    assert first.says('Add the first person you know at work: !contact add "Sam Okafor"', "Topics:")
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    talked = await chat.dm("@ana", "!help")
    assert talked.says(
        "Nobody has talked to some of your people yet: !next", "log M-1 reached 2 said fri"
    )
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 said next=today")
    due = await chat.dm("@ana", "!help")
    assert due.says("1 follow-up is due: !due")
    assert "never talked to" not in due.text
    assert "Sam" not in due.text.replace('"Sam Okafor"', "")
    for who in ("@ana", "@lea"):
        for place in (chat.dm, chat.room):
            assert len((await place(who, "!help")).text.splitlines()) <= 10


async def test_help_names_what_waits(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@lea", "!contact add 'Jo Klein' area=Payments")
    await chat.dm("@lea", "!turf release M-2 why='on leave'")
    chat.join("@dan", "@eva", "@flo")
    await chat.sure("@lea", PETITION)
    await chat.room("@lea", "!meet new Planning | tue 19:00 | 90m")
    await chat.room("@lea", "!ok")
    await chat.opens("@lea", "!poll temp Shall we go public?")
    helped = await chat.dm("@ana", "!help")
    assert helped.says("Some of your people are not asked yet in test 1: !test gaps 1")
    assert helped.says(
        "Are you coming to meeting #1? !yes #1", "is open, and you may vote: !poll list"
    )
    assert (await chat.dm("@lea", "!help")).says("1 person is unassigned: !turf unassigned")
    assert "unassigned" not in helped.text
    await chat.dm("@ana", "!yes #1")
    await chat.dm("@ana", "!test mark 1 asked M-1")
    answered = (await chat.dm("@ana", "!help")).text
    assert "!yes #1" not in answered
    assert "not asked" not in answered


async def test_help_in_the_room_says_nothing_about_anybody(chat: Chat) -> None:
    before = (await chat.room("@ana", "!help")).text
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 said next=today")
    said = await chat.room("@ana", "!help")
    assert said.text == before
    assert said.says("!direct")


async def test_newcomers_get_help_and_hear_nothing_about_people(chat: Chat) -> None:
    await chat.saw("@ana", introduced=None)
    assert (await chat.dm("@ana", "!help")).says("!me", "Topics:")
    assert "contact add" not in (await chat.dm("@ana", "!help")).text


@pytest.mark.parametrize(
    ("topic", "first"),
    [
        ("meetings", "!meet"),
        ("contacts", "!contact add"),
        ("polls", "!poll"),
        ("tests", "!test list"),
        ("talks", "!1on1 log"),
        ("follow-ups", "!turf"),
        ("reports", "!report"),
        ("you", "!me"),
    ],
)
async def test_topics_have_one_short_line_for_each_command(
    chat: Chat, topic: str, first: str
) -> None:
    said = await chat.dm("@ana", f"!help {topic}")
    assert said.says(f"• {first} ")
    assert len(said.text.splitlines()) <= 12


async def test_the_pages_of_a_topic_have_all_of_its_commands(chat: Chat) -> None:
    told, page = "", 1
    while f"!help meetings {page}" in (told or "!help meetings 1"):
        told += (await chat.dm("@lea", f"!help meetings {page}")).text + "\n"
        page += 1
    group = CATALOGUE.topic("meetings")
    assert group is not None
    assert [f"!{each.name} " for each in group.commands if f"• !{each.name} " not in told] == []


async def test_roles_are_explained_with_who_has_them(chat: Chat) -> None:
    said = await chat.dm("@ana", "!help roles")
    assert said.says("power level 50", "Leads here: @lea, @kim", "power level 100")
    assert said.says("Keepers here: @kim", "!confirm @ana:example.org")
    in_room = await chat.room("@ana", "!help roles")
    assert in_room.says("power level 50")
    assert "@lea" not in in_room.text


@pytest.mark.parametrize(
    "typed", ["!import", "!import list", "!upload", "!help import", "!kick @ben"]
)
async def test_what_is_for_leads_names_them_in_the_direct_chat(chat: Chat, typed: str) -> None:
    assert (await chat.dm("@ana", typed)).says("is for leads; ask one of them.", "Leads here: @lea")


async def test_the_room_does_not_hear_who_the_leads_are(chat: Chat) -> None:
    said = await chat.room("@ana", '!setup name="Search chapter"')
    assert said.says("!setup is for leads; ask one of them.")
    assert "@lea" not in said.text


@pytest.fixture
async def in_bengaluru(chat: Chat) -> Chat:
    await chat.dm("@ana", "!tz Bengaluru")
    return chat


async def test_in_the_direct_chat_times_are_on_ones_own_clock(in_bengaluru: Chat) -> None:
    chat = in_bengaluru
    await chat.room("@lea", "!meet new Sync | fri 19:00 | 60m")
    await chat.room("@lea", "!ok")
    for typed in ("!meet", "!meet next #1", "!yes #1", "!meet who #1"):
        assert (await chat.dm("@ana", typed)).says("Fri 27 Nov, 23:30–00:30 Kolkata"), typed
        assert (await chat.dm("@ben", typed)).says("Fri 27 Nov, 19:00–20:00 Madrid"), typed
    assert (await chat.room("@ana", "!meet")).says("19:00–20:00 Madrid")


async def test_a_time_poll_is_answered_in_the_direct_chat_by_its_numbers(
    in_bengaluru: Chat,
) -> None:
    chat = in_bengaluru
    assert (await chat.dm("@ana", "1 3")).says("I am only a bot"), "the control: nothing is asked"
    await chat.room("@lea", "!meet poll Planning | thu 15:00, thu 18:00, fri 15:00")
    await chat.room("@lea", "!ok")
    assert (await chat.dm("@ana", "!help")).says("When are you free for #1? !meet tally #1")
    assert (await chat.dm("@ana", "1 3")).says("Noted for Planning #1: yes 1, 3.")
    assert (await chat.dm("@ana", "1 maybe 2")).says("yes 1; if need be 2")
    assert (await chat.dm("@ana", "1 9")).says(
        "There is no time 9. The times have the numbers 1 to 3."
    )
    assert (await chat.dm("@ana", "!meet tally")).says("Thu 26 Nov, 19:30 Kolkata (1)")
    assert (await chat.dm("@ana", "nice 1")).says("I am only a bot")
    assert "When are you free" not in (await chat.dm("@ana", "!help")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Planning tomorrow 7pm", "Planning: Tue 24 Nov, 19:00–20:00 Madrid (in 1 day)"),
        ("Night shift lunch fri 12:30", "Night shift lunch: Fri 27 Nov, 12:30"),
        ("Planning | tomorrow 7pm | 90m", "Planning: Tue 24 Nov, 19:00–20:30 Madrid"),
    ],
)
async def test_a_meeting_needs_no_bars(chat: Chat, typed: str, said: str) -> None:
    assert (await chat.room("@ana", f"!meet new {typed}")).says(said)


async def test_without_a_time_a_meeting_is_asked_back(chat: Chat) -> None:
    assert (await chat.room("@ana", "!meet new Planning soon")).says("with bars between")
    assert (await chat.room("@ana", "!meet new tomorrow 7pm")).says("with bars between")


async def everything(chat: Chat) -> dict[str, list[str]]:
    """Every row of the database, the counters of ids included."""
    async with chat.database.transaction() as tx:
        tables = await tx.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        found = {}
        for table in (row["name"] for row in tables):
            rows = await tx.all(f"SELECT * FROM {table}")
            found[table] = sorted(repr(dict(row)) for row in rows)
    return found


async def test_the_tour_shows_real_answers_and_nothing_of_it_stays(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 said next=fri")
    before = await everything(chat)
    said = await chat.dm("@ana", "!tour")
    answers: list[Said] = []
    while (start := said.text.rfind("try ")) >= 0 and len(answers) < 9:
        answers.append(said := await chat.dm("@ana", said.text[start:].splitlines()[0]))
    assert await everything(chat) == before
    assert len(answers) == 4
    added, logged, due, shown = answers
    assert shown.says("Robin Practice is gone", "!undo")
    # The same lines without "try": the same words, and this time they stay.
    real = [await chat.dm("@ana", f"!{line}") for line in STEPS]
    for rehearsed, done in zip((added, logged, due, shown), real, strict=True):
        assert rehearsed.text.startswith(done.text)
    assert await everything(chat) != before, "the control"


@pytest.mark.parametrize("typed", ["hi", "Hello", "start", "!start", "hola", "你好", "Hallo!", "?"])
async def test_a_greeting_offers_the_tour(chat: Chat, typed: str) -> None:
    assert (await chat.dm("@ana", typed)).says("Two minutes", f"try {STEPS[0]}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("try contact add", "Like this: try contact add Robin Practice"),
        ("try contact show M-1", "Practice is only with Robin Practice"),
        ("try contact show Sam Okafor", "Practice is only with Robin Practice"),
        ("try contact add Sam Okafor", "Practice is only with Robin Practice"),
        ("try 1on1 log Robin Practice reached rate=9", "try 1on1 log Robin Practice reached"),
        ("try 1on1 log M-1 reached note='Robin Practice'", "Practice is only with"),
        ("try contact find Okafor", "Practice is only with Robin Practice"),
        ("try forget M-1", "Practice is only with Robin Practice"),
        ("try try due", "Practice is only with Robin Practice"),
        ("try due\ncontact show Sam Okafor", "Like this: try due"),
        ("try", "I need to know the line to practise."),
    ],
)
async def test_practice_helps_and_looks_nobody_up(chat: Chat, typed: str, said: str) -> None:
    await chat.dm("@lea", "!contact add 'Sam Okafor' area=Payments")
    before = await everything(chat)
    assert (await chat.dm("@ana", typed)).says(said)
    assert await everything(chat) == before


async def test_newcomers_practise_once_the_room_knows_them(chat: Chat) -> None:
    await chat.saw("@ana", introduced=None)
    assert (await chat.dm("@ana", f"try {STEPS[0]}")).says("One moment: you are new here")


async def test_practice_in_the_room_goes_to_the_direct_chat(chat: Chat) -> None:
    said = await chat.room("@ana", f"!try {STEPS[0]}")
    assert "Robin" not in said.here
    assert said.retracted


async def test_the_steps_of_a_one_on_one_with_what_somebody_said_last(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1 reached issue='on-call pay' ask='sign the letter'")
    await chat.dm("@ana", "!1on1 log M-1 noanswer")
    plain = await chat.dm("@ana", "!help talk")
    assert plain.says("1. Listen.", "5. Agree on the next step")
    about = await chat.dm("@ana", "!help talk M-1")
    assert about.says("Sam Okafor", "What moves them: on-call pay", "Last ask: sign the letter")
    assert len(about.text.splitlines()) <= 10
    assert not (await chat.room("@ana", "!help talk M-1")).here.count("Sam")


async def test_the_room_is_told_why_its_figure_for_areas_is_another(chat: Chat) -> None:
    for number, area in enumerate(["Payments"] * 3 + ["Search"] * 3, start=1):
        await chat.dm("@lea", f"!contact add 'Person {number} Smith{number}' area={area} --yes")
    await chat.sure("@lea", PETITION)
    assert (await chat.room("@ana", "!test status")).says(
        "areas over half 0 of 1, small ones counted together"
    )
    assert (await chat.dm("@lea", "!test status")).says("areas over half 0 of 2")
    assert "together" not in (await chat.dm("@lea", "!test status")).text


def test_a_new_organizer_is_offered_the_tour() -> None:
    committee = Committee(
        CommitteeId(1), RoomId("!a:example.org"), "Payments", ZoneInfo("UTC"), True
    )
    assert Said((greeting_direct(committees=(committee,)),)).says("!tour")
