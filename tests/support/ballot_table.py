"""A table of what attackers of the ballots got, printed at the end of the run beside the controls."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

Column = Literal["control", "faulty box", "box alone", "product"]
COLUMNS: Final[tuple[Column, ...]] = ("control", "faulty box", "box alone", "product")
PROPERTY: Final = "attack on ballots"
WIDTH: Final = 27

HEAD: Final = """\
Attackers of the ballots. 1 is certainty, 0 is guessing; a search counts hits.
  control     tables without a common id     faulty box  the box with one mistake put in
  box alone   the box without SQLCipher      product     as it is installed"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attacker against one way to keep ballots."""

    attack: str
    column: Column
    got: str


Note = Callable[[str, Column, str], None]


def noting(properties: list[tuple[str, object]]) -> Note:
    """Write outcomes to a test's own properties, which travel with its report."""

    def note(attack: str, column: Column, got: str) -> None:
        properties.append((PROPERTY, json.dumps([attack, column, got])))

    return note


def outcomes(properties: Iterable[tuple[str, object]]) -> list[Outcome]:
    """Return the outcomes one test noted."""
    return [Outcome(*json.loads(str(value))) for name, value in properties if name == PROPERTY]


def rows(found: Iterable[Outcome]) -> list[str]:
    """Return the lines of the table; none when there were no attacks."""
    cells: dict[str, dict[str, str]] = {}
    for each in found:
        cells.setdefault(each.attack, {})[each.column] = each.got
    if not cells:
        return []
    first = max(map(len, cells)) + 2
    head = " " * first + "".join(column.ljust(WIDTH) for column in COLUMNS)
    body = (
        attack.ljust(first) + "".join(got.get(column, "").ljust(WIDTH) for column in COLUMNS)
        for attack, got in cells.items()
    )
    return [*HEAD.splitlines(), "", head.rstrip(), *(line.rstrip() for line in body)]
