"""Workbooks and web pages, opened in a process of their own (child.py)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from commands.imports.reading import Row, Unreadable

SECONDS: Final = 45.0
"""For one file."""
ROOT: Final = Path(__file__).resolve().parents[3]
SURROUNDINGS: Final = {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "LANG": "C.UTF-8",
}
"""All it sees of the environment; ours may hold secrets."""

Sheets = list[tuple[str, list[Row]]]


def opened(content: bytes, *, page: bool = False) -> Sheets | Unreadable:
    """Rows by the title of their sheet, hidden sheets left out; or why there are none.

    Takes a second for a large one: not on the event loop.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            [
                *(sys.executable, "-s", "-P", "-m", "commands.imports.formats.child"),
                "page" if page else "workbook",
            ],
            input=content,
            stdout=subprocess.PIPE,
            # A stack could show names.
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=SURROUNDINGS,
            timeout=SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return Unreadable.TOO_LARGE
    if done.returncode:
        # It asked for more than its limits allow.
        return Unreadable.TOO_LARGE
    told = json.loads(done.stdout)
    if "odd" in told:
        return Unreadable(told["odd"])
    return [
        (title, [Row(line, tuple(cells)) for line, cells in rows]) for title, rows in told["sheets"]
    ]
