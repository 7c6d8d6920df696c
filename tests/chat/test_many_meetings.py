"""One member plans many meetings: what others hear of them in a day has an end, and the door is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.meetings.remind import rules
from commands.meetings.remind.rules import SaidToday, too_many
from storage.meetings.reminders import Reminder, ReminderKind, ReminderState
from tests.chat.conversation import MONDAY_MORNING, Chat
from tests.support.begun import copied, made
from tests.support.reminded import Told

SERIES = 30
OMITTED = "I leave out some reminders today"


async def plan(chat: Chat) -> None:
    """Ana has thirty daily series, as one could before there were quotas; Ben has one meeting."""
    chat.settings = replace(chat.settings, making_percent=1000)
    for n in range(SERIES):
        await chat.dm("@ana", f"!meet every Daily {n} | day {18 + n // 10}:{n % 10 * 6:02} | 15m")
        assert (await chat.dm("@ana", "!ok")).says(f"#{n + 1}")
    await chat.dm("@ben", "!meet new Planning | wed 19:00")
    await chat.dm("@ben", "!ok")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("planned") / "steward.db", plan)


@pytest.fixture
async def crowded(planned: Path) -> AsyncIterator[Chat]:
    async with copied(planned) as chat:
        yield chat


async def a_day(chat: Chat) -> list[Told]:
    """What is said from Tuesday noon to Wednesday noon."""
    await chat.pass_time(MONDAY_MORNING + timedelta(days=1, hours=3))
    return await chat.pass_time(MONDAY_MORNING + timedelta(days=2, hours=3))


async def test_one_persons_series_fill_nobodys_day(crowded: Chat) -> None:
    await crowded.dm("@ben", "!meet reminders direct")
    said = await a_day(crowded)
    in_room = [each for each in said if not each.to.startswith("@")]
    to_ben = [each for each in said if each.to.startswith("@ben")]
    assert len(in_room) <= rules.OF_ONE + SERIES + 5
    assert len(to_ben) <= rules.EACH_AT_MOST + 1
    # Whoever wants to come finds the door of each.
    doors = {n for n in range(SERIES) for each in in_room if f"Daily {n} " in each.body}
    assert len(doors) == SERIES
    # It is said that some are left out, once.
    assert sum(OMITTED in each.body for each in in_room) == 1
    # Ben's meeting is announced as ever.
    assert any("Planning" in each.body for each in in_room)


async def test_without_an_end_it_would_be_said_four_times_for_each(
    crowded: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same day without the rule."""
    monkeypatch.setattr(rules, "too_many", lambda _reminder, _said: False)
    said = [each for each in await a_day(crowded) if not each.to.startswith("@")]
    assert len(said) >= 3 * SERIES


def reminder(kind: ReminderKind, to: str | None = None) -> Reminder:
    return Reminder(
        1,
        "k",
        1,  # type: ignore[arg-type]
        kind,
        1,
        0,
        to,  # type: ignore[arg-type]
        MONDAY_MORNING,
        MONDAY_MORNING,
        ReminderState.PLANNED,
    )


@pytest.mark.parametrize(
    ("kind", "to", "there", "of_one", "left_out"),
    [
        (ReminderKind.DAY_BEFORE, None, 0, 0, False),
        (ReminderKind.DAY_BEFORE, None, 10, rules.OF_ONE, True),
        (ReminderKind.HOUR_BEFORE, None, rules.IN_ROOM, rules.FAIR - 1, False),
        (ReminderKind.HOUR_BEFORE, None, rules.IN_ROOM, rules.FAIR, True),
        (ReminderKind.HOUR_BEFORE, None, rules.IN_ROOM_AT_MOST, 0, True),
        (ReminderKind.AT_THE_DOOR, None, rules.IN_ROOM, rules.OF_ONE, False),
        (ReminderKind.AT_THE_DOOR, None, rules.IN_ROOM_AT_MOST, 0, True),
        (ReminderKind.CLOSE, None, rules.IN_ROOM_AT_MOST, rules.OF_ONE, False),
        (ReminderKind.OVER, None, rules.IN_ROOM_AT_MOST, 0, False),
        (ReminderKind.DAY_BEFORE, "@ben:example.org", rules.EACH - 1, 0, False),
        (ReminderKind.DAY_BEFORE, "@ben:example.org", rules.EACH, 0, True),
        (ReminderKind.AT_THE_DOOR, "@ben:example.org", rules.EACH, 0, False),
        (ReminderKind.AT_THE_DOOR, "@ben:example.org", rules.EACH_AT_MOST, 0, True),
    ],
)
def test_what_is_left_out(
    kind: ReminderKind, to: str | None, there: int, of_one: int, *, left_out: bool
) -> None:
    assert too_many(reminder(kind, to), SaidToday(there, of_one)) is left_out
