"""Conversion of Python values to database values and of rows to dataclasses.

The database keeps times as Unix ms UTC, days as ISO dates, and enumerations as their values.
"""

from collections.abc import Hashable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter

from storage.core.driver import Row

T = TypeVar("T")

_CONFIG = ConfigDict(val_temporal_unit="milliseconds")


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

    Raises ``pydantic.ValidationError`` for a value that the field's type does not take.
    """
    if not found:
        return []
    names = found[0].keys()
    made: list[T] = _adapter(cast("Hashable", kind)).validate_python(
        [dict(zip(names, row, strict=True)) for row in found]
    )
    return made


@cache
def never_changes(kind: Hashable) -> bool:
    """Whether a record of a kind can be handed out twice: nobody who has one can change it."""
    # Asked for, so that a class that has no instance yet is finished (`lazy_dataclass`).
    fields(kind)  # type: ignore[arg-type]
    return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(list[kind], config=_CONFIG)  # type: ignore[valid-type]
