"""A sheet of paper in pixels, and what is put on it. One look for every picture.

Opaque and warm white with dark ink, so that it reads the same in light and dark apps. A mark is a
digit in a shape: nobody needs the colours, which are those of Okabe and Ito (2008), made to be told
apart by colour-blind readers.
"""

import math
import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import resvg_py

from bot.pictures.fonts import OWN, Fonts
from storage.core.lazy_dataclass import dataclass

WIDTH: Final = 1080
"""Pixels, unless a sheet says otherwise; what a phone shows sharply from edge to edge."""
MARGIN: Final = 44
SMALLER: Final = 3
"""How many pixels become one in the thumbnail."""

PAPER: Final = "#fbfaf6"
INK: Final = "#1b1b1b"
GREY: Final = "#5d5d58"
RULE: Final = "#b9b7ae"
SHADE: Final = "#000000"
"""The lines of a pattern."""

_PATTERNS: Final = {
    "//": "M-3,15 L15,-3 M-3,3 L3,-3 M9,15 L15,9",
    "\\\\": "M-3,-3 L15,15 M-3,9 L3,15 M9,-3 L15,3",
    "xx": "M-3,15 L15,-3 M-3,-3 L15,15",
    "..": "M3,2 v2 M9,8 v2",
}
"""Paths on a tile of twelve pixels, by hatch."""
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that a document may not contain, in whatever form."""


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
        self._drawn: list[str] = []
        self._box(3, 3, width - 6, height - 6, fill="none", stroke=RULE, stroke_width=2.8)

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
        words = _NO_XML.sub("", self._fitting(text, width, size, bold=bold))
        place = _attributes(
            x=x,
            y=y + size * 0.36,
            font_size=size,
            font_weight="bold" if bold else "normal",
            fill=color,
            text_anchor=_ANCHORS[at],
        )
        self._drawn.append(f"<text {place}>{escape(words)}</text>")

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """Break a text into lines of at most ``width``."""
        rows = [""]
        for word in text.split():
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and self.fonts.width(longer, size, bold=False) > width:
                rows.append(word)
            else:
                rows[-1] = longer
        return rows

    def rule(self, y: float, left: float, right: float) -> None:
        """Draw a thin horizontal line."""
        line = _attributes(x1=left, x2=right, y1=y, y2=y, stroke=RULE, stroke_width=2.1)
        self._drawn.append(f"<line {line}/>")

    def stroke(self, x: float, top: float, height: float) -> None:
        """An upright line in ink with paper on both sides, so that it shows on any pattern."""
        for wide, color in ((9, PAPER), (4, INK)):
            self._box(x - wide / 2, top, wide, height, fill=color)

    def mark(self, mark: int, x: float, y: float, size: float) -> None:
        """A rating: digit and shape around a point."""
        look = LOOKS[mark]
        self._drawn.append(_shape(look, x, y, size / 2, dashed=mark == 0))
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
        edge = {"stroke": INK if mark else GREY, "stroke_width": 1.7}
        self._box(left, top, width, height, fill=look.face)
        if look.hatch:
            self._box(left, top, width, height, fill=f"url(#{_name(look.hatch)})")
        dashes = {} if mark else {"stroke_dasharray": "6 3"}
        self._box(left, top, width, height, fill="none", **edge, **dashes)

    def label(self, text: str, x: float, y: float, size: float) -> None:
        """Words on a patterned ground."""
        wide = self.width(text, size) + size * 0.5
        self._box(x - wide / 2, y - size * 0.62, wide, size * 1.24, fill=PAPER, rx=size * 0.25)
        self.write(text, x, y, size, bold=True, at="center")

    def width(self, text: str, size: float) -> float:
        """Pixels that a text in bold takes."""
        return self.fonts.width(text, size, bold=True)

    def shrunk(
        self, text: str, size: float, width: float, *, least: float, bold: bool = False
    ) -> float:
        """The size at which a text fits into ``width``: between ``size`` and ``least`` of it."""
        wide = self.fonts.width(text, size, bold=bold)
        # In steps, so that a column has few sizes of letters.
        steps = (1.0, 0.92, 0.85, least)
        return size * next((step for step in steps if wide * step <= width), least)

    def png(self) -> bytes:
        """The sheet as a file that says nothing but the picture."""
        return self._file(1)

    def thumbnail(self) -> bytes:
        """The sheet as a file, a third as wide and as high."""
        return self._file(1 / SMALLER)

    def _file(self, zoom: float) -> bytes:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=self._svg(),
                width=round(self.across * zoom),
                font_files=self.fonts.files,
                skip_system_fonts=True,
            )
        )

    def _svg(self) -> str:
        size = _attributes(width=self.across, height=self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family={quoteattr(OWN)}'
            f' xml:space="preserve"><defs>{_tiles()}</defs>'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(self._drawn)}</svg>'
        )

    def _box(self, x: float, y: float, width: float, height: float, **style: str | float) -> None:
        place = _attributes(x=x, y=y, width=width, height=height, **style)
        self._drawn.append(f"<rect {place}/>")

    def _fitting(self, text: str, width: float, size: float, *, bold: bool) -> str:
        def fits(words: str) -> bool:
            return self.fonts.width(words, size, bold=bold) <= width

        # Few letters are wider than they are high: most texts need no measuring.
        if len(text) * size * 1.2 <= width or fits(text):
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if fits(text[:middle].rstrip() + "…"):
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"


def _attributes(**values: str | float) -> str:
    return " ".join(
        f"{name.replace('_', '-')}={quoteattr(value if isinstance(value, str) else f'{value:.2f}')}"
        for name, value in values.items()
    )


def _name(hatch: str) -> str:
    return f"hatch{list(_PATTERNS).index(hatch)}"


def _tiles() -> str:
    line = f'stroke="{SHADE}" stroke-width="1.4" fill="none"'
    return "".join(
        f'<pattern id="{_name(hatch)}" width="12" height="12" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" {line}/></pattern>'
        for hatch, path in _PATTERNS.items()
    )


def _shape(look: MarkStyle, x: float, y: float, radius: float, *, dashed: bool) -> str:
    edge: dict[str, str | float] = {
        "fill": look.face,
        "stroke": GREY if dashed else INK,
        "stroke_width": 1.9,
        "stroke_linejoin": "round",
    }
    if dashed:
        edge["stroke_dasharray"] = "4 4"
    if look.corners == 0:
        return f"<circle {_attributes(cx=x, cy=y, r=radius * 0.94, **edge)}/>"
    # As large to the eye as the circle.
    out = radius * {3: 1.3, 4: 1.16, 6: 1.04}[look.corners]
    down = radius * 0.22 if look.corners == 3 else 0
    points = " ".join(
        f"{x + out * math.sin(angle):.2f},{y + down - out * math.cos(angle):.2f}"
        for angle in _angles(look.corners, look.turn)
    )
    return f"<polygon {_attributes(points=points, **edge)}/>"


def _angles(corners: int, turn: float) -> Iterable[float]:
    return (math.radians(turn + 360 * each / corners) for each in range(corners))
