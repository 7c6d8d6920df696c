"""Values on their way into the database and out of it; and SQL names that come from nowhere else."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.core import driver
from storage.core.model import Coming, UserId
from storage.core.rows import millis, moment, records, stored
from storage.core.shapes import Misfit
from tests.support.trees import nodes_in, nodes_of

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 30, 9, 30, 15, 123000, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    who: UserId
    answer: Coming | None
    day: date
    at: datetime | None
    open: bool
    zone: ZoneInfo


def selected(sql: str, *values: object) -> list[driver.Row]:
    db = driver.in_memory()
    db.row_factory = driver.Row
    rows = db.execute(sql, [stored(value) for value in values]).fetchall()
    db.close()
    return rows


SQL = "SELECT ? AS who, ? AS answer, ? AS day, ? AS at, ? AS open, 'Asia/Tokyo' AS zone, 7 AS more"


def test_what_is_stored_comes_back() -> None:
    rows = selected(SQL, "@ana", Coming.MAYBE, date(2026, 12, 1), AT, True)
    assert tuple(rows[0])[:5] == ("@ana", "maybe", "2026-12-01", millis(AT), 1)
    sample = Sample(
        UserId("@ana"), Coming.MAYBE, date(2026, 12, 1), AT, True, ZoneInfo("Asia/Tokyo")
    )
    assert records(Sample, rows) == [sample]


@pytest.mark.parametrize("at", [0, 1, 19_999_999_999, 20_000_000_001, millis(AT)])
def test_times_are_milliseconds_however_early(at: int) -> None:
    """Small numbers are no seconds."""
    [found] = records(Sample, selected(SQL, "@ana", None, date(2026, 12, 1), at, False))
    assert found.at is not None
    assert found.at == moment(at)
    assert found.at.utcoffset() == moment(at).utcoffset()


def test_what_is_none_stays_none() -> None:
    assert records(Sample, []) == []
    [found] = records(Sample, selected(SQL, "@ana", None, date(2026, 12, 1), None, False))
    assert (found.answer, found.at) == (None, None)


def test_a_value_that_is_none_of_a_field_is_refused() -> None:
    with pytest.raises(Misfit):
        records(Sample, selected(SQL, "@ana", "perhaps", date(2026, 12, 1), None, False))


def insertions(nodes: Iterable[ast.AST]) -> list[ast.Call]:
    """Calls of a transaction that make SQL of names."""
    return [
        node
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"add", "put", "add_new"}
        and ast.unparse(node.func.value).split(".")[-1] == "tx"
    ]


def is_written_out(call: ast.Call) -> bool:
    """Whether the table and every column stand in the call."""
    table = [isinstance(each, ast.Constant) for each in call.args]
    return table == [True] and all(keyword.arg is not None for keyword in call.keywords)


def test_names_of_tables_and_columns_stand_in_the_code() -> None:
    calls = [
        (path, call)
        for folder in ("bot", "commands", "storage")
        for path in (ROOT / folder).rglob("*.py")
        for call in insertions(nodes_of(path))
    ]
    assert len(calls) > 50
    assert [f"{path}:{call.lineno}" for path, call in calls if not is_written_out(call)] == []


@pytest.mark.parametrize(
    "code", ["self.tx.add(table, a=1)", "tx.put('t', **given)", "tx.add_new()"]
)
def test_names_from_elsewhere_would_be_found(code: str) -> None:
    [call] = insertions(nodes_in(code))
    assert not is_written_out(call)
