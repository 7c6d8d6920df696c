"""In the direct chat every time is on the reader's own clock, or names the city whose clock it is on.

Everybody here lives in Kathmandu, three quarters of an hour off the committee's clock. It is seven past, and
what is planned is planned for eleven past: so the minutes of a time tell on whose clock it is.
"""

import re
from datetime import UTC, datetime

import pytest

from commands.framework.context import Context
from commands.framework.reply import Audience
from commands.roles.quotas import RATES, Act, Rate
from tests.chat.conversation import Chat, Said
from tests.chat.test_growth import HELD, WEEK
from tests.support.reminded import Told

ELSEWHERE = re.compile(
    r"(?<![\d:])(?:\d{1,2}:(?:07|11|41)|(?<=[A-Z][a-z]{2} )18:00)(?![\d:])(?:–\d{1,2}:\d\d)?(?!–)(?! (?:Madrid|UTC|Kathmandu))"
)
"""A time on the committee's clock, or UTC's, that does not say so; 18:00 is when a poll usually ends."""
POLLS = [
    ("@ana", '!poll temp "Ready?" k=3'),
    ("@ana", "!ok"),
    ("@ana", "!ok"),
    ("@ana", "!poll list"),
    ("@ana", "!poll mine K7QX"),
    ("@ana", '!poll temp "Ready?" k=3'),
    ("@ana", "!poll postpone K7QX closes=fri"),
    ("@lea", "!audit"),
    ("@lea", "!status"),
    ("@ana", "!tz"),
    ("@ana", "!undo"),
]


@pytest.fixture
async def far(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """A committee of Madrid whose people live in Kathmandu."""
    chat.join("@dan", "@eva", "@flo")
    monkeypatch.setitem(RATES, Act.CANCEL_MEETING, Rate(1, 1))
    chat.be(datetime(2026, 11, 23, 9, 7, tzinfo=UTC))
    for who in chat.roles:
        await chat.dm(who, "!tz Kathmandu")
    return chat


def misread(said: Said) -> list[str]:
    """Times in a direct message that are on another clock than the reader's, and do not say on whose."""
    own = (Audience.HERE, Audience.PERSON, Audience.NAMED)
    lines = said.body(*own).splitlines()
    return [line for line in lines if any(_told(each) for each in ELSEWHERE.finditer(line))]


def _told(found: re.Match[str]) -> bool:
    # "Kathmandu 23:56 · Madrid 19:11": other clocks are named in front.
    return not re.search(r"\b(?:Madrid|UTC) (?:\w{3} \d+ \w{3} )?$", found.string[: found.start()])


async def every_answer(chat: Chat) -> list[str]:
    """What of all answers of a week is on another clock."""
    found = []
    for who, text in WEEK:
        if not text.startswith("!tz "):
            typed = re.sub(r"(1[289]):00", r"\1:11", text)
            found += [f"{typed}: {each}" for each in misread(await chat.dm(who, typed))]
    for who, text in POLLS:
        found += [f"{text}: {each}" for each in misread(await chat.dm(who, text))]
    chat.later(days=8)
    for who, text in HELD:
        found += [f"{text}: {each}" for each in misread(await chat.dm(who, text))]
    return found


async def test_every_time_in_an_answer_is_on_the_readers_clock(far: Chat) -> None:
    assert await every_answer(far) == []


async def test_the_committees_clock_would_be_noticed(
    far: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(Context, "own_clock", property(lambda _ctx: None))
    assert len(await every_answer(far)) > 5


async def test_a_reminder_of_ones_own_is_on_ones_own_clock(chat: Chat) -> None:
    await chat.dm("@ben", "!tz Kathmandu")
    await chat.dm("@ana", "!meet new Planning | fri 19:00 | 90m")
    await chat.dm("@ana", "!ok")
    await chat.dm("@ben", "!meet reminders direct")
    said: list[Told] = await chat.pass_time(datetime(2026, 11, 27, 20, 0, tzinfo=UTC))
    to_ben = [each.body for each in said if "ben" in each.to]
    assert to_ben
    assert all("23:45" in body and "Kathmandu" in body for body in to_ben), to_ben
    in_room = [each.body for each in said if "ben" not in each.to]
    assert any("19:00–20:30 Madrid" in body for body in in_room)


async def test_a_calendar_files_words_are_on_the_clock_of_whoever_holds_it(chat: Chat) -> None:
    await chat.dm("@ben", "!tz Kathmandu")
    await chat.dm("@ana", "!meet new Planning | fri 19:00 | 90m")
    await chat.dm("@ana", "!ok")
    for who, clock in (("@ben", "23:45–01:15 Kathmandu"), ("@lea", "19:00–20:30 Madrid")):
        await chat.dm(who, "!meet ics #1")
        assert (await chat.dm(who, "!ok")).says(f"one date, Fri 27 Nov, {clock}")
    await chat.dm("@ana", "!meet move #1 fri 20:00")
    moved = await chat.dm("@ana", "!ok")
    assert "Fri 27 Nov 23:45 is now Sat 28 Nov, 00:45–02:15 Kathmandu" in moved.told("@ben")
    assert "Fri 27 Nov 19:00 is now Fri 27 Nov, 20:00–21:30 Madrid" in moved.told("@lea")
    again = await chat.dm("@ben", "!meet ics #1")
    assert again.says("!ok")
    assert (await chat.dm("@ben", "!ok")).says("Fri 27 Nov 23:45 is now Sat 28 Nov, 00:45")
