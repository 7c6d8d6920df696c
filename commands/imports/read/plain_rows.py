"""Reading the rows of one list at once where nothing in them is odd, and with care where something is. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from commands.imports.read import cells
from commands.imports.read.cells import Formula
from commands.imports.read.fields import Field
from commands.imports.read.people import (
    LONGEST_LABEL,
    LONGEST_NAME,
    ColumnReading,
    Problem,
    listed,
)
from commands.imports.read.tables import ListRow
from commands.names import said as names
from storage.contacts.listed import Listed

_PLAIN_COLUMNS = frozenset({Field.NAME, Field.FIRST, Field.LAST, Field.ID, Field.AREA, Field.SHIFT})
_ODD = object()
"""Stands for what a cell says when the row has to be read with care."""


class PlainRow(NamedTuple):
    """A row in which nothing is odd, as it is said."""

    name: str
    key: str
    """The name under which it meets itself in another word order."""
    number: str | None
    """The employer's."""
    area: str | None
    shift: str | None


def plain_reader(reading: ColumnReading) -> Callable[[Sequence[str]], PlainRow | None]:
    """Return what reads the cells of a plain row of one list; None for a row to be read with care.

    Each distinct area and shift is looked at once; a list has few.
    """
    at = {what: column for column, what in reading.columns.items()}
    called = [at[what] for what in (Field.FIRST, Field.LAST) if what in at]
    if not called and Field.NAME in at:
        called = [at[Field.NAME]]
    if not called or reading.values or not _PLAIN_COLUMNS.issuperset(at):
        return lambda _cells: None
    number_at, area_at, shift_at = at.get(Field.ID), at.get(Field.AREA), at.get(Field.SHIFT)
    alone = called[0] if len(called) == 1 else None

    def read(said: Sequence[str]) -> PlainRow | None:
        name = said[alone] if alone is not None else " ".join([said[column] for column in called])
        number = None if number_at is None else said[number_at]
        area = None if area_at is None else _label(said[area_at])
        shift = None if shift_at is None else _label(said[shift_at])
        if (
            area is _ODD
            or shift is _ODD
            or not (number is None or (number.isascii() and number.isdigit()))
            or len(number or name) > LONGEST_LABEL
            or len(name) > LONGEST_NAME
        ):
            return None
        key = names.plain_key(name)
        return None if key is None else PlainRow(name, key, number, area, shift)

    return read


def reader(
    reading: ColumnReading, today: date = date.max
) -> Callable[[ListRow], tuple[Listed | None, tuple[Problem, ...]]]:
    """Return ``listed`` for the rows of one list: rows in which nothing is odd are read at once."""
    plain_row = plain_reader(reading)

    def read(row: ListRow) -> tuple[Listed | None, tuple[Problem, ...]]:
        plain = None if row.surplus else plain_row(row.cells)
        if plain is None:
            return listed(row, reading, today)
        name, key, number, area, shift = plain
        return Listed(row.line, name, key, number, None, area, shift, None), ()

    return read


@lru_cache(maxsize=1024)
def _label(cell: str) -> Any:
    """An area or a shift; ``_ODD`` where there is something to say about it."""
    try:
        said = cells.value(cell, nothing=cells.AREAS_ARE_WRITTEN)
    except Formula:
        return _ODD
    return _ODD if said is not None and len(said) > LONGEST_LABEL else said
