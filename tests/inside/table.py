"""What each insider reached, on a table at the end of the run: before, without the guard, and now."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

import pytest

from tests.inside.attacks import ATTACKS, Attack, Unit, number

Column = Literal["control", "now"]
PROPERTY: Final = "attack from inside"

HEAD: Final = """\
What insiders reached with their budgets. First the attackers, each by the worst of its programs;
then every program.
  f159b98, 60dd46f   the product as it was: at the issue, and on the day its work began
  control            the same program where the guard does not apply: what it measures is there
  now                this run      at most   what is promised"""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one program came."""

    key: str
    column: Column
    amount: float


def noted(reached: Reached) -> tuple[str, object]:
    """As a test's own property, which travels with its report."""
    return PROPERTY, json.dumps([reached.key, reached.column, reached.amount])


def found(properties: Iterable[tuple[str, object]]) -> list[Reached]:
    """What one test noted."""
    return [Reached(*json.loads(str(value))) for name, value in properties if name == PROPERTY]


def summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write both tables at the end of a run, whichever processes the tests ran in."""
    reports = chain(
        *(terminalreporter.stats.get(how, ()) for how in ("passed", "failed", "xfailed"))
    )
    lines = rows(chain(*(found(getattr(r, "user_properties", ())) for r in reports)))
    if lines:
        terminalreporter.section("insiders")
        for each in lines:
            terminalreporter.write_line(each)


def rows(reached: Iterable[Reached]) -> list[str]:
    """Both tables, line by line; nothing when no attacker was at work."""
    cells: dict[str, dict[str, float]] = {}
    for each in reached:
        cells.setdefault(each.key, {})[each.column] = each.amount
    if not cells:
        return []
    ran = [attack for attack in ATTACKS if attack.key in cells]
    now = {key: columns["now"] for key, columns in cells.items() if "now" in columns}
    every = [
        ("", "budget", "f159b98", "60dd46f", "control", "now", "at most", ""),
        *(_row(attack, cells[attack.key]) for attack in ran),
    ]
    return [*HEAD.splitlines(), "", *_aligned(_summary(now)), "", *_aligned(every)]


def worst(who: str, unit: Unit, now: dict[str, float]) -> str:
    """The farthest that any program of an attacker came: at the issue, and in this run."""
    here = [a for a in ATTACKS if a.who == who and a.unit == unit and a.key in now]
    if not here:
        return ""
    earlier = [a.f159b98 for a in here if a.f159b98 is not None]
    before = number(max(earlier)) if earlier else "?"
    return f"{before} -> {number(max(now[a.key] for a in here))}"


def _summary(now: dict[str, float]) -> list[tuple[str, ...]]:
    units = [unit for unit in Unit if any(a.unit == unit and a.key in now for a in ATTACKS)]
    people = dict.fromkeys(a.who for a in ATTACKS if a.key in now)
    return [
        ("", *(unit.value for unit in units)),
        *((who, *(worst(who, unit, now) for unit in units)) for who in people),
    ]


def _row(attack: Attack, got: dict[str, float]) -> tuple[str, ...]:
    now = got.get("now")
    return (
        f"{attack.who}: {attack.goal}",
        attack.budget,
        "?" if attack.f159b98 is None else number(attack.f159b98),
        "?" if attack.main is None else number(attack.main),
        number(got["control"]) if "control" in got else "",
        "" if now is None else number(now),
        f"{number(attack.at_most)} {attack.unit.value}",
        "OVER" if now is not None and now > attack.at_most else "",
    )


def _aligned(cells: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return [each.rstrip() for each in lines]
