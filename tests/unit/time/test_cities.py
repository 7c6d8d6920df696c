"""A city beside a time: any large one, by any of its names, where the word can mean nothing else."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from commands.time.instants import Moment
from commands.time.read import UnreadTime, read_time

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HOME = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("fri 19:00 Brno", "Europe/Prague"),
        ("fri 19:00 Turin", "Europe/Rome"),
        ("Freitag 19 Uhr München", "Europe/Berlin"),
        ("Freitag 19 Uhr Frankfurt am Main", "Europe/Berlin"),
        ("周五晚上7点 深圳", "Asia/Shanghai"),
        ("viernes a las 19:00 hora de Bilbao", "Europe/Madrid"),
        ("piątek 19:00 Wrocław", "Europe/Warsaw"),
        ("fri 7pm Eastern", "America/New_York"),
        ("fri 7pm pacific time", "America/Los_Angeles"),
        ("fri 19:00 JST", "Asia/Tokyo"),
        ("fri 19:00 La Paz", "America/La_Paz"),
        ("fri 19:00 Den Haag", "Europe/Amsterdam"),
        ("周五19:00北京", "Asia/Shanghai"),
        ("周五上海时间19:00", "Asia/Shanghai"),
        ("fri Berlin time 7pm", "Europe/Berlin"),
    ],
)
def test_it_is_on_that_city_s_clock(words: str, key: str) -> None:
    found = read_time(words, NOW, HOME)
    assert isinstance(found, Moment), found
    assert (found.zone.key, found.local) == (key, datetime(2026, 12, 4, 19, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    "words",
    [
        "fri 19:00 mobile",
        "fri 19:00 Xyzzyq",
        "fri 19:00 Brno Pune",
        "fri 19:00 Valencia",
        "fri 19:00 split",
        "fri 19:00 IST",
        "fri 19:00 Victoria",
        "fri 19:00 west",
        "Charlotte fri 19:00",
        "Reading fri 19:00",
        "fri Sofia 19:00",
    ],
)
def test_what_may_be_no_city_or_two_is_not_read(words: str) -> None:
    assert isinstance(read_time(words, NOW, HOME), UnreadTime)
