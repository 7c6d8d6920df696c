"""Pictures of conversations from the guide, for the README: ``make pictures``.

The guide's conversations are played by a test, so the pictures show what happens.
"""

import re
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
COLUMNS: Final = 48
"""About what a phone shows."""

TYPED: Final = re.compile(r"(?P<who>@\w+)(?P<room> in the room)?: (?P<text>.+)")
ELSEWHERE: Final = re.compile(r"\((in the room|to each of them|in the direct chat)\) ")
THEME: Final = TerminalTheme(
    (250, 250, 248),
    (34, 34, 34),
    [(0, 0, 0), (170, 40, 40), (20, 110, 60), (140, 90, 0)] + [(30, 70, 140)] * 4,
)
DRAWING: Final = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Some exchanges of one page of the guide."""

    page: str
    title: str
    first: str
    """How the first line typed begins."""
    exchanges: int = 1
    keep: tuple[str, ...] = ()
    """Only these of what was said elsewhere; empty: all."""


SCENES: Final = {
    "one-on-one": Scene("one-on-ones.md", "Direct chat with Steward", "@ana: !1on1 log M-1", 1),
    "structure-test": Scene(
        "structure-tests.md", "Payments committee", "@ben in the room: !test status", 1
    ),
    "poll": Scene("polls.md", "Direct chat with Steward", "@ana: vote K7QX 05", 2),
    "meeting": Scene("meetings.md", "Payments committee", "@ana in the room: !meet poll", 2),
}


def exchanges(scene: Scene) -> list[str]:
    """Return the lines of a scene. Raises ValueError when the guide does not have the scene."""
    lines = (DOCS / "guide" / scene.page).read_text(encoding="utf-8").splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(scene.first)), None)
    if start is None:
        raise ValueError(f"{scene.page} has no line that begins with {scene.first!r}")
    taken, typed = [], 0
    for line in lines[start:]:
        typed += TYPED.match(line) is not None
        if line == "```" or typed > scene.exchanges:
            break
        taken.append(line)
    return taken


def picture(name: str) -> str:
    """Draw a scene; returns SVG."""
    scene = SCENES[name]
    console = Console(record=True, width=COLUMNS, file=StringIO(), legacy_windows=False)
    for line in exchanges(scene):
        typed = TYPED.match(line)
        if typed is not None:
            console.print(Text(typed["who"].removeprefix("@").title(), style="bold blue"))
            console.print(Text(typed["text"].replace(" ⏎ ", "\n")))
            console.print(Text("Steward", style="bold green"))
        else:
            console.print(Text(ELSEWHERE.sub("", line)))
    return console.export_svg(
        title=scene.title, theme=THEME, code_format=DRAWING, unique_id=f"steward-{name}"
    )


def main() -> None:
    """Write every picture."""
    for name in SCENES:
        (DOCS / "pictures" / f"{name}.svg").write_text(picture(name), encoding="utf-8")
        sys.stdout.write(f"docs/pictures/{name}.svg\n")


if __name__ == "__main__":
    main()
