"""Counts, shares and rows of areas in words, and weeks of days. Counts only, never a name."""

from collections.abc import Mapping, Sequence
from datetime import date

from commands.framework.i18n import _, ngettext

DASH = "–"
"""Stands where there is no figure."""


def people(count: int) -> str:
    """A number of people: 1 person, 5 people."""
    return ngettext("{n} person", "{n} people", count).format(n=count)


def share(part: int, whole: int) -> str:
    """A number with its percentage beside it; of nobody, a dash."""
    rounded = percent(part, whole)
    if rounded is None:
        return DASH
    return _("{n} ({percent} %)").format(n=part, percent=rounded)


def of_all(part: int, whole: int) -> str:
    """A number of a whole with the percentage: 20/62 (32 %)."""
    rounded = percent(part, whole)
    if rounded is None:
        return DASH
    return _("{n}/{all} ({percent} %)").format(n=part, all=whole, percent=rounded)


def area_name(area: int, names: Mapping[int, str]) -> str:
    """An area as a row names it."""
    return names.get(area) or _("no area")


def row_name(areas: Sequence[int], names: Mapping[int, str]) -> str:
    """Name a row of areas: its first (largest) area, and how many more are in the row."""
    first = area_name(areas[0], names)
    if len(areas) == 1:
        return first
    more = ngettext("{area} and {n} more", "{area} and {n} more", len(areas) - 1)
    return more.format(area=first, n=len(areas) - 1)


def percent(part: int, whole: int) -> int | None:
    """A percentage for display: only nobody is 0 %, only everybody 100 %; None without a whole."""
    if whole == 0:
        return None
    if part in {0, whole}:
        return 100 * part // whole
    return min(99, max(1, (200 * part + whole) // (2 * whole)))


def same_week(one: date, other: date) -> bool:
    """Whether both days are in one week, Monday to Sunday."""
    return one.isocalendar()[:2] == other.isocalendar()[:2]
