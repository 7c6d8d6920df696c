"""Reading the rows of one list at once where nothing in them is odd, and with care where something is. Pure."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

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
from storage.core.later import for_a_while
from storage.names import folded
from storage.names.employee_numbers import number_key

_PLAIN_COLUMNS = frozenset({Field.NAME, Field.FIRST, Field.LAST, Field.ID, Field.AREA, Field.SHIFT})
_ODD = object()
"""Stands for what a cell says when the row has to be read with care."""
_NUMBER = rf"[1-9][0-9]{{0,{LONGEST_LABEL - 1}}}"
_NUMBER_EACH = re.compile(rf"{_NUMBER}(?:\n{_NUMBER})*")

StoredRow = tuple[int, Sequence[str], bool]
"""A row as it waits: its line, its cells, and whether cells were cut off."""


class PlainColumns(NamedTuple):
    """The columns of a list in which nothing but names, numbers, areas and shifts stands."""

    called: tuple[int, ...]
    """Those that make up the name."""
    number: int | None
    area: int | None
    shift: int | None


class PlainRow(NamedTuple):
    """A row in which nothing is odd, as it is said."""

    name: str
    key: str
    """The name under which it meets itself in another word order."""
    number: str | None
    """The employer's."""
    area: str | None
    shift: str | None


class PlainKeys(NamedTuple):
    """By what the rows of a sheet may be met again, a column each."""

    names: Sequence[str]
    """Name and area."""
    numbers: Sequence[str]
    """The employer's; empty where the list has none."""
    odd: Collection[int]
    """Rows to be read with care, the first being 0: what stands for them in the columns means nothing."""
    written: Sequence[str] = ()
    """The names as they stand there."""
    areas: Sequence[str] = ()
    """The cells of the areas; empty where the list has none, as the next."""
    shifts: Sequence[str] = ()

    def says(self, at: int, name: str, area: str | None, shift: str | None) -> bool:
        """Whether a row that is not odd says this of somebody, to the letter, and nothing else."""
        return (
            self.written[at] == name
            and (not self.areas or _label(self.areas[at]) == area)
            and (not self.shifts or _label(self.shifts[at]) in {None, shift})
        )


def plain_columns(reading: ColumnReading) -> PlainColumns | None:
    """Return where a list says what; None when each row has to be read with care."""
    at = {what: column for column, what in reading.columns.items()}
    called = tuple(at[what] for what in (Field.FIRST, Field.LAST) if what in at)
    if not called and Field.NAME in at:
        called = (at[Field.NAME],)
    if not called or reading.values or not _PLAIN_COLUMNS.issuperset(at):
        return None
    return PlainColumns(called, at.get(Field.ID), at.get(Field.AREA), at.get(Field.SHIFT))


def plain_reader(reading: ColumnReading) -> Callable[[Sequence[str]], PlainRow | None]:
    """Return what reads the cells of a plain row of one list; None for a row to be read with care.

    Each distinct area and shift is looked at once; a list has few.
    """
    columns = plain_columns(reading)
    if columns is None:
        return lambda _cells: None
    called, number_at, area_at, shift_at = columns
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


def keys_reader(reading: ColumnReading) -> Callable[[Sequence[StoredRow]], PlainKeys]:
    """Return what finds the keys of the rows of a sheet, as ``rules.keys_of`` has them for a person.

    A column at a time: a row at a time takes three times as long, and in a long list most of it is here.
    """
    columns = plain_columns(reading)
    if columns is None:
        return lambda sheet: PlainKeys([""] * len(sheet), (), range(len(sheet)))
    called, number_at, area_at, shift_at = columns
    alone = called[0] if len(called) == 1 else None

    def read(sheet: Sequence[StoredRow]) -> PlainKeys:
        if not sheet:
            # Everybody on it was forgotten.
            return PlainKeys((), (), ())
        _lines, rows, surplus = zip(*sheet, strict=True)
        # Rows were made as wide as the list is.
        said = tuple(zip(*rows, strict=True))
        written: Sequence[str]
        if alone is not None:
            written = said[alone]
        else:
            written = list(map(" ".join, zip(*[said[column] for column in called], strict=True)))
        words, odd = names.plain_words(written)
        if any(surplus):
            odd |= {at for at, more in enumerate(surplus) if more}
        places: Sequence[str] = [""] * len(rows)
        areas: Sequence[str] = ()
        if area_at is not None:
            areas = said[area_at]
            places, unsaid = _places(areas)
            odd |= unsaid
        shifts: Sequence[str] = ()
        if shift_at is not None:
            shifts = said[shift_at]
            if None in map(_place, set(shifts)):
                odd |= _places(shifts)[1]
        numbers: Sequence[str] = ()
        if number_at is not None:
            numbers, unsaid = _numbers(said[number_at])
            odd |= unsaid
        keys = [
            f"{one} {other}\n{place}" if one <= other else f"{other} {one}\n{place}"
            for one, other, place in zip(words[::2], words[1::2], places, strict=True)
        ]
        return PlainKeys(keys, numbers, odd, written, areas, shifts)

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


def _places(said: Sequence[str]) -> tuple[list[str], set[int]]:
    """The keys of areas or shifts, and which of them are odd."""
    found = list(map(_place, said))
    if None not in found:
        return cast("list[str]", found), set()
    return [each or "" for each in found], {at for at, each in enumerate(found) if each is None}


def _numbers(said: Sequence[str]) -> tuple[Sequence[str], set[int]]:
    """The keys of employers' numbers, and which of them are odd."""
    together = "\n".join(said)
    if _NUMBER_EACH.fullmatch(together) and together.count("\n") == len(said) - 1:
        return said, set()
    odd = {
        at
        for at, number in enumerate(said)
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_LABEL)
    }
    return list(map(number_key, said)), odd


@for_a_while(1024)
def _label(cell: str) -> Any:
    """An area or a shift; ``_ODD`` where there is something to say about it."""
    try:
        said = cells.value(cell, nothing=cells.AREAS_ARE_WRITTEN)
    except Formula:
        return _ODD
    return _ODD if said is not None and len(said) > LONGEST_LABEL else said


@for_a_while(1024)
def _place(cell: str) -> str | None:
    """The key of an area, or of a shift; None where there is something to say about it."""
    said = _label(cell)
    return None if said is _ODD else folded(said or "")
