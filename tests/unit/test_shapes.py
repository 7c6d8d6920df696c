"""Plain values as the types of a declaration, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.core.as_json import CLOSED_JSON, JSON, plain
from storage.core.bounds import AtLeast, Within
from storage.core.lazy_dataclass import dataclass
from storage.core.shapes import Misfit, Mismatch, MismatchKind

Name = NewType("Name", str)


class Kind(Enum):
    ONE = "one"
    TWO = 2


@dataclass(frozen=True, slots=True)
class Part:
    number: Annotated[int, Within(1, 9)]
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    name: Name
    kind: Kind
    parts: tuple[Part, ...]
    pair: tuple[int, str]
    day: date
    at: datetime
    key: bytes
    counts: Mapping[str, int]
    more: Literal["a", "b"] = "a"


WHOLE = Whole(
    Name("é"), Kind.TWO, (Part(1), Part(9, 0.5)), (1, "x"), date(2026, 11, 30),
    datetime(2026, 11, 30, 9, 30, 15, 5, tzinfo=UTC), b"\x00\xff", {"a": 1},
)  # fmt: skip


def written(**other: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(plain(WHOLE)))
    return found | other


def test_what_was_written_is_read() -> None:
    assert written()["at"] == "2026-11-30T09:30:15.000005Z"
    assert written()["key"] == "00ff"
    assert JSON.read(Whole, written()) == WHOLE == CLOSED_JSON.read(Whole, written())


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("name", 3, ("name",)),
        ("name", None, ("name",)),
        ("kind", "two", ("kind",)),
        ("kind", "2", ("kind",)),
        ("kind", [], ("kind",)),
        ("kind", 2.0, ("kind",)),
        ("parts", {"number": 1}, ("parts",)),
        ("parts", "x", ("parts",)),
        ("parts", [{"number": 1}, {"number": 10}], ("parts", 1, "number")),
        ("parts", [{"number": True}], ("parts", 0, "number")),
        ("parts", [{"number": "1"}], ("parts", 0, "number")),
        ("parts", [{"number": 1, "share": "1"}], ("parts", 0, "share")),
        ("pair", [1], ("pair",)),
        ("pair", [1, 2], ("pair", 1)),
        ("day", "30.11.2026", ("day",)),
        ("day", 3, ("day",)),
        ("at", "2026-11-30T09:30:15", ("at",)),
        ("key", "00FF", ("key",)),
        ("key", "0", ("key",)),
        ("counts", [["a", 1]], ("counts",)),
        ("counts", {"a": "1"}, ("counts", "a")),
        ("more", "c", ("more",)),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    field: str, value: object, where: tuple[str | int, ...]
) -> None:
    with pytest.raises(Misfit) as refused:
        JSON.read(Whole, written(**{field: value}))
    assert [each.where for each in refused.value.flaws] == [where]
    assert repr(value) not in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    value = {"number": 0, "shar": 1}, {"share": "x"}
    with pytest.raises(Misfit) as refused:
        CLOSED_JSON.reader(tuple[Part, ...])(list(value))
    assert refused.value.flaws == (
        Mismatch((0, "shar"), MismatchKind.UNKNOWN),
        Mismatch((0, "number"), MismatchKind.UNFIT, "must be greater than or equal to 1"),
        Mismatch((1, "number"), MismatchKind.MISSING),
        Mismatch((1, "share"), MismatchKind.UNFIT, "must be a number"),
    )


def test_a_key_too_many_is_refused_where_somebody_may_have_added_it() -> None:
    assert JSON.read(Part, {"number": 1, "else": 2}) == Part(1)
    with pytest.raises(Misfit):
        CLOSED_JSON.read(Part, {"number": 1, "else": 2})


@pytest.mark.parametrize("value", [float("nan"), 0, -1])
def test_no_number_is_above_a_bound_by_being_none(value: float) -> None:
    with pytest.raises(ValueError, match="greater"):
        AtLeast(1)(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from(sorted(written())), json_values)
def test_whatever_stands_there_is_read_or_refused(field: str, value: object) -> None:
    try:
        found = CLOSED_JSON.read(Whole, written(**{field: value}))
    except Misfit:
        return
    assert CLOSED_JSON.read(Whole, json.loads(json.dumps(plain(found)))) == found
