"""Days as people type them."""

from datetime import date, timedelta

import pytest

from commands.framework.dates import read_day
from commands.framework.errors import Refusal
from commands.framework.i18n import a_day, speaking

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", date(2026, 11, 20)),
        ("tomorrow", date(2026, 11, 21)),
        ("Sat", date(2026, 11, 21)),
        ("fri", date(2026, 11, 27)),
        ("next friday", date(2026, 11, 27)),
        ("on THURSDAY", date(2026, 11, 26)),
        ("tues", date(2026, 11, 24)),
        ("weds", date(2026, 11, 25)),
        ("3d", date(2026, 11, 23)),
        ("3 days", date(2026, 11, 23)),
        ("in 3 days", date(2026, 11, 23)),
        ("+3d", date(2026, 11, 23)),
        ("2w", date(2026, 12, 4)),
        ("a week", date(2026, 11, 27)),
        ("1 month", date(2026, 12, 20)),
        ("2026-12-01", date(2026, 12, 1)),
        ("1 dec", date(2026, 12, 1)),
        ("1st December", date(2026, 12, 1)),
        ("dec 1", date(2026, 12, 1)),
        ("December 1, 2027", date(2027, 12, 1)),
        ("3 jan", date(2027, 1, 3)),
        ("1.12.", date(2026, 12, 1)),
        ("1.12.2026", date(2026, 12, 1)),
        ("25/12", date(2026, 12, 25)),
        ("12/25", date(2026, 12, 25)),
        ("12/12", date(2026, 12, 12)),
        ("29 feb", date(2028, 2, 29)),
    ],
)
def test_read(typed: str, day: date) -> None:
    assert read_day(typed, FRIDAY) == day


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("4/5", "can be read two ways"),
        ("yesterday", "in the past"),
        ("2026-11-19", "in the past"),
        ("1.1.2026", "in the past"),
        ("2030-01-01", "more than two years away"),
        ("9999d", "more than two years away"),
        ("30 feb", "no such day"),
        ("2026-13-01", "no such day"),
        ("31/2", "no such day"),
        ("fridya", "Did you mean friday?"),
        ("10:30", "has a time in it"),
        ("fri 5pm", "has a time in it"),
        ("soon", "I cannot read the day “soon”"),
        ("", "I cannot read the day"),
        ("tu", "I cannot read the day"),
    ],
)
def test_refused(typed: str, told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_day(typed, FRIDAY)
    assert told in "".join(map(str, refusal.value.problem))


@pytest.mark.parametrize("name", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_a_weekday_is_the_next_one_and_never_today(name: str) -> None:
    for offset in range(14):
        today = FRIDAY + timedelta(days=offset)
        day = read_day(name, today)
        assert f"{day:%a}".lower() == name
        assert 1 <= (day - today).days <= 7


def test_weekdays_and_months_of_the_readers_language() -> None:
    with speaking("es"):
        assert read_day("viernes", FRIDAY) == date(2026, 11, 27)
        assert read_day("1 diciembre", FRIDAY) == date(2026, 12, 1)
        assert read_day("miercoles", FRIDAY) == date(2026, 11, 25)
        assert a_day(date(2026, 12, 1), FRIDAY) == "mar, 1 dic"
    with speaking("de"):
        assert read_day("Dienstag", FRIDAY) == date(2026, 11, 24)


def test_days_are_shown_with_their_weekday() -> None:
    assert a_day(date(2026, 11, 27), FRIDAY) == "Fri 27 Nov"
    assert a_day(date(2027, 1, 3), FRIDAY) == "Sun 3 Jan 2027"
