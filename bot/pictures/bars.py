"""Counts by area as bars, each part with its number, colour and pattern."""

from typing import Final

from bot.pictures.canvas import GREY, MARGIN, WIDTH, Canvas
from bot.pictures.fonts import Fonts
from commands.picture import Bars, ChartBar

TOP: Final = 176
BAR: Final = 54
EACH: Final = 124
"""Pixels from one bar to the next."""
KEY: Final = 50
"""Pixels of a line of the legend."""


def draw(chart: Bars) -> Canvas:
    """A sheet with a bar for each label, the longest from edge to edge."""
    fonts = Fonts([chart.title, chart.subtitle, *(bar.label for bar in chart.bars)])
    rows = (len(chart.keys) + 1) // 2 + bool(chart.sign)
    body = EACH * len(chart.bars)
    canvas = Canvas(TOP + body + 40 + KEY * rows + 30, fonts)
    canvas.write(chart.title, MARGIN, 62, 50, bold=True)
    canvas.write(chart.subtitle, MARGIN, 122, 31, color=GREY)
    longest = max((sum(bar.parts) for bar in chart.bars), default=0)
    for place, bar in enumerate(chart.bars):
        whole = sum(bar.parts) if chart.shares else longest
        scale = (WIDTH - 2 * MARGIN) / max(1, whole)
        _bar(canvas, bar, chart.keys, TOP + EACH * place, scale)
    _legend(canvas, chart.keys, TOP + body + 20)
    if chart.sign:
        at = TOP + body + 20 + KEY * (rows - 0.2)
        _tick(canvas, MARGIN + 27, at - 22, 44)
        canvas.write(chart.sign, MARGIN + 70, at, 29)
    return canvas


def _bar(
    canvas: Canvas, bar: ChartBar, keys: tuple[tuple[int, str], ...], top: float, scale: float
) -> None:
    right = WIDTH - MARGIN
    canvas.write(bar.label, MARGIN, top + 24, 34, width=right * 0.55, bold=True)
    canvas.write(bar.figure, right, top + 24, 29, width=right * 0.42, color=GREY, at="right")
    left = float(MARGIN)
    for (mark, _meaning), count in zip(keys, bar.parts, strict=True):
        wide = count * scale
        if count:
            canvas.block(mark, left, top + 48, wide, BAR)
            if canvas.width(str(count), 28) <= wide - 16:
                canvas.label(str(count), left + wide / 2, top + 48 + BAR / 2, 28)
        left += wide
    if bar.line is not None:
        _tick(canvas, MARGIN + (left - MARGIN) * bar.line, top + 40, BAR + 16)


def _tick(canvas: Canvas, x: float, top: float, height: float) -> None:
    """A line across a bar, seen on any colour."""
    canvas.stroke(x, top, height)


def _legend(canvas: Canvas, keys: tuple[tuple[int, str], ...], top: float) -> None:
    canvas.rule(top, MARGIN, WIDTH - MARGIN)
    half = (WIDTH - 2 * MARGIN) / 2
    rows = (len(keys) + 1) // 2
    for place, (mark, meaning) in enumerate(keys):
        x, y = MARGIN + half * (place // rows), top + KEY * (place % rows + 0.8)
        canvas.block(mark, x, y - 18, 54, 36)
        canvas.write(meaning, x + 70, y, 29, width=half - 80)
