"""A file or a pasted list as a command finds it: read already, so that nobody waits for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Self

from commands.imports.cells import Order, order_in
from commands.imports.encoding import Decoded
from commands.imports.fields import NAMES, Field
from commands.imports.files import opened
from commands.imports.reading import LOOKED_AT, NotAList, Table, guessed, read_text

SHEET = 100
"""Rows that are judged or saved in one transaction: so long somebody else's command waits."""
LARGEST = 20 << 20
"""Bytes; a list of 200,000 people is half of that."""


class Lost(Enum):
    """Why a file that was sent did not reach us."""

    TOO_LARGE = "too large"
    NOT_A_FILE = "not a file"
    """A picture, a voice message."""
    NOT_ENCRYPTED = "not encrypted"
    DAMAGED = "damaged"
    """It is not what its sender encrypted."""
    GONE = "gone"
    """The homeserver has it no longer."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A list that was read: ready to be stored."""

    table: Table
    columns: Mapping[int, Field]
    orders: Mapping[int, Order]
    """How columns write days with slashes, where they tell."""
    lines: int
    sheets: tuple[str, ...]
    """The rows as JSON, some hundred each."""
    title: str = ""
    """The sheet of a workbook that has several."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The file that came with a message; nothing when none did. Provided by the bot."""

    name: str = ""
    found: Contents | NotAList | Lost | None = field(default=None, repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    """Of a file that is no table: one text a line."""
    others: tuple[Contents, ...] = field(default=(), repr=False)
    """What else is in a workbook: lists on further sheets."""

    @classmethod
    def read(cls, name: str, content: bytes) -> Self:
        """Read a file. Takes seconds for a large one: not on the event loop."""
        file = opened(content)
        if file.odd is not None:
            return cls(name, file.odd, file.lines)
        every = [_table_contents(each.table, each.title) for each in file.tables]
        # A sheet of figures or notes beside the list is no second list.
        of_people = [each for each in every if NAMES & set(each.columns.values())] or every
        several = len(of_people) > 1
        first, *others = [each if several else replace(each, title="") for each in of_people]
        return cls(name, first, others=tuple(others))


class Bell:
    """Tells whoever does the long work that there is some. Provided by the bot."""

    def ring(self) -> None:
        """Work was begun in the transaction at hand; it is looked for when that is over."""


def pasted(text: str) -> Contents | NotAList:
    """Read a list that stands in a message."""
    return _contents(read_text(Decoded(text, "utf-8")))


def _contents(table: Table | NotAList) -> Contents | NotAList:
    return table if isinstance(table, NotAList) else _table_contents(table)


def _table_contents(table: Table, title: str = "") -> Contents:
    rows = [(row.line, row.cells, row.surplus) for row in table.rows]
    orders = {column: _order(table, column) for column in range(len(table.heads))}
    return Contents(
        table=Table(table.encoding, table.separator, table.heads, table.head_line, ()),
        columns=guessed(table),
        orders={column: order for column, order in orders.items() if order is not None},
        lines=len(rows),
        sheets=tuple(
            json.dumps(rows[start : start + SHEET], ensure_ascii=False)
            for start in range(0, len(rows), SHEET)
        ),
        title=title,
    )


def _order(table: Table, column: int) -> Order | None:
    start = [row.cells[column] for row in table.rows[:LOOKED_AT]]
    if not any("/" in cell or "-" in cell for cell in start):
        return None
    return order_in([row.cells[column] for row in table.rows])
