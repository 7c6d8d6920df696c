"""How long reading a time in words takes, over the corpus of the tests, the language not being known."""

import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.part import Part, Row, Table
from commands.time.read import read_time
from commands.time.warm import warm

CORPUS = Path(__file__).resolve().parents[1] / "tests/unit/time/corpus.txt"


@dataclass(frozen=True, slots=True)
class Scale:
    """How often the corpus is read, and how many phrases (None: all)."""

    rounds: int
    phrases: int | None


async def measure(scale: Scale) -> list[Table]:
    """Milliseconds for a phrase, the reader's language not being known, and known."""
    rows = [row.split(" | ") for row in CORPUS.read_text(encoding="utf-8").splitlines()]
    phrases = [row[1] for row in rows if len(row) == 3][: scale.phrases]
    began = time.perf_counter()
    warm()
    ready = time.perf_counter() - began
    now, zone = datetime(2026, 3, 26, 13, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    measured = []
    for language, label in ((None, "language unknown"), ("en", "reader's language English")):
        took: list[float] = []
        for _ in range(scale.rounds):
            for phrase in phrases:
                began = time.perf_counter()
                read_time(phrase, now, zone, language)
                took.append((time.perf_counter() - began) * 1000)
        figures = (statistics.median(took), statistics.quantiles(took, n=20)[-1], max(took))
        measured.append(Row(label, figures))
    notes = (f"{len(phrases)} phrases; getting ready, once: {ready:.2f} s.",)
    return [
        Table("ms to read a time in words", ("median", "p95", "longest"), tuple(measured), notes)
    ]


PART = Part(
    name="times",
    about="Reading a time in words, over the corpus of the tests.",
    measure=measure,
    full=Scale(20, None),
    toy=Scale(1, 20),
    takes="ten seconds",
)
