"""When a digest says what: on the day, after three and seven days, then weekly; never twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.follow_ups.digest_rules import is_news, leads_hear, may_come, reminded_on

MONDAY = date(2026, 11, 23)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("late", "reminded"),
    [(-1, None), (0, 0), (1, 0), (2, 0), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (22, 21)],
)
def test_the_days_on_which_somebody_is_reminded(late: int, reminded: int | None) -> None:
    expected = None if reminded is None else later(reminded)
    assert reminded_on(MONDAY, later(late)) == expected


def test_looking_every_day_reminds_on_those_days_only() -> None:
    days = [n for n in range(30) if is_news(MONDAY, later(n), later(n - 1))]
    assert days == [0, 3, 7, 14, 21, 28]


def test_a_day_without_the_bot_loses_no_reminder() -> None:
    assert is_news(MONDAY, later(5), last=later(2))
    assert not is_news(MONDAY, later(5), last=later(3))
    assert is_news(MONDAY, later(5), last=None)


@given(
    looks=st.sets(st.integers(-5, 60), min_size=1).map(sorted),
)
def test_each_reminder_comes_once_whenever_one_looks(looks: list[int]) -> None:
    told: list[date] = []
    last: date | None = later(-6)
    for look in looks:
        if is_news(MONDAY, later(look), last):
            day = reminded_on(MONDAY, later(look))
            assert day is not None
            told.append(day)
        last = later(look)
    assert told == sorted(set(told))
    due = [n for n in (0, 3, 7, *range(14, 61, 7)) if n <= looks[-1]]
    # The newest reminder is never missing, whatever was slept through.
    assert (told[-1:] == [later(due[-1])]) if due else told == []


@pytest.mark.parametrize(
    ("utc", "zone", "day"),
    [
        ("2026-11-23T07:59", "Europe/Madrid", None),
        ("2026-11-23T08:00", "Europe/Madrid", date(2026, 11, 23)),
        ("2026-11-23T18:59", "Europe/Madrid", date(2026, 11, 23)),
        ("2026-11-23T19:00", "Europe/Madrid", None),
        ("2026-11-22T22:30", "Pacific/Auckland", date(2026, 11, 23)),
        ("2026-11-23T14:00", "America/New_York", date(2026, 11, 23)),
        ("2026-11-24T01:30", "America/New_York", None),
        ("2026-03-29T07:00", "Europe/Madrid", date(2026, 3, 29)),
    ],
)
def test_nine_by_the_readers_own_clock(utc: str, zone: str, day: date | None) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert may_come(now, ZoneInfo(zone)) == day


def test_leads_hear_when_it_happens_and_on_mondays() -> None:
    assert leads_hear(3, 1, later(1))
    assert not leads_hear(3, 0, later(1))
    assert leads_hear(3, 0, later(7))
    assert not leads_hear(0, 0, MONDAY)
