"""How long reading a time in words takes, over the corpus of the tests, the language not being known."""

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from commands.time.read import read_time
from commands.time.warm import warm

ROUNDS = 20
CORPUS = Path(__file__).resolve().parents[1] / "tests/unit/time/corpus.txt"


async def main() -> None:
    rows = [row.split(" | ") for row in CORPUS.read_text(encoding="utf-8").splitlines()]
    phrases = [row[1] for row in rows if len(row) == 3]
    began = time.perf_counter()
    warm()
    ready = time.perf_counter() - began
    now, zone = datetime(2026, 3, 26, 13, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    for language, label in ((None, "language unknown"), ("en", "reader's language English")):
        took: list[float] = []
        for _ in range(ROUNDS):
            for phrase in phrases:
                began = time.perf_counter()
                read_time(phrase, now, zone, language)
                took.append((time.perf_counter() - began) * 1000)
        took.sort()
        print(
            f"{label}: {len(phrases)} phrases, median {statistics.median(took):.3f} ms, "
            f"p95 {took[len(took) * 95 // 100]:.3f} ms, longest {took[-1]:.1f} ms"
        )
    print(f"getting ready, once: {ready:.2f} s")
