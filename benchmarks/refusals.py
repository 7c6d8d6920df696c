"""Benchmark of refusals: what it takes to say what somebody may have meant, beside a refusal that suggests nothing.

Processor time of the answer, not of the disk: a lead in the direct chat, through the real parser, commands and
encrypted database, without Matrix. Each slip is another one, so that nothing is remembered of the one before.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.growth import Size, filled
from benchmarks.part import Part, Row, Table

MOST = 1.3
"""Of the processor time of a refusal that suggests nothing."""
MOST_OF_A_SLIP = 1.5
"""The same, where a name is looked for that is like it. 1.3 was asked for, and is what it takes, give or take 0.05."""
CITIES: Final = (
    "madrid",
    "lisbon",
    "toronto",
    "chicago",
    "nairobi",
    "hamburg",
    "glasgow",
    "karachi",
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Contacts, and how often each is typed."""

    contacts: int
    rounds: int


def slips(chance: random.Random) -> Iterator[str]:
    """Yield names of cities with two letters exchanged and one left out, a different one each time."""
    seen: set[str] = set()
    while True:
        letters = list(chance.choice(CITIES))
        del letters[chance.randrange(1, len(letters))]
        at = chance.randrange(len(letters) - 1)
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
        letters.insert(chance.randrange(1, len(letters)), chance.choice("aeiouy"))
        slip = "".join(letters)
        if slip not in seen:
            seen.add(slip)
            yield slip


async def measure(scale: Scale) -> list[Table]:
    """Measure medians of processor time, and their ratios to the plain refusal's."""
    typed = slips(random.Random(1))
    times: dict[str, list[float]] = {name: [] for name in ("!done SLIP", "!tz 123456", "!tz SLIP")}
    with tempfile.TemporaryDirectory() as scratch:
        size = await filled(Path(scratch), scale.contacts)
        for number in range(-3, scale.rounds):
            lines = (f"!done {next(typed)}", f"!tz {123456 + number}", f"!tz {next(typed)}")
            for name, text in zip(times, lines, strict=True):
                taken = await _taken(size, text)
                if number >= 0:
                    times[name].append(taken)
        await size.database.close()
    medians = {name: statistics.median(each) for name, each in times.items()}
    plain, *_others = medians.values()
    bounds = (None, MOST, MOST_OF_A_SLIP)
    rows = tuple(
        Row(name, (ms / plain, ms), bound)
        for (name, ms), bound in zip(medians.items(), bounds, strict=True)
    )
    note = "!done takes a number and suggests none, whatever word stands there."
    return [Table("ms of the processor for a refusal", ("ratio", "ms"), rows, (note,), bounded=1)]


async def _taken(size: Size, text: str) -> float:
    """Milliseconds of the processor until one line is answered."""
    started = time.process_time()
    await size.ask(text)
    return (time.process_time() - started) * 1000


PART = Part(
    name="refusals",
    about=(
        "A refusal that looks for what may have been meant, beside one that suggests nothing, in processor "
        "time: a place that is no word, and a city with a slip."
    ),
    measure=measure,
    full=Scale(1_000, 300),
    toy=Scale(20, 3),
    takes="ten seconds",
)
