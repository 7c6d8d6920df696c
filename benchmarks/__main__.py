"""``make bench``: everything that is measured, or only what is named (``ARGS=growth``)."""

import asyncio
import sys

from benchmarks import (
    growth,
    importing,
    polls,
    reminders,
    reports,
    round_trip,
    soak,
    structure_tests,
    times,
)

PARTS = {
    "round-trip": round_trip.main,
    "growth": growth.main,
    "polls": polls.main,
    "reports": reports.main,
    "importing": importing.main,
    "structure_tests": structure_tests.main,
    "times": times.main,
    "reminders": reminders.main,
    "soak": soak.main,
}
LONG = {"soak"}
"""Only when named: it takes a quarter of an hour."""

unknown = set(sys.argv[1:]) - set(PARTS)
if unknown:
    sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
for name in sys.argv[1:] or [each for each in PARTS if each not in LONG]:
    sys.stdout.write(f"== {name}\n")
    sys.stdout.flush()
    asyncio.run(PARTS[name]())
