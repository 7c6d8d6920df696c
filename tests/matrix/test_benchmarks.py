"""The parts of ``make bench`` that start a homeserver run, at toy size; their figures come out."""

import pytest

from benchmarks.parts import PARTS
from tests.support.figures import whole

LONG = {"chapters": (pytest.mark.nightly, pytest.mark.timeout(900))}
"""Parts that take minutes at toy size too: three homeservers, and a test and a poll that end by the clock."""
THERE = [
    pytest.param(name, marks=LONG.get(name, ())) for name, part in PARTS.items() if part.homeserver
]


@pytest.mark.parametrize("name", THERE)
async def test_the_figures_come_out(name: str) -> None:
    part = PARTS[name]
    whole(await part.measure(part.toy))
