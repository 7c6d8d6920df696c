"""Benchmark of files: generated ones, good, spoilt and too large, sent by two people without a pause.

The bot runs as a process of its own in a control group of the kernel that allows it 300 MB, less than a
third of what compose.yaml does. Where no group can be made only resident memory is measured.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.part import Part, Row, Table
from tests.support.file_flood import MEMORY, Flood, flood

MOST_MS = 1_000
"""For somebody else's command, in 99 of 100 cases."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many files, and every how many one has the largest size that is fetched."""

    files: int
    large_every: int


async def measure(scale: Scale) -> list[Table]:
    """Measure restarts, memory, and how long somebody else waited."""
    started = time.perf_counter()
    found = await flood(scale.files, large_every=scale.large_every)
    return [table(found, scale.files, (time.perf_counter() - started) / 60)]


def table(found: Flood, wanted: int, minutes: float) -> Table:
    """Make the table of a flood of ``wanted`` files, which took so many minutes."""
    return Table(
        f"{found.files:,} files",
        ("figure",),
        (
            Row("starts of the bot", (found.restarts + 1,), 1),
            Row("MB at most, as the kernel counts", (_peak(found) / 1e6,), MEMORY / 1e6),
            Row("MB of each process added up, what they share too", (found.resident / 1e6,)),
            Row("MB before the first file", (found.base / 1e6,)),
            Row("ms for somebody else's !me, p99", (found.p99,), MOST_MS),
            Row("kinds of files", (len(found.kinds),)),
            Row("files in which a list was found", (found.lists,)),
            Row("minutes", (minutes,)),
        ),
        tuple(_notes(found, wanted)),
        bounded=1,
    )


def _peak(found: Flood) -> float:
    return found.resident if found.peak is None else found.peak


def _notes(found: Flood, wanted: int) -> Iterator[str]:
    if found.files < wanted:
        yield f"Ended early: {wanted:,} were to be sent."
    if found.peak is None:
        yield "No control group could be made here: what is resident was looked at."
    else:
        yield (
            f"Of the processes that read them the kernel ended {found.killed:,}, as there was no memory "
            "left; those files were refused as too large."
        )
    yield f"{found.checked:,} of the lists were checked as well."
    yield (
        f"{found.refused.total():,} files were refused with the reason, {found.wrongly_refused:,} of them as "
        f"people send them; {found.unanswered:,} were left without an answer."
    )
    loads = found.loads
    yield (
        f"Load of the machine meanwhile, this among it: {statistics.mean(loads):.1f} on average, "
        f"{min(loads):.1f} to {max(loads):.1f}."
    )


PART = Part(
    name="files",
    about=(
        "Files of thirty generated kinds, from lists of 190,000 people to archives that unpack to 900"
        " MB, one in 75 as large as is fetched, sent without a pause to the bot in a control group of"
        " 300 MB. What somebody may send, open and drop in a day is lifted for it."
    ),
    measure=measure,
    full=Scale(10_000, large_every=75),
    toy=Scale(6, large_every=10_000),
    takes="an hour",
    long=True,
)
