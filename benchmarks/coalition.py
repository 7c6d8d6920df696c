"""Benchmark of coalition polls: 3 to 200 committees in one process, from the last answer to the sum.

Without Matrix and without disks: what is measured is the rounds and the masks. Everybody's work is done
here one after the other; ``ms each`` is what falls to one bot.
"""

import random
import time
import tracemalloc
from dataclasses import dataclass

from benchmarks.part import Part, Row, Table
from tests.support.summing import Sums, committees, expected_sum

PLACES = 9
"""Numbers of each committee: a poll from 0 to 5 has nine, one of yes and no five."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers of committees."""

    committees: tuple[int, ...]


async def measure(scale: Scale) -> list[Table]:
    """A row for each number of committees."""
    rows = []
    for count in scale.committees:
        totals = [tuple(range(number, number + PLACES)) for number in range(count)]
        game = committees([*totals])
        started = time.process_time()
        _add(game)
        seconds = time.process_time() - started
        assert game.sums == {expected_sum([*totals])}
        rows.append(
            Row(
                f"{count}",
                (
                    seconds,
                    1000 * seconds / count,
                    game.messages,
                    game.messages / count,
                    _memory(count),
                ),
            )
        )
    heads = ("s for all", "ms each", "messages", "messages each", "KiB each")
    notes = (
        (
            "Each message is said once in the room of the bots, and is heard by all. Memory is what all"
            " bots hold in this one process at the most, by bot; sets and keys they share here."
        ),
    )
    return [Table("committees:", heads, tuple(rows), notes)]


def _add(game: Sums) -> None:
    game.count()
    game.burst()


def _memory(count: int) -> float:
    """KiB that falls to one bot when all hold the most, with what they heard; of a game of its own."""
    totals = [tuple(range(PLACES)) for _ in range(count)]
    chance = random.Random(count)
    tracemalloc.start()
    game = committees([*totals], chance.getrandbits(32))
    _add(game)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024 / count


PART = Part(
    name="coalition",
    about=(
        "A coalition poll from the last committee's answer to the sum at everybody, in one process and "
        "without Matrix: three messages for each committee, and a shared secret with every other."
    ),
    measure=measure,
    full=Scale((3, 12, 30, 100, 200)),
    toy=Scale((3, 6)),
    takes="a minute",
)
