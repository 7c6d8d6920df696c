"""Days as lists of other programs write them."""

from datetime import date

import pytest

from commands.imports.read.cells import NoDayInCell, TwoWays, day
from commands.imports.read.day_order import Order
from commands.time.written import written_days
from tests.support.held import effort


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("3. März 2026", date(2026, 3, 3)), ("14-dic-25", date(2025, 12, 14)), ("15 mai 2024", date(2024, 5, 15)),
        ("03.04.2026 00:00", date(2026, 4, 3)), ("3.4.2026, 10:30", date(2026, 4, 3)),
        ("2026-04-03T00:00:00Z", date(2026, 4, 3)), ("3. Maerz 1998", date(1998, 3, 3)),
        ("15. Jänner 2024", date(2024, 1, 15)), ("14-Dez-98", date(1998, 12, 14)), ("3. März 2026 00:00:00", date(2026, 3, 3)),
        ("3 de marzo de 2026", date(2026, 3, 3)), ("5 de setiembre del 2024", date(2024, 9, 5)),
        ("3 de março de 2026", date(2026, 3, 3)), ("1er mai 2024", date(2024, 5, 1)), ("15 août 1999", date(1999, 8, 15)),
        ("3 maggio 2020", date(2020, 5, 3)), ("3 maart 2026 14:00", date(2026, 3, 3)), ("3 marca 2026 r.", date(2026, 3, 3)),
        ("15 paź 2021", date(2021, 10, 15)), ("2026年3月3日", date(2026, 3, 3)), ("Di, 03.03.2026", date(2026, 3, 3)),
        ("mar. 3 mars 2026", date(2026, 3, 3)), ("Montag, 3. März 2025", date(2025, 3, 3)),
        ("3 March 2026 5:00 PM", date(2026, 3, 3)), ("March 3, 2026", date(2026, 3, 3)), ("Mar 3 98", date(1998, 3, 3)),
        ("14/dic/2025", date(2025, 12, 14)), ("1.jan.20", date(2020, 1, 1)), ("20-mai-25 8h30", date(2025, 5, 20)),
        ("46000", date(2025, 12, 9)), ("20260303", date(2026, 3, 3)),
    ],
)  # fmt: skip
def test_days_of_lists_in_nine_languages(cell: str, meant: date) -> None:
    assert day(cell, None) == meant


@pytest.mark.parametrize(
    "cell",
    [
        "Sonntag, 3. März 2025",
        "31-feb-25",
        "3 März",
        "May 2024",
        "soon",
        "3 mürz 2026",
        "99 mai 2024",
    ],
)
def test_what_is_no_day_with_a_year_is_said(cell: str) -> None:
    with pytest.raises(NoDayInCell):
        day(cell, None)


def test_slashes_stay_open_with_a_time_behind_them() -> None:
    with pytest.raises(TwoWays):
        day("01/02/2026 00:00", None)
    assert day("01/02/2026 00:00", Order.DAY_FIRST) == date(2026, 2, 1)


def test_a_hundred_thousand_cells_are_read_quickly() -> None:
    """Ten thousand spellings, each ten times."""
    names = ("März", "mai", "giugno", "sierpnia", "dic")
    cells = [f"{n % 28 + 1}. {name} {1990 + n % 30}" for n in range(2000) for name in names] * 10
    written_days.cache_clear()
    with effort() as taken:
        assert all(day(cell, None) for cell in cells)
    assert taken.yardsticks < 2500
