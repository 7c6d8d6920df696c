"""Tables as text for a terminal, and as sections of docs/benchmarks.md with date and machine."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.part import Part, Table

PAGE: Final = Path(__file__).resolve().parents[1] / "docs/benchmarks.md"


def number(figure: float) -> str:
    """Format a figure with about three digits: 12,345 · 123 · 12.3 · 1.23 · 0.123."""
    size = abs(figure)
    digits = 0 if size >= 100 or figure == round(figure) else 1 if size >= 10 else 2
    return f"{figure:,.{3 if 0 < size < 1 else digits}f}"


def machine() -> str:
    """Describe the machine, and how busy it is, in one line without names."""
    model = platform.processor() or platform.machine()
    for row in _lines(Path("/proc/cpuinfo")):
        if row.startswith("model name"):
            model = row.partition(":")[2].strip()
            break
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.release().partition('-')[0]}, Python {platform.python_version()}, "
        f"load before {os.getloadavg()[0]:.1f}"
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def text(table: Table) -> str:
    """Format a table for a terminal."""
    wide = max(len(each) for each in (table.title, *(row.label for row in table.rows)))
    widths = [max(12, len(column) + 2) for column in table.columns]
    out = [
        table.title.ljust(wide)
        + "".join(each.rjust(width) for each, width in zip(table.columns, widths, strict=True))
    ]
    for row in table.rows:
        cells = (
            number(figure).rjust(width) for figure, width in zip(row.figures, widths, strict=True)
        )
        bound = "" if row.bound is None else f"   at most {number(row.bound)}"
        out.append(row.label.ljust(wide) + "".join(cells) + bound)
    return "\n".join([*out, *table.notes]) + "\n"


def markdown(table: Table) -> str:
    """Format a table for the page."""
    bounds = any(row.bound is not None for row in table.rows)
    heads = (table.title, *table.columns, *(("at most",) if bounds else ()))
    out = [_cells(heads), _cells(("---", *("--:" for _ in heads[1:])))]
    for row in table.rows:
        bound = "" if row.bound is None else number(row.bound)
        figures = [number(figure) for figure in row.figures]
        out.append(_cells((row.label, *figures, *((bound,) if bounds else ()))))
    return "\n".join([*out, *(f"\n{note}" for note in table.notes)]) + "\n"


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(each.replace('|', '/') for each in cells)} |"


def section(part: Part[Any], tables: Sequence[Table], on: str, day: str) -> str:
    """Format one part's section of the page."""
    title = part.name.replace("-", " ").replace("_", " ").capitalize()
    return "\n".join(
        [
            _begin(part.name),
            f"## {title}\n",
            f"{part.about} `make bench ARGS={part.name}`, {part.takes}.\n",
            f"Measured on {day}: {on}.\n",
            *(markdown(table) for table in tables),
            _end(part.name),
        ]
    )


def written(part: Part[Any], tables: Sequence[Table], on: str, page: Path = PAGE) -> None:
    """Write a part's section into the page, in place of the old one or at the end."""
    day = f"{datetime.now(UTC):%-d %B %Y}"
    new = section(part, tables, on, day)
    old = page.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(_begin(part.name))}.*?{re.escape(_end(part.name))}", re.DOTALL)
    if found.search(old):
        page.write_text(found.sub(lambda _: new, old), encoding="utf-8")
    else:
        page.write_text(f"{old.rstrip()}\n\n{new}\n", encoding="utf-8")


def _begin(name: str) -> str:
    return f"<!-- measured: {name} -->"


def _end(name: str) -> str:
    return f"<!-- end: {name} -->"
