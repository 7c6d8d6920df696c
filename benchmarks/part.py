"""What a part of ``make bench`` is: something measured, at full size and at toy size, as tables."""

from collections.abc import Callable, Coroutine
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
        """The rows that are over their bound."""
        return [
            row.label
            for row in self.rows
            if row.bound is not None and max(row.figures[: self.bounded]) > row.bound
        ]


@dataclass(frozen=True, slots=True)
class Part(Generic[Scale]):
    """One thing that is measured; ``toy`` is for tests, which look at the figures, not at times."""

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


__all__ = ["Part", "Row", "Table"]
