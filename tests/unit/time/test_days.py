"""Days as people type them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commands.framework.errors import Interpretation, Refusal
from commands.framework.i18n import a_day
from commands.time.instants import Moment
from commands.time.read import read_time
from commands.time.refusals import any_day, day_to_come

FRIDAY = date(2026, 11, 20)


def ways(refusal: Refusal) -> tuple[Interpretation, ...]:
    """What the words may mean."""
    return refusal.readings.ways if refusal.readings else ()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", date(2026, 11, 20)),
        ("tomorrow", date(2026, 11, 21)),
        ("Sat", date(2026, 11, 21)),
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
        ("end of the month", date(2026, 11, 30)),
        ("the 20th of next month", date(2026, 12, 20)),
        ("first monday in february", date(2027, 2, 1)),
        ("by friday the 27th", date(2026, 11, 27)),
        ("bis Montag", date(2026, 11, 23)),
        ("para el lunes", date(2026, 11, 23)),
        ("fin de mes", date(2026, 11, 30)),
        ("月底", date(2026, 11, 30)),
        ("2026/12/01", date(2026, 12, 1)),
    ],
)
def test_read(typed: str, day: date) -> None:
    assert day_to_come(typed, FRIDAY) == day


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
        ("wensday", "Did you mean wednesday?"),
        ("tommorow", "Did you mean tomorrow?"),
        ("lunse", "Did you mean lunes?"),
        ("Donerstag", "Did you mean donnerstag?"),
        ("decmber 4", "Did you mean december 4?"),
        ("dec '26", "I cannot read the day"),
        ("10:30", "has a time in it"),
        ("fri 5pm", "has a time in it"),
        ("soon", "I cannot read the day “soon”"),
        ("", "I cannot read the day"),
        ("t", "I cannot read the day"),
    ],
)
def test_refused(typed: str, told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        day_to_come(typed, FRIDAY)
    assert told in "".join(map(str, refusal.value.problem))


@pytest.mark.parametrize("name", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_a_weekday_is_the_next_one_and_asked_about_on_that_day(name: str) -> None:
    for offset in range(14):
        today = FRIDAY + timedelta(days=offset)
        if f"{today:%a}".lower() == name:
            with pytest.raises(Refusal) as refusal:
                day_to_come(name, today)
            in_a_week = today + timedelta(days=7)
            asked = [each.typed for each in ways(refusal.value)]
            assert asked == [today.isoformat(), in_a_week.isoformat()]
            continue
        day = day_to_come(name, today)
        assert f"{day:%a}".lower() == name
        assert 1 <= (day - today).days <= 6


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("donnerstag", date(2026, 11, 26)), ("montag", date(2026, 11, 23)), ("lunes", date(2026, 11, 23)),
        ("周四", date(2026, 11, 26)), ("周一", date(2026, 11, 23)), ("mardi", date(2026, 11, 24)),
        ("mercoledì", date(2026, 11, 25)), ("terça", date(2026, 11, 24)), ("quinta-feira", date(2026, 11, 26)),
        ("woensdag", date(2026, 11, 25)), ("w środę", date(2026, 11, 25)), ("kommenden Montag", date(2026, 11, 23)),
        ("lunes que viene", date(2026, 11, 23)), ("Samstag in einer Woche", date(2026, 11, 28)),
        ("heute in 8 Tagen", date(2026, 11, 27)), ("übermorgen", date(2026, 11, 22)), ("pasado mañana", date(2026, 11, 22)),
        ("15. Jänner", date(2027, 1, 15)), ("5 de setiembre", date(2027, 9, 5)), ("a week on monday", date(2026, 11, 30)),
        ("samedi en huit", date(2026, 11, 28)), ("in drei Tagen", date(2026, 11, 23)), ("3 Tage", date(2026, 11, 23)),
        ("zwei Wochen", date(2026, 12, 4)), ("3天后", date(2026, 11, 23)), ("za 3 dni", date(2026, 11, 23)),
        ("fra 3 giorni", date(2026, 11, 23)), ("daqui a 3 dias", date(2026, 11, 23)), ("over 3 dagen", date(2026, 11, 23)),
        ("12月1日", date(2026, 12, 1)), ("1 grudnia", date(2026, 12, 1)), ("1er décembre", date(2026, 12, 1)),
        ("am ersten Dezember", date(2026, 12, 1)), ("friday the 27th", date(2026, 11, 27)),
        ("14-dic-26", date(2026, 12, 14)), ("tonight", date(2026, 11, 20)), ("in a fortnight", date(2026, 12, 4)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", None])
def test_days_in_nine_languages(typed: str, day: date, language: str | None) -> None:
    assert day_to_come(typed, FRIDAY, language) == day


@pytest.mark.parametrize(
    "typed", ["this fri", "this friday", "diesen Freitag", "este viernes", "ce vendredi"]
)
def test_this_friday_on_a_friday_is_today_for_days_as_for_meetings(typed: str) -> None:
    assert day_to_come(typed, FRIDAY) == FRIDAY
    now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    meeting = read_time(f"{typed} 19:00", now, ZoneInfo("Europe/Madrid"))
    assert isinstance(meeting, Moment)
    assert meeting.local.date() == FRIDAY


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("in 8 Tagen", ["2026-11-27", "2026-11-28"]),
        ("next sat", ["2026-11-21", "2026-11-28"]),
        ("freitag", ["2026-11-20", "2026-11-27"]),
        ("4/5", ["2027-04-05", "2027-05-04"]),
        ("next week", ["2026-11-23", "2026-11-27"]),
        ("sat 5pm", ["2026-11-21"]),
    ],
)
def test_every_reading_of_a_day_is_shown_ready_to_copy(typed: str, days: list[str]) -> None:
    with pytest.raises(Refusal) as refusal:
        day_to_come(typed, FRIDAY)
    shown = str(refusal.value.choices)
    assert all(f"Code(text='{day}')" in shown for day in days), shown
    assert shown.count("Code(") == len(days)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("yesterday", date(2026, 11, 19)), ("gestern", date(2026, 11, 19)), ("ayer", date(2026, 11, 19)),
        ("3 days ago", date(2026, 11, 17)), ("vor 3 Tagen", date(2026, 11, 17)), ("hace 3 días", date(2026, 11, 17)),
        ("il y a 3 jours", date(2026, 11, 17)), ("3 giorni fa", date(2026, 11, 17)), ("há 3 dias", date(2026, 11, 17)),
        ("3 dagen geleden", date(2026, 11, 17)), ("3 dni temu", date(2026, 11, 17)), ("3天前", date(2026, 11, 17)),
        ("last fri", date(2026, 11, 13)), ("1 may", date(2026, 5, 1)), ("5 dec", date(2026, 12, 5)),
        ("1 mai 2024", date(2024, 5, 1)), ("3. März 1998", date(1998, 3, 3)),
    ],
)  # fmt: skip
def test_days_that_were(typed: str, day: date) -> None:
    assert any_day(typed, FRIDAY) == day


def test_a_weekday_that_may_be_past_or_to_come_is_asked() -> None:
    with pytest.raises(Refusal) as refusal:
        any_day("mon", FRIDAY)
    assert [each.typed for each in ways(refusal.value)] == ["2026-11-16", "2026-11-23"]


def test_days_are_shown_with_their_weekday() -> None:
    assert a_day(date(2026, 11, 27), FRIDAY) == "Fri 27 Nov"
    assert a_day(date(2027, 1, 3), FRIDAY) == "Sun 3 Jan 2027"
