"""``make bench``: measures every part, or only the named ones (``ARGS=growth``).

``--all`` measures the long parts too, ``--toy`` a small size of each in seconds, and ``--write`` puts
the tables into docs/benchmarks.md. Exit status 1 when something is over its bound.
"""

import argparse
import asyncio
import sys

from benchmarks import page
from benchmarks.parts import PARTS


def main() -> None:
    """Measure one part after the other, and print each as soon as its tables are known."""
    asked = _asked()
    slow: list[str] = []
    for name in asked.parts or [each for each in PARTS if asked.all or not PARTS[each].long]:
        part = PARTS[name]
        on = page.machine()
        sys.stdout.write(f"== {name}: {part.takes} at full size; {on}\n")
        sys.stdout.flush()
        tables = asyncio.run(part.measure(part.toy if asked.toy else part.full))
        sys.stdout.write("\n".join(page.text(table) for table in tables))
        sys.stdout.flush()
        if asked.write:
            page.written(part, tables, on)
        if not asked.toy:
            slow += [f"{name}: {label}" for table in tables for label in table.over()]
    if slow:
        sys.exit(f"Over the bound: {', '.join(slow)}.")


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="make bench ARGS=", description="Measure.")
    words.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    words.add_argument("--all", action="store_true", help="the long parts too")
    words.add_argument("--toy", action="store_true", help="a small size, in seconds")
    words.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = words.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        words.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if asked.toy and asked.write:
        words.error("figures of toy size are for nobody to read")
    return asked


main()
