"""Days and times as people type them: the same for every job, and asked back wherever they may mean two."""

import re
from datetime import timedelta

import pytest

from tests.chat.conversation import MONDAY_MORNING, Chat, Said

READY = '!poll temp "Ready to march on the boss?"'
FRIDAY = MONDAY_MORNING + timedelta(days=4)


@pytest.fixture
async def sam(chat: Chat) -> Chat:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    return chat


@pytest.fixture
def seven(chat: Chat) -> Chat:
    chat.join("@dan", "@eva", "@flo")
    return chat


def commands_in(said: Said) -> list[str]:
    """The commands that are shown to be copied, without what is said of them."""
    return [
        re.sub(r" (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d.*", "", row)
        for row in re.findall("• (.*)", said.text)
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("next=freitag", "Fri 27 Nov"),
        ("next=lunes", "Mon 30 Nov"),
        ("next=周五", "Fri 27 Nov"),
        ("next=mercredi", "Wed 25 Nov"),
        ("next=czwartek", "Thu 26 Nov"),
        ('next="Freitag in einer Woche"', "Fri 4 Dec"),
        ('next="vendredi en huit"', "Fri 4 Dec"),
        ('next="a week on friday"', "Fri 4 Dec"),
        ('next="kommenden Freitag"', "Fri 27 Nov"),
        ('next="el viernes que viene"', None),
        ('next="15. Jänner"', "Fri 15 Jan 2027"),
        ('next="5 de diciembre"', "Sat 5 Dec"),
        ('next="in 8 Tagen"', None),
        ("next=4/12", None),
        ("next=11/12", None),
    ],
)
async def test_the_day_of_a_follow_up_in_other_languages(
    sam: Chat, typed: str, shown: str | None
) -> None:
    said = await sam.dm("@ana", f"!log M-1 reached {typed}")
    if shown is not None:
        assert said.says(shown)
        return
    assert said.says("can be read")
    copied = commands_in(said)
    assert len(copied) == 2
    assert (await sam.dm("@ana", "!due")).says("Nothing due")
    assert (await sam.dm("@ana", copied[1])).says("follow-up 1")


async def test_this_friday_typed_on_a_friday_is_today(sam: Chat) -> None:
    sam.be(FRIDAY)
    await sam.dm("@ana", '!log M-1 reached next="this fri"')
    assert (await sam.dm("@ana", "!due")).says("· today")
    assert (await sam.room("@ana", "!meet new Planning | this fri 19:00")).says("Fri 27 Nov, 19:00")


async def test_a_day_is_kept_without_the_time_beside_it(sam: Chat) -> None:
    said = await sam.dm("@ana", '!log M-1 reached next="fri 5pm"')
    assert said.says("has a time in it. Type only a day")
    await sam.dm("@ana", commands_in(said)[0])
    assert (await sam.dm("@ana", "!due")).says("Fri 27 Nov")


async def test_snoozing_in_words_and_what_is_over(sam: Chat) -> None:
    await sam.dm("@ana", "!log M-1 reached next=fri")
    assert (await sam.dm("@ana", "!snooze 1 in drei Tagen")).says("Moved to Thu 26 Nov")
    assert (await sam.dm("@ana", "!snooze 1 a week on thursday")).says("Moved to Thu 3 Dec")
    assert (await sam.dm("@ana", "!snooze 1 gestern")).says("“gestern” is in the past.")
    assert (await sam.dm("@ana", "!snooze 1 30. Februar")).says("There is no such day")


@pytest.mark.parametrize(
    ("closes", "shown"),
    [
        ('"friday 6pm"', "Fri 27 Nov 18:00"),
        ('"6pm friday"', "Fri 27 Nov 18:00"),
        ("2026-11-27T18:00", "Fri 27 Nov 18:00"),
        ("noon", "Mon 23 Nov 12:00"),
        ('"tomorrow noon"', "Tue 24 Nov 12:00"),
        ('"fri 6pm ET"', "Sat 28 Nov 00:00"),
        ('"Freitag 18 Uhr"', "Fri 27 Nov 18:00"),
        ('"mañana 19:00"', "Tue 24 Nov 19:00"),
        ('"周五晚上7点"', "Fri 27 Nov 19:00"),
        ("fri", "Fri 27 Nov 18:00"),
        ("viernes", "Fri 27 Nov 18:00"),
        ("3d", "Thu 26 Nov 18:00"),
        ("90m", "Mon 23 Nov 11:30"),
        ("3h", "Mon 23 Nov 13:00"),
        ("24h", "Tue 24 Nov 10:00"),
        ('"2 days"', "Wed 25 Nov 18:00"),
        ("+3h", "Mon 23 Nov 13:00"),
        ("1h30m", "Mon 23 Nov 11:30"),
        ('"by friday"', "Fri 27 Nov 18:00"),
        ('"bis Freitag 17 Uhr"', "Fri 27 Nov 17:00"),
        ('"entro venerdì"', "Fri 27 Nov 18:00"),
        ('"do piątku 17:00"', "Fri 27 Nov 17:00"),
        ("截止周五18:00", "Fri 27 Nov 18:00"),
        ('"end of the month"', "Mon 30 Nov 18:00"),
        ('"in 90 minutes"', "Mon 23 Nov 11:30"),
        ('"1930 friday"', "Fri 27 Nov 19:30"),
    ],
)
async def test_the_deadline_of_a_poll(seven: Chat, closes: str, shown: str) -> None:
    said = await seven.room("@ana", f"{READY} closes={closes}")
    if not seven.polls.in_room:
        said = await seven.room("@ana", "!ok")
    assert shown in "\n".join(Said((each,)).text for each in seven.polls.in_room) + said.text


@pytest.mark.parametrize(
    ("closes", "typed"),
    [
        ("fri 12am", ["2026-11-27T00:00", "2026-11-28T00:00"]),
        ("18h", ["2026-11-24T04:00", "2026-11-23T18:00"]),
        ("1h30", ["2026-11-23T11:30", "2026-11-23T13:30", "2026-11-24T01:30"]),
        ("fri 12:30am", ["2026-11-27T00:30", "2026-11-28T00:30"]),
        ("12 uur", ["2026-11-23T22:00", "2026-11-23T12:00"]),
        ("fri 7", ["2026-11-27T07:00", "2026-11-27T19:00"]),
        ("midnight on friday", ["2026-11-27T00:00", "2026-11-28T00:00"]),
        ("tomorrow half seven pm", ["2026-11-24T18:30", "2026-11-24T19:30"]),
    ],
)
async def test_a_deadline_that_may_be_two_is_asked_back_to_be_copied(
    seven: Chat, closes: str, typed: list[str]
) -> None:
    said = await seven.room("@ana", f'{READY} closes="{closes}"')
    assert commands_in(said) == [f'{READY} closes="{each}"' for each in typed]
    assert not await seven.polls.polls()


@pytest.mark.parametrize(
    ("closes", "told"),
    [
        ("fri 15", "has no time of day"),
        ("yesterday", "is in the past"),
        ("today 09:00", "is already over in Madrid"),
        ("fri 25:00", "There is no such time"),
        ("sometime", "I cannot read"),
    ],
)
async def test_a_deadline_that_is_none_is_told_why(seven: Chat, closes: str, told: str) -> None:
    said = await seven.room("@ana", f'{READY} closes="{closes}"')
    assert said.says(told, "fri 18:00")
    assert not await seven.polls.polls()


@pytest.mark.parametrize("words", ["tonight", "heute Abend", "esta noche", "ce soir", "今晚"])
async def test_an_evening_as_a_deadline_is_asked_for_its_hour(seven: Chat, words: str) -> None:
    said = await seven.room("@ana", f'{READY} closes="{words}"')
    assert said.says("has no time of day in it")
    hours = [f"2026-11-23T{hour}:00" for hour in (18, 20, 22)]
    assert commands_in(said) == [f'{READY} closes="{each}"' for each in hours]


@pytest.mark.parametrize("typed", ["firday", "wensday 6pm", "Dienstg 18 Uhr", "vendredu 18h"])
async def test_a_slip_in_a_deadline_is_asked_about(seven: Chat, typed: str) -> None:
    said = await seven.room("@ana", f'{READY} closes="{typed}"')
    assert said.says("Did you mean")
    assert not await seven.polls.polls()


async def test_a_slip_in_a_meeting_s_time_is_asked_about(chat: Chat) -> None:
    said = await chat.room("@ana", "!meet new Planning | firday 19:00")
    assert said.says("Did you mean friday 19:00")


async def test_other_days_are_read_alike(chat: Chat) -> None:
    assert (await chat.dm("@ben", "!away until=freitag cover=@ana")).says("Fri 27 Nov")
    assert (await chat.room("@ana", "!action @ben print flyers by viernes")).says("Fri 27 Nov")


async def test_a_weekday_typed_on_that_day_is_asked_about_by_every_job(seven: Chat) -> None:
    seven.be(FRIDAY)
    for typed in (
        "!away until=fri cover=@ben",
        "!action @ben print flyers by fri",
        f'{READY} closes="fri 20:00"',
        f"{READY} closes=fri",
    ):
        where = seven.dm if typed.startswith("!away") else seven.room
        said = await where("@ana", typed)
        copied = commands_in(said)
        assert ["2026-11-27" in copied[0], "2026-12-04" in copied[1]] == [True, True], said.text
    assert (await seven.room("@ana", "!meet new Planning | fri 19:00")).says("Which one")


async def test_a_series_on_a_date_is_said_back(chat: Chat) -> None:
    said = await chat.room("@ana", "!meet every Dues | 15th of every month 6pm")
    assert said.says("on the 15th of every month", "Tue 15 Dec")
    said = await chat.room("@ana", "!meet every Dues | on the 31st of every month 18:00")
    assert said.says("on the 31st of every month that has one", "31 Dec", "31 Jan", "31 Mar")
    said = await chat.room("@ana", "!meet every Dues | 3rd friday 6pm")
    assert said.says("on the third Friday of the month", "every 3 weeks on Friday")
    await chat.room("@ana", "!ok 1")
    assert (await chat.room("@ana", "!meet")).says("Fri 18 Dec")
    said = await chat.room("@ana", "!meet every Dues | biweekly friday 6pm")
    assert said.says("every other Friday")
    said = await chat.room("@ana", "!meet new Dues | every 3rd friday 6pm")
    assert said.says("!meet every")
