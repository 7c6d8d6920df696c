"""Conversion of Python values to database values and of rows to dataclasses.

The database keeps times as Unix ms UTC, days as ISO dates, and enumerations as their values.
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Final, TypeVar, cast
from zoneinfo import ZoneInfo

from storage.core.as_json import DAY, JSON
from storage.core.driver import Row
from storage.core.shapes import (
    Embedded,
    Exactly,
    Misfit,
    Mismatch,
    MismatchKind,
    Read,
    Shapes,
    from_text,
    real,
)

T = TypeVar("T")

Json = Annotated[T, Embedded(json.loads, JSON)]
"""A value that its column holds as JSON."""

AN_HOUR: Final = 3_600_000
A_DAY: Final = 24 * AN_HOUR
"""In milliseconds, as the database keeps times."""


def millis(at: datetime) -> int:
    """Convert an aware time to Unix ms UTC, the form in which the database keeps times."""
    return round(at.timestamp() * 1000)


def moment(value: int) -> datetime:
    """Convert Unix ms to an aware UTC time."""
    return datetime.fromtimestamp(value / 1000, UTC)


def stored(value: object) -> object:
    """Convert a value to the form in which the database keeps it."""
    if isinstance(value, datetime):
        return millis(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def records(kind: type[T], found: Sequence[Row]) -> list[T]:
    """Make rows dataclasses of a kind: a column is the field of its name, others are left out.

    Raises ``shapes.Misfit`` for a value that the field's type does not take.
    """
    if not found:
        return []
    columns = dict(zip(found[0].keys(), zip(*found, strict=True), strict=True))
    wanted = _fields(cast("Hashable", kind))
    read = {name: _column(of, columns[name]) for name, of in wanted.items() if name in columns}
    values = zip(*read.values(), strict=True)
    if len(read) == len(wanted):
        return [kind(*each) for each in values]
    return [kind(**dict(zip(read, each, strict=True))) for each in values]


def _column(read: Read, values: tuple[object, ...]) -> Sequence[object]:
    """A column's values; all at once where each stays as it is."""
    if isinstance(read, Exactly) and read.kinds.issuperset(map(type, values)):
        return values
    try:
        return [read(value) for value in values]
    except Misfit:
        raise
    except ValueError as unfit:
        raise Misfit(Mismatch((), MismatchKind.UNFIT, str(unfit))) from None


@cache
def never_changes(kind: Hashable) -> bool:
    """Whether a record of a kind can be handed out twice: nobody who has one can change it."""
    # Asked for, so that a class that has no instance yet is finished (`lazy_dataclass`).
    fields(kind)  # type: ignore[arg-type]
    return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]


@cache
def _fields(kind: Hashable) -> Mapping[str, Read]:
    return _ROWS.fields(cast("type", kind))


def _flag(value: object) -> bool:
    if value not in {0, 1}:
        raise ValueError("must be 0 or 1")
    return bool(value)


def _millis_read(value: object) -> datetime:
    return moment(_whole(value))


_whole: Final = Exactly("a whole number", int)
_text: Final = Exactly("a text", str)
_ROWS: Final = Shapes(
    {
        int: _whole,
        str: _text,
        bytes: Exactly("bytes", bytes),
        float: real,
        bool: _flag,
        date: DAY,
        datetime: _millis_read,
        ZoneInfo: from_text("a time zone", ZoneInfo),
    },
    closed=False,
)
