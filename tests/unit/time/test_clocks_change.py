"""Twelve zones across both changes of 2026: what is skipped, what comes twice, what a series does."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from commands.time.instants import Moment, around_gap, exists, instant, twice
from commands.time.read import AmbiguousTime, read_length, read_time
from commands.time.repeat import Choices, read_series
from commands.time.resolve import UnclearReason
from commands.time.series import Every, Rule, Series, days, nth_weekday

# Zone, a skipped time, the same minutes before and after; a time that comes twice. From the rules of
# each country, written by hand; a year that is over where a country has changed them since, so that
# every release of the time zone data agrees.
CHANGES = [
    ("Europe/Berlin", "03-29 02:30", "03-29 01:30", "03-29 03:30", "10-25 02:30"),
    ("Europe/London", "03-29 01:30", "03-29 00:30", "03-29 02:30", "10-25 01:30"),
    ("America/New_York", "03-08 02:30", "03-08 01:30", "03-08 03:30", "11-01 01:30"),
    ("America/St_Johns", "03-08 02:30", "03-08 01:30", "03-08 03:30", "11-01 01:30"),
    (
        "America/Havana",
        "2025-03-09 00:30",
        "2025-03-08 23:30",
        "2025-03-09 01:30",
        "2025-11-02 00:30",
    ),
    ("America/Santiago", "09-06 00:30", "09-05 23:30", "09-06 01:30", "04-04 23:30"),
    ("Australia/Sydney", "10-04 02:30", "10-04 01:30", "10-04 03:30", "04-05 02:30"),
    # Half an hour only.
    ("Australia/Lord_Howe", "10-04 02:15", "10-04 01:45", "10-04 02:45", "04-05 01:45"),
    ("Pacific/Auckland", "09-27 02:30", "09-27 01:30", "09-27 03:30", "04-05 02:30"),
    ("Africa/Cairo", "04-24 00:30", "04-23 23:30", "04-24 01:30", "10-29 23:30"),
    ("Asia/Jerusalem", "03-27 02:30", "03-27 01:30", "03-27 03:30", "10-25 01:30"),
    ("Asia/Beirut", "03-29 00:30", "03-28 23:30", "03-29 01:30", "10-24 23:30"),
]


def dated(text: str) -> str:
    """In 2026, if no year is said."""
    return text if text.startswith("20") else f"2026-{text}"


def at(text: str) -> datetime:
    return datetime.strptime(dated(text), "%Y-%m-%d %H:%M")  # noqa: DTZ007 (a wall time)


@pytest.mark.parametrize(("zone", "skipped", "before", "after", "doubled"), CHANGES)
def test_skipped_and_doubled_times(
    zone: str, skipped: str, before: str, after: str, doubled: str
) -> None:
    here = ZoneInfo(zone)
    assert not exists(at(skipped), here)
    assert not twice(at(skipped), here)
    assert around_gap(at(skipped), here) == (at(before), at(after))
    assert instant(at(skipped), here) == instant(at(after), here)
    assert twice(at(doubled), here)
    assert exists(at(doubled), here)
    first, second = (instant(at(doubled).replace(fold=fold), here) for fold in (0, 1))
    assert second - first == around_gap(at(skipped), here)[1] - at(skipped)
    for day in (15, 16):
        plain = datetime(at(skipped).year, 6, day, 19, 0)  # noqa: DTZ001 (a wall time)
        assert exists(plain, here)
        assert not twice(plain, here)


@pytest.mark.parametrize(("zone", "skipped", "before", "after", "doubled"), CHANGES)
def test_they_are_asked_back(
    zone: str, skipped: str, before: str, after: str, doubled: str
) -> None:
    here = ZoneInfo(zone)
    now = datetime(at(skipped).year, 1, 5, 12, 0, tzinfo=UTC)
    asked = read_time(dated(skipped), now, here)
    assert isinstance(asked, AmbiguousTime)
    assert asked.why is UnclearReason.SKIPPED
    assert [each.local for each in asked.choices] == [at(before), at(after)]
    asked = read_time(dated(doubled), now, here)
    assert isinstance(asked, AmbiguousTime)
    assert asked.why is UnclearReason.TWICE
    first, second = asked.choices
    assert second.at > first.at


@pytest.mark.parametrize(("zone", "year"), [(row[0], at(row[1]).year) for row in CHANGES])
def test_a_series_stays_on_the_wall(zone: str, year: int) -> None:
    """Fifty-two Sundays at 19:00 are at 19:00, and the gaps are a week but for the two changes."""
    here = ZoneInfo(zone)
    rule = Rule(Every.WEEKS, 1, (6,))
    first = datetime(year, 1, 7, 19, 0)  # noqa: DTZ001 (a wall time)
    first -= timedelta(days=(first.weekday() + 1) % 7)
    walls = [datetime.combine(day, first.time()) for day in islice(days(rule, first.date()), 52)]
    instants = [instant(wall, here) for wall in walls]
    assert all(each.astimezone(here).hour == 19 for each in instants)
    odd = [b - a for a, b in pairwise(instants) if b - a != timedelta(days=7)]
    assert len(odd) == 2


def test_rules_count_as_people_do() -> None:
    assert nth_weekday(2026, 5, 4, -1) == datetime(2026, 5, 29).date()  # noqa: DTZ001
    assert nth_weekday(2026, 12, 3, -1) == datetime(2026, 12, 31).date()  # noqa: DTZ001
    assert nth_weekday(2026, 6, 0, 1) == datetime(2026, 6, 1).date()  # noqa: DTZ001
    assert nth_weekday(2026, 6, 6, 4) == datetime(2026, 6, 28).date()  # noqa: DTZ001


REPEATED = [
    ("every other thursday 19:00 until july", "weeks 2 [3] 0 2026-06-30 03-26 19:00"),
    ("every thursday at 7pm", "weeks 1 [3] 0 None 03-26 19:00"),
    ("thursdays 19:00", "weeks 1 [3] 0 None 03-26 19:00"),
    ("every tue and thu 19:00", "weeks 1 [1, 3] 0 None 03-26 19:00"),
    ("first tuesday of the month 18:30", "months 1 [1] 1 None 04-07 18:30"),
    ("every last friday of the month at 17:00", "months 1 [4] -1 None 03-27 17:00"),
    ("every day at 9:00 am", "days 1 [] 0 None 03-27 09:00"),
    ("every 3 weeks on monday at 18:00", "weeks 3 [0] 0 None 03-30 18:00"),
    ("jeden zweiten Donnerstag um 19 Uhr bis Juli", "weeks 2 [3] 0 2026-06-30 03-26 19:00"),
    ("alle zwei Wochen donnerstags 19 Uhr", "weeks 2 [3] 0 None 03-26 19:00"),
    ("ersten Dienstag im Monat 18:30", "months 1 [1] 1 None 04-07 18:30"),
    ("todos los jueves a las 7 de la tarde", "weeks 1 [3] 0 None 03-26 19:00"),
    ("primer martes del mes a las 18:30", "months 1 [1] 1 None 04-07 18:30"),
    ("tous les jeudis à 19h", "weeks 1 [3] 0 None 03-26 19:00"),
    ("chaque jeudi à 19h jusqu'au 30 juin", "weeks 1 [3] 0 2026-06-30 03-26 19:00"),
    ("ogni due settimane il giovedì alle 19", "weeks 2 [3] 0 None 03-26 19:00"),
    ("toda quinta-feira às 19h", "weeks 1 [3] 0 None 03-26 19:00"),
    ("om de week donderdag 19:00", "weeks 2 [3] 0 None 03-26 19:00"),
    ("elke donderdag om 19:00", "weeks 1 [3] 0 None 03-26 19:00"),
    ("co drugi czwartek o 19:00", "weeks 2 [3] 0 None 03-26 19:00"),
    ("每周四晚上7点", "weeks 1 [3] 0 None 03-26 19:00"),
    ("每两周周四19:00", "weeks 2 [3] 0 None 03-26 19:00"),
    ("every second day 9:00 am", "days 2 [] 0 None 03-27 09:00"),
    ("jeden 2. Freitag im Monat 18 Uhr", "months 1 [4] 2 None 04-10 18:00"),
    ("jeden 2. Freitag 18 Uhr", "weeks 2 [4] 0 None 03-27 18:00"),
    ("sextas 18h", "weeks 1 [4] 0 None 03-27 18:00"),
    ("vrijdags 18 uur", "weeks 1 [4] 0 None 03-27 18:00"),
    ("w piątki o 18", "weeks 1 [4] 0 None 03-27 18:00"),
    ("daily at midnight", "days 1 [] 0 None 03-27 00:00"),
    ("every friday 6pm until the 20th of next month", "weeks 1 [4] 0 2026-04-20 03-27 18:00"),
    ("every friday 6pm until end of the month", "weeks 1 [4] 0 2026-03-31 03-27 18:00"),
    ("15th of every month 6pm", "dates 1 [] 15 None 04-15 18:00"),
    ("every month on the 15th at 6pm", "dates 1 [] 15 None 04-15 18:00"),
    ("monthly on the 1st 18:00", "dates 1 [] 1 None 04-01 18:00"),
    ("on the 31st of every month at 18:00", "dates 1 [] 31 None 03-31 18:00"),
    ("last day of every month 18:00", "dates 1 [] -1 None 03-31 18:00"),
    ("last friday of every month 18:00", "months 1 [4] -1 None 03-27 18:00"),
    ("every last friday 18:00", "months 1 [4] -1 None 03-27 18:00"),
    ("every first tuesday at 18:30", "months 1 [1] 1 None 04-07 18:30"),
    ("biweekly friday 6pm", "weeks 2 [4] 0 None 03-27 18:00"),
    ("fortnightly on friday 6pm", "weeks 2 [4] 0 None 03-27 18:00"),
    ("every fortnight on friday 6pm", "weeks 2 [4] 0 None 03-27 18:00"),
    ("weekly on friday 6pm", "weeks 1 [4] 0 None 03-27 18:00"),
    ("every other week on friday 6pm", "weeks 2 [4] 0 None 03-27 18:00"),
    ("daily 9:00 am", "days 1 [] 0 None 03-27 09:00"),
    ("weekdays 18:00", "weeks 1 [0, 1, 2, 3, 4] 0 None 03-26 18:00"),
    ("every weekday 18:00", "weeks 1 [0, 1, 2, 3, 4] 0 None 03-26 18:00"),
    ("every mon-fri 18:00", "weeks 1 [0, 1, 2, 3, 4] 0 None 03-26 18:00"),
    ("every monday to thursday 18:00", "weeks 1 [0, 1, 2, 3] 0 None 03-26 18:00"),
    ("every mon, wed and fri 18:00", "weeks 1 [0, 2, 4] 0 None 03-27 18:00"),
    ("am 15. jedes Monats um 18 Uhr", "dates 1 [] 15 None 04-15 18:00"),
    ("jeden Monat am 15. um 18 Uhr", "dates 1 [] 15 None 04-15 18:00"),
    ("vierzehntägig freitags 18 Uhr", "weeks 2 [4] 0 None 03-27 18:00"),
    ("letzten Freitag im Monat 18 Uhr", "months 1 [4] -1 None 03-27 18:00"),
    ("jeden Montag bis Freitag um 18 Uhr", "weeks 1 [0, 1, 2, 3, 4] 0 None 03-26 18:00"),
    ("el 15 de cada mes a las 18:00", "dates 1 [] 15 None 04-15 18:00"),
    ("quincenalmente los viernes a las 18:00", "weeks 2 [4] 0 None 03-27 18:00"),
    ("el último viernes de cada mes a las 18:00", "months 1 [4] -1 None 03-27 18:00"),
    ("le 15 de chaque mois à 18h", "dates 1 [] 15 None 04-15 18:00"),
    ("un vendredi sur deux à 18h", "weeks 2 [4] 0 None 03-27 18:00"),
    ("dernier vendredi du mois à 18h", "months 1 [4] -1 None 03-27 18:00"),
    ("il 15 di ogni mese alle 18", "dates 1 [] 15 None 04-15 18:00"),
    ("un venerdì sì e uno no alle 18", "weeks 2 [4] 0 None 03-27 18:00"),
    ("ultimo venerdì del mese alle 18", "months 1 [4] -1 None 03-27 18:00"),
    ("dia 15 de cada mês às 18h", "dates 1 [] 15 None 04-15 18:00"),
    ("quinzenalmente sexta às 18h", "weeks 2 [4] 0 None 03-27 18:00"),
    ("última sexta do mês às 18h", "months 1 [4] -1 None 03-27 18:00"),
    ("de 15e van elke maand om 18:00", "dates 1 [] 15 None 04-15 18:00"),
    ("tweewekelijks op vrijdag 18:00", "weeks 2 [4] 0 None 03-27 18:00"),
    ("laatste vrijdag van de maand om 18:00", "months 1 [4] -1 None 03-27 18:00"),
    ("co dwa tygodnie w piątek o 18:00", "weeks 2 [4] 0 None 03-27 18:00"),
    ("ostatni piątek miesiąca o 18:00", "months 1 [4] -1 None 03-27 18:00"),
    ("每月15号晚上6点", "dates 1 [] 15 None 04-15 18:00"),
    ("隔周周五晚上6点", "weeks 2 [4] 0 None 03-27 18:00"),
    ("每月最后一个周五晚上6点", "months 1 [4] -1 None 03-27 18:00"),
]


@pytest.mark.parametrize(("words", "meaning"), REPEATED)
def test_series_in_words(words: str, meaning: str) -> None:
    now = datetime(2026, 3, 26, 13, 30, tzinfo=UTC)
    found = read_series(words, now, ZoneInfo("Europe/Berlin"))
    assert isinstance(found, Series), found
    rule, local = found.rule, found.first.local
    told = f"{rule.every.value} {rule.interval} {list(rule.weekdays)} {rule.place} {rule.until} {local:%m-%d %H:%M}"
    assert told == meaning
    assert Rule.read(rule.written()) == rule


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("every thursday", UnclearReason.NO_TIME_OF_DAY),
        ("every thursday at 7", UnclearReason.TWO_READINGS),
        ("every 2nd thursday 19:00", UnclearReason.TWO_READINGS),
        ("every 3rd friday 6pm", UnclearReason.TWO_READINGS),
        ("every fourth monday at 18:00", UnclearReason.TWO_READINGS),
        ("jeden dritten Freitag um 18 Uhr", UnclearReason.TWO_READINGS),
        ("cada tercer viernes a las 18:00", UnclearReason.TWO_READINGS),
        ("biweekly tue and thu 18:00", UnclearReason.TWO_READINGS),
        ("every tue-thu 18:00", UnclearReason.TWO_READINGS),
        ("third friday 18:00", UnclearReason.NOT_A_TIME),
        ("every 32nd of the month 18:00", UnclearReason.NOT_A_TIME),
        ("thursday 19:00", UnclearReason.NOT_A_TIME),
        ("every 99 weeks on monday 19:00", UnclearReason.NOT_A_TIME),
        ("FREQ=SECONDLY;BYHOUR=3", UnclearReason.NOT_A_TIME),
        ("every blue moon 19:00", UnclearReason.NOT_A_TIME),
    ],
)
def test_other_series_are_refused_or_asked(words: str, why: UnclearReason) -> None:
    now = datetime(2026, 3, 26, 13, 30, tzinfo=UTC)
    found = read_series(words, now, ZoneInfo("Europe/Berlin"))
    assert isinstance(found, Choices)
    assert found.why is why


@pytest.mark.parametrize(
    ("words", "nights"),
    [
        ("every friday 12am", ["03-27 00:00", "03-28 00:00"]),
        ("every friday 12:30am", ["03-27 00:30", "03-28 00:30"]),
        ("every friday at midnight", ["03-27 00:00", "03-28 00:00"]),
        ("jeden Sonntag um Mitternacht", ["03-29 00:00", "03-30 00:00"]),
        ("every tue and thu 12am", ["03-31 00:00", "03-27 00:00"]),
    ],
)
def test_midnight_of_every_such_day_may_be_either_of_its_ends(
    words: str, nights: list[str]
) -> None:
    now = datetime(2026, 3, 26, 13, 30, tzinfo=UTC)
    found = read_series(words, now, ZoneInfo("Europe/Berlin"))
    assert isinstance(found, Choices)
    assert [f"{each.first.local:%m-%d %H:%M}" for each in found.series] == nights


def test_lengths() -> None:
    said = {"90m": 90, "1h30": 90, "2 hours": 120, "half an hour": 30, "eine Stunde": 60}
    assert {words: read_length(words) for words in said} == said
    assert [read_length(words) for words in ("ten", "forever", "", "1.5h")] == [None] * 4


def test_a_moment_is_an_instant() -> None:
    wall = datetime(2026, 10, 25, 2, 30, fold=1)  # noqa: DTZ001 (a wall time)
    moment = Moment(wall, ZoneInfo("Europe/Berlin"))
    assert moment.at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
