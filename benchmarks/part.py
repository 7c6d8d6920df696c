"""Types of a benchmark: a part measures one thing at full or toy size, and gives tables."""

import statistics
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Scale = TypeVar("Scale")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a figure for each column."""

    label: str
    figures: tuple[float, ...]
    bound: float | None = None
    """What no figure under a size may be over, in the table's unit."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that belong together."""

    title: str
    """What is counted, with its unit."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    bounded: int = 0
    """So many columns, from the first, are held to the bound of their row."""

    def over(self) -> list[str]:
        """Return the names of rows that are over their bound."""
        return [
            row.label
            for row in self.rows
            if row.bound is not None and max(row.figures[: self.bounded]) > row.bound
        ]


@dataclass(frozen=True, slots=True)
class Part(Generic[Scale]):
    """One thing to measure; ``toy`` is for tests, which check the figures, not the times."""

    name: str
    about: str
    """What is measured and beside what, in a sentence or two."""
    measure: Callable[[Scale], Coroutine[None, None, list[Table]]]
    full: Scale
    toy: Scale
    takes: str
    """How long it takes at full size."""
    homeserver: bool = False
    """Whether it starts a homeserver."""
    long: bool = False
    """Only measured when named, or with ``--all``."""


def by_contacts(
    sizes: Sequence[tuple[int, Mapping[str, Sequence[float]]]],
    bound: Callable[[str], float | None],
    notes: Sequence[str],
) -> Table:
    """Make a table of medians by number of contacts, with the ratio of the largest to the smallest.

    sizes: contacts, and by what was asked the milliseconds of each answer; the smallest first.
    """
    medians = {
        name: tuple(statistics.median(times[name]) for _contacts, times in sizes)
        for name in sizes[0][1]
    }
    return Table(
        "median ms with contacts:",
        (*(f"{contacts:,}" for contacts, _times in sizes), "ratio"),
        tuple(
            Row(name, (*each, each[-1] / each[0]), bound(name)) for name, each in medians.items()
        ),
        tuple(notes),
        bounded=len(sizes),
    )


__all__ = ["Part", "Row", "Table", "by_contacts"]
