"""The wall chart: areas side by side on a sheet wider than tall, each person with mark, name and figures.

Apps show a tall picture cut off, and some cut any to a square: so title and legend stand on every sheet, in
the middle, and no sheet is taller than three quarters of its width.
"""

from typing import Final

from bot.pictures.canvas import GREY, INK, MARGIN, Canvas
from bot.pictures.fonts import Fonts
from commands.picture import Section, Wall, WallRow
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SheetStyle:
    """Pixels, by how many columns a sheet has room for."""

    width: float
    row: float
    text: float
    title: float
    small: float
    """The letters of the legend."""

    @property
    def head(self) -> float:
        """What the name of an area takes."""
        return self.row * 1.4

    @property
    def top(self) -> float:
        """Where the first area begins."""
        return self.title * 3.1

    @property
    def mark(self) -> float:
        """The place of one sign of a test."""
        return self.text * 0.88

    @property
    def figure(self) -> float:
        """The place of one figure."""
        return self.text * 2.45

    @property
    def line(self) -> float:
        """What a line of the legend takes."""
        return self.small * 1.6


STYLES: Final = {
    2: SheetStyle(width=1200, row=54, text=34, title=46, small=26),
    3: SheetStyle(width=1620, row=47, text=32, title=54, small=31),
    4: SheetStyle(width=1980, row=41, text=29, title=60, small=35),
}
GAP: Final = 34
SHRINK: Final = 0.78
"""How small the letters of a long name may get before its end is left out."""
FLATTEST: Final = 0.5
"""The least height of a sheet, in its widths: an app makes a flat one small."""

Key = tuple[int, str]


def draw(wall: Wall) -> Canvas:
    """Draw one page of the wall chart, as tall as its contents and wider than tall."""
    style = STYLES[max(2, min(4, wall.across))]
    fonts = Fonts(_texts(wall))
    ruler = Canvas(1, fonts, width=style.width)
    keys = _key_rows(ruler, wall.keys, style)
    signs = [
        line
        for sentence in wall.signs.splitlines()
        for line in ruler.lines(sentence, style.width - 2 * MARGIN, style.small)
    ]
    body = max((_height(column, style) for column in wall.columns), default=0)
    legend = style.line * (len(keys) * 1.2 + len(signs)) + style.small
    height = max(style.top + body + style.row * 0.7 + legend, style.width * FLATTEST)
    canvas = Canvas(height, fonts, width=style.width)
    middle = style.width / 2
    canvas.write(
        wall.title, middle, style.title * 1.15, style.title, bold=True, at="center",
        width=style.width - 2 * MARGIN,
    )  # fmt: skip
    canvas.write(
        wall.subtitle, middle, style.title * 2.3, style.small * 1.1, at="center", color=GREY
    )
    across = max(2, min(4, wall.across))
    wide = (style.width - 2 * MARGIN - GAP * (across - 1)) / across
    # What does not fill the sheet stands in the middle of it.
    used = len(wall.columns) * (wide + GAP) - GAP
    left = (style.width - used) / 2
    for place, column in enumerate(wall.columns):
        _column(canvas, column, left + place * (wide + GAP), wide, style)
    _legend(canvas, keys, signs, height - legend, style)
    return canvas


def _texts(wall: Wall) -> list[str]:
    rows = [row.name for column in wall.columns for section in column for row in section.rows]
    sections = [section.name for column in wall.columns for section in column]
    return [wall.title, wall.subtitle, wall.signs, *sections, *rows]


def _height(column: tuple[Section, ...], style: SheetStyle) -> float:
    return sum(style.head + style.row * len(section.rows) for section in column)


def _column(
    canvas: Canvas, sections: tuple[Section, ...], left: float, wide: float, style: SheetStyle
) -> None:
    right, y = left + wide, style.top
    for section in sections:
        middle, small = y + style.head * 0.56, style.text * 0.85
        room = wide - canvas.width(section.figure, small) - 20
        size = canvas.shrunk(section.name, style.text * 1.08, room, least=SHRINK, bold=True)
        canvas.write(section.name, left, middle, size, width=room, bold=True)
        canvas.write(section.figure, right, middle, small, color=GREY, at="right")
        canvas.rule(y + style.head * 0.92, left, right)
        y += style.head
        for row in section.rows:
            _row(canvas, row, left, right, y + style.row / 2, style)
            y += style.row


def _row(
    canvas: Canvas, row: WallRow, left: float, right: float, y: float, style: SheetStyle
) -> None:
    canvas.mark(row.mark, left + style.row * 0.42, y, style.row * 0.8)
    start = left + style.row * 1.05
    name = row.name if canvas.fonts.can_draw(row.name) else row.handle
    end = right - style.figure * len(row.figures)
    for place, figure in enumerate(row.figures, 1):
        edge = end + style.figure * place
        canvas.write(figure, edge, y, style.text * 0.88, color=INK, at="right")
    end -= style.mark * len(row.marks)
    for place, sign in enumerate(row.marks):
        # Each in a place of its own: one test is one column.
        canvas.write(sign, end + style.mark * (place + 0.5), y, style.text * 0.95, at="center")
    if row.badges:
        # By themselves: in one text with a Hebrew name they would change sides.
        canvas.write(row.badges, start, y, style.text, bold=True)
        start += canvas.width(row.badges, style.text) + style.text * 0.3
    room = end - start - style.text * 0.3
    size = canvas.shrunk(name, style.text, room, least=SHRINK)
    canvas.write(name, start, y, size, width=room)


def _key_rows(ruler: Canvas, keys: tuple[Key, ...], style: SheetStyle) -> list[list[Key]]:
    """What the marks mean, in as few lines as they fit on, each about as long."""
    room = style.width - 2 * MARGIN
    rows = 1
    while rows < len(keys):
        each = -(-len(keys) // rows)
        lines = [list(keys[start : start + each]) for start in range(0, len(keys), each)]
        if all(_length(ruler, line, style) <= room for line in lines):
            return lines
        rows += 1
    return [[key] for key in keys]


def _length(ruler: Canvas, keys: list[Key], style: SheetStyle) -> float:
    return sum(ruler.width(meaning, style.small) + style.small * 2.6 for _mark, meaning in keys)


def _legend(
    canvas: Canvas, keys: list[list[Key]], signs: list[str], top: float, style: SheetStyle
) -> None:
    canvas.rule(top, MARGIN, style.width - MARGIN)
    y = top + style.line * 0.85
    for row in keys:
        x = (style.width - _length(canvas, row, style)) / 2 + style.small * 0.4
        for mark, meaning in row:
            canvas.mark(mark, x + style.small * 0.6, y, style.small * 1.25)
            canvas.write(meaning, x + style.small * 1.5, y, style.small)
            x += canvas.width(meaning, style.small) + style.small * 2.6
        y += style.line * 1.2
    for line in signs:
        canvas.write(
            line, style.width / 2, y, style.small, at="center", color=GREY,
            width=style.width - 2 * MARGIN,
        )  # fmt: skip
        y += style.line
