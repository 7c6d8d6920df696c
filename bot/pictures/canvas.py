"""A sheet of paper in pixels, and what is put on it. One look for every picture.

Opaque and warm white with dark ink, so that it reads the same in light and dark apps. A mark is a
digit in a shape: nobody needs the colours, which are those of Okabe and Ito (2008), made to be told
apart by colour-blind readers.
"""

import io
import math
from collections.abc import Iterable
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import thumbnail
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon, Rectangle

from bot.pictures.fonts import Fonts
from storage.core.lazy_dataclass import dataclass

WIDTH: Final = 1080
"""Pixels, unless a sheet says otherwise; what a phone shows sharply from edge to edge."""
MARGIN: Final = 44
DOTS: Final = 100
SMALLER: Final = 3
"""How many pixels become one in the thumbnail."""

PAPER: Final = "#fbfaf6"
INK: Final = "#1b1b1b"
GREY: Final = "#5d5d58"
RULE: Final = "#b9b7ae"


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """Shape and colours of a mark."""

    face: str
    ink: str
    corners: int
    """Of the shape; 0 is a circle."""
    turn: float
    """Degrees."""
    hatch: str


LOOKS: Final = {
    0: MarkStyle(PAPER, GREY, 0, 0, ""),
    1: MarkStyle("#0072b2", "#ffffff", 0, 0, ""),
    2: MarkStyle("#56b4e9", "#000000", 4, 45, "//"),
    3: MarkStyle("#f0e442", "#000000", 4, 0, ".."),
    4: MarkStyle("#e69f00", "#000000", 6, 0, "\\\\"),
    5: MarkStyle("#c24e00", "#ffffff", 3, 0, "xx"),
}
"""Circle, square, diamond, hexagon, triangle; an empty circle is who is not assessed."""


class Canvas:
    """One sheet; the origin is the top left corner."""

    def __init__(self, height: float, fonts: Fonts, *, width: float = WIDTH) -> None:
        height, width = (math.ceil(side / SMALLER) * SMALLER for side in (height, width))
        self.height = height
        """Pixels."""
        self.across = width
        """Pixels from edge to edge."""
        self.fonts = fonts
        self._figure = Figure(figsize=(width / DOTS, height / DOTS), dpi=DOTS, facecolor=PAPER)
        self._page = FigureCanvasAgg(self._figure)
        self._pen = self._page.get_renderer()  # type: ignore[no-untyped-call]
        self._cut: dict[tuple[float, bool], FontProperties] = {}
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")
        self._put(
            Rectangle((3, 3), width - 6, height - 6, facecolor="none", edgecolor=RULE, linewidth=2)
        )

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        width: float = WIDTH - 2 * MARGIN,
        bold: bool = False,
        color: str = INK,
        at: str = "left",
    ) -> None:
        """Write on the line around ``y``; what is longer than ``width`` ends in an ellipsis."""
        font = self._font(size, bold=bold)
        self._axes.text(
            x,
            y + size * 0.36,
            self._fitting(text, font, width, size),
            fontproperties=font,
            color=color,
            ha=at,
            va="baseline",
            parse_math=False,
        )

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """Break a text into lines of at most ``width``."""
        font = self._font(size, bold=False)
        rows = [""]
        for word in text.split():
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and self._width(longer, font) > width:
                rows.append(word)
            else:
                rows[-1] = longer
        return rows

    def rule(self, y: float, left: float, right: float) -> None:
        """Draw a thin horizontal line."""
        self._axes.plot([left, right], [y, y], color=RULE, linewidth=1.5)

    def stroke(self, x: float, top: float, height: float) -> None:
        """An upright line in ink with paper on both sides, so that it shows on any pattern."""
        for wide, color in ((9, PAPER), (4, INK)):
            left = x - wide / 2
            self._put(Rectangle((left, top), wide, height, facecolor=color, edgecolor="none"))

    def mark(self, mark: int, x: float, y: float, size: float) -> None:
        """A rating: digit and shape around a point."""
        look = LOOKS[mark]
        self._put(_shape(look, x, y, size / 2, dashed=mark == 0))
        # The middle of a triangle lies below the middle of its box.
        low = size * 0.1 if look.corners == 3 else 0
        self.write(
            str(mark) if mark else "–",
            x,
            y + low,
            size * 0.56,
            bold=mark > 0,
            color=look.ink,
            at="center",
        )

    def block(self, mark: int, left: float, top: float, width: float, height: float) -> None:
        """A part of a bar: colour, and a pattern of its own."""
        look = LOOKS[mark]
        self._put(
            Rectangle(
                (left, top),
                width,
                height,
                facecolor=look.face,
                edgecolor=INK if mark else GREY,
                hatch=look.hatch,
                linewidth=1.2,
                linestyle="-" if mark else "--",
                alpha=None,
            )
        )

    def label(self, text: str, x: float, y: float, size: float) -> None:
        """Words on a patterned ground."""
        wide = self._width(text, self._font(size, bold=True)) + size * 0.5
        self._put(
            FancyBboxPatch(
                (x - wide / 2, y - size * 0.62),
                wide,
                size * 1.24,
                boxstyle=f"round,pad=0,rounding_size={size * 0.25}",
                facecolor=PAPER,
                edgecolor="none",
            )
        )
        self.write(text, x, y, size, bold=True, at="center")

    def width(self, text: str, size: float) -> float:
        """Pixels that a text in bold takes."""
        return self._width(text, self._font(size, bold=True))

    def shrunk(
        self, text: str, size: float, width: float, *, least: float, bold: bool = False
    ) -> float:
        """The size at which a text fits into ``width``: between ``size`` and ``least`` of it."""
        wide = self._width(text, self._font(size, bold=bold))
        # In steps, so that few sizes of letters are cut.
        steps = (1.0, 0.92, 0.85, least)
        return size * next((step for step in steps if wide * step <= width), least)

    def png(self) -> bytes:
        """The sheet as a file that says nothing but the picture."""
        out = io.BytesIO()
        # Without "Software", which would name the library and its version.
        self._figure.savefig(out, format="png", dpi=DOTS, metadata={"Software": None})
        return out.getvalue()

    def _put(self, patch: Patch) -> None:
        self._axes.add_patch(patch)

    def _font(self, size: float, *, bold: bool) -> FontProperties:
        if (size, bold) not in self._cut:
            weight = "bold" if bold else "normal"
            self._cut[size, bold] = FontProperties(
                family=self.fonts.families, size=size * 72 / DOTS, weight=weight
            )
        return self._cut[size, bold]

    def _width(self, text: str, font: FontProperties) -> float:
        wide, _high, _below = self._pen.get_text_width_height_descent(text, font, ismath=False)
        return float(wide)

    def _fitting(self, text: str, font: FontProperties, width: float, size: float) -> str:
        # Few letters are wider than they are high: most texts need no measuring.
        if len(text) * size * 1.2 <= width or self._width(text, font) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self._width(text[:middle].rstrip() + "…", font) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"


def smaller(png: bytes) -> bytes:
    """A picture as a thumbnail."""
    out = io.BytesIO()
    thumbnail(io.BytesIO(png), out, scale=1 / SMALLER, interpolation="antialiased")
    return out.getvalue()


def _shape(look: MarkStyle, x: float, y: float, radius: float, *, dashed: bool) -> Patch:
    edge: dict[str, Any] = {
        "facecolor": look.face,
        "edgecolor": GREY if dashed else INK,
        "linewidth": 1.4,
    }
    if dashed:
        edge["linestyle"] = (0, (2, 2))
    if look.corners == 0:
        return Circle((x, y), radius * 0.94, **edge)
    # As large to the eye as the circle.
    out = radius * {3: 1.3, 4: 1.16, 6: 1.04}[look.corners]
    down = radius * 0.22 if look.corners == 3 else 0
    points = [
        (x + out * math.sin(angle), y + down - out * math.cos(angle))
        for angle in _angles(look.corners, look.turn)
    ]
    return Polygon(points, closed=True, joinstyle="round", **edge)


def _angles(corners: int, turn: float) -> Iterable[float]:
    return (math.radians(turn + 360 * each / corners) for each in range(corners))
