"""The wall chart: people by area, each with mark, name and figures."""

from dataclasses import dataclass
from typing import Final

from bot.pictures.canvas import GREY, INK, MARGIN, WIDTH, Canvas
from bot.pictures.fonts import Fonts
from commands.picture import Section, Wall, WallRow

TOP: Final = 176
BOTTOM: Final = 30


@dataclass(frozen=True, slots=True)
class Sizes:
    """Pixels, by how many columns stand side by side."""

    row: float
    head: float
    text: float
    figure: float
    """The width of one column of figures."""


ONE: Final = Sizes(row=60, head=84, text=35, figure=150)
TWO: Final = Sizes(row=45, head=62, text=27, figure=84)
KEY: Final = 50
"""Pixels of a line of the legend."""
KEY_TEXT: Final = 29
LONG_SIGNS: Final = 170
"""Letters that fit on two lines."""
GAP: Final = 36


def draw(wall: Wall) -> Canvas:
    """Draw the wall chart on a page as tall as its contents."""
    sizes = ONE if len(wall.columns) == 1 else TWO
    fonts = Fonts(_texts(wall))
    body = max((_height(column, sizes) for column in wall.columns), default=0)
    # A sheet that is too long by a line or two does not matter.
    legend = KEY * ((len(wall.keys) + 1) // 2 + _sign_lines(wall))
    canvas = Canvas(TOP + body + 24 + legend + BOTTOM, fonts)
    canvas.write(wall.title, MARGIN, 62, 50, bold=True)
    canvas.write(wall.subtitle, MARGIN, 122, 31, color=GREY)
    wide = (WIDTH - 2 * MARGIN - GAP * (len(wall.columns) - 1)) / max(1, len(wall.columns))
    for place, column in enumerate(wall.columns):
        _column(canvas, column, MARGIN + place * (wide + GAP), wide, sizes)
    _legend(canvas, wall, TOP + body + 24)
    return canvas


def _sign_lines(wall: Wall) -> int:
    """How many lines there are for what the signs mean."""
    return 2 if len(wall.signs) < LONG_SIGNS else 5


def _texts(wall: Wall) -> list[str]:
    rows = [row.name for column in wall.columns for section in column for row in section.rows]
    return [wall.title, wall.subtitle, *(s.name for column in wall.columns for s in column), *rows]


def _height(column: tuple[Section, ...], sizes: Sizes) -> float:
    return sum(sizes.head + sizes.row * len(section.rows) for section in column)


def _column(
    canvas: Canvas,
    sections: tuple[Section, ...],
    left: float,
    wide: float,
    sizes: Sizes,
) -> None:
    right = left + wide
    y = float(TOP)
    for section in sections:
        middle, small = y + sizes.head * 0.56, sizes.text * 0.8
        room = wide - canvas.width(section.figure, small) - 20
        canvas.write(section.name, left, middle, sizes.text * 1.1, width=room, bold=True)
        canvas.write(section.figure, right, middle, small, color=GREY, at="right")
        canvas.rule(y + sizes.head * 0.9, left, right)
        y += sizes.head
        for row in section.rows:
            _row(canvas, row, left, right, y + sizes.row / 2, sizes)
            y += sizes.row


def _row(canvas: Canvas, row: WallRow, left: float, right: float, y: float, sizes: Sizes) -> None:
    canvas.mark(row.mark, left + sizes.row * 0.42, y, sizes.row * 0.74)
    start = left + sizes.row * 1.05
    name = row.name if canvas.fonts.can_draw(row.name) else row.handle
    end = right - sizes.figure * len(row.figures)
    if row.badges:
        # By themselves: in one text with a Hebrew name they would change sides.
        canvas.write(row.badges, start, y, sizes.text, bold=True)
        start += canvas.width(row.badges, sizes.text) + sizes.text * 0.3
    canvas.write(name, start, y, sizes.text, width=end - start - 8, bold=bool(row.badges))
    for place, figure in enumerate(row.figures, 1):
        edge = end + sizes.figure * place
        canvas.write(figure, edge, y, sizes.text * 0.9, color=INK, at="right")


def _legend(canvas: Canvas, wall: Wall, top: float) -> None:
    canvas.rule(top, MARGIN, WIDTH - MARGIN)
    half = (WIDTH - 2 * MARGIN) / 2
    rows = (len(wall.keys) + 1) // 2
    for place, (mark, meaning) in enumerate(wall.keys):
        x = MARGIN + half * (place // rows)
        y = top + KEY * (place % rows + 0.75)
        canvas.mark(mark, x + 20, y, 36)
        canvas.write(meaning, x + 54, y, KEY_TEXT, width=half - 60)
    lines = canvas.lines(wall.signs, WIDTH - 2 * MARGIN, KEY_TEXT)
    for place, signs in enumerate(lines[: _sign_lines(wall)]):
        canvas.write(signs, MARGIN, top + KEY * (rows + 0.75 + 0.8 * place), KEY_TEXT, color=GREY)
