"""Pictures as data: what to show, in words and numbers. ``bot/pictures`` alone draws them."""

from typing import Literal

from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class WallRow:
    """Somebody on a wall chart."""

    mark: int
    """Their rating; 0: not assessed."""
    name: str
    handle: str
    """Stands in for a name that no font can draw."""
    badges: str
    """Signs before the name, such as a star; the legend says what they mean."""
    figures: tuple[str, ...]
    """What stands at the end of the line, the same number of them for everybody."""
    marks: str = ""
    """Signs before the figures, each in a place of its own, the same number for everybody."""


@dataclass(frozen=True, slots=True)
class Section:
    """An area, or the part of one that fits into a column."""

    name: str
    figure: str
    rows: tuple[WallRow, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """People by area: one page."""

    title: str
    subtitle: str
    columns: tuple[tuple[Section, ...], ...]
    """What stands side by side."""
    keys: tuple[tuple[int, str], ...]
    """What the marks mean."""
    signs: str
    """What the badges, marks and figures mean, each line for itself."""
    across: int = 2
    """How many columns the sheet has room for; the more, the smaller the type."""
    kind: Literal["wall"] = "wall"


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar, made of as many parts as there are keys."""

    label: str
    parts: tuple[int, ...]
    figure: str
    """What stands at its end."""
    line: float | None = None
    """Where on it, from 0 to 1, something was to be reached."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts side by side, each bar as long as its sum."""

    title: str
    subtitle: str
    keys: tuple[tuple[int, str], ...]
    """The mark and the meaning of each part."""
    bars: tuple[ChartBar, ...]
    kind: Literal["bars"] = "bars"
    shares: bool = False
    """Whether every bar is as long as the sheet, so that parts of different wholes compare."""
    sign: str = ""
    """What the line across a bar means."""


Picture = Wall | Bars
