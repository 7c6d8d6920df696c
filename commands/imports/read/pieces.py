"""Pieces of a file being read, some hundred rows at a time, as lines between processes. Pure.

Whoever reads holds one piece at a time, and so does whoever is told. As lines they go from the process
that reads to the bot, which believes none of them unseen.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import islice
from typing import Any, Final

from commands.imports.read.day_order import DayOrderEvidence, Order
from commands.imports.read.fields import Field
from commands.imports.read.tables import OF_A_FILE, NotAList, Table, Unreadable, guessed
from commands.imports.read.top_rows import LOOKED_AT
from storage.core.lazy_dataclass import dataclass

SHEET: Final = 50
"""Rows that are judged or saved in one transaction: so long somebody else's command waits."""
LETTERS: Final = 128 << 10
"""Of the rows of one sheet, unless a single row has more."""
LONGEST_HEAD: Final = 200
MOST_LINES: Final = 5_001
"""Lines that are told of a file that is no table: one more than a signature list may have."""
LONGEST_OF_THEM: Final = 500
MOST_COUNTED: Final = 1 << 31
"""Lines of a file, as they are counted."""
LONGEST_PIECE: Final = 4 << 20
"""Bytes of a piece as a line: a sheet of that many letters and commas, each written the longest way."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the list at hand, as JSON on one line."""

    json: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The list being read is over; this piece describes it."""

    table: Table
    """Without its rows."""
    columns: Mapping[int, Field]
    orders: Mapping[int, Order]
    """How columns write days with slashes, where they tell."""
    lines: int
    title: str = ""
    """The sheet of a workbook."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No list is in the file; ``odd`` says why."""

    odd: NotAList
    lines: tuple[str, ...] = field(default=(), repr=False)
    """Of a file that is one column of anything: the text of each."""


Piece = Rows | Ended | Nothing


def told(table: Table, title: str = "") -> Iterator[Piece]:
    """A list, piece by piece."""
    dated = _with_slashes(table)
    sheet: list[list[object]] = []
    lines = letters = 0
    for row in table.rows:
        for column, evidence in dated.items():
            evidence.look(row.cells[column])
        sheet.append([row.line, row.cells, row.surplus])
        lines, letters = lines + 1, letters + sum(map(len, row.cells))
        if len(sheet) == SHEET or letters >= LETTERS:
            yield Rows(_json(sheet))
            sheet, letters = [], 0
    if sheet:
        yield Rows(_json(sheet))
    heads = tuple(head[:LONGEST_HEAD] for head in table.heads)
    orders = {column: each.order for column, each in dated.items()}
    yield Ended(
        Table(table.encoding, table.separator, heads, table.head_line, ()),
        guessed(table),
        {column: order for column, order in orders.items() if order is not None},
        lines,
        title[:LONGEST_HEAD],
    )


def _with_slashes(table: Table) -> dict[int, DayOrderEvidence]:
    """The columns in which days may stand."""
    start = list(islice(table.rows, LOOKED_AT))
    return {
        column: DayOrderEvidence()
        for column in range(len(table.heads))
        if any("/" in row.cells[column] or "-" in row.cells[column] for row in start)
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# -- as lines ----------------------------------------------------------------------------------

_ROWS, _ENDED, _NOTHING = b"r", b"e", b"n"


def to_line(piece: Piece) -> bytes:
    """A piece as one line of bytes."""
    kind, said = _ROWS, ""
    match piece:
        case Rows():
            said = piece.json
        case Ended():
            table = piece.table
            kind, said = _ENDED, _json(
                {
                    "encoding": table.encoding,
                    "separator": table.separator,
                    "heads": table.heads,
                    "head_line": table.head_line,
                    "columns": {column: each.value for column, each in piece.columns.items()},
                    "orders": {column: each.value for column, each in piece.orders.items()},
                    "lines": piece.lines,
                    "title": piece.title,
                }
            )  # fmt: skip
        case Nothing():
            why = {"why": piece.odd.why.value, "line": piece.odd.line, "lines": piece.lines}
            kind, said = _NOTHING, _json(why)
    # Half a pair of UTF-16, which JSON may hold, is no letter.
    return kind + said.encode("utf-8", "replace") + b"\n"


def from_line(line: bytes) -> Piece:
    """Parse a piece from its line. Raises ValueError for no piece, or one larger than the caps."""
    kind, said = line[:1], line[1:].decode().removesuffix("\n")
    if kind == _ROWS:
        return Rows(said)
    try:
        told_: dict[str, Any] = json.loads(said)
        if kind == _ENDED:
            return _ended(told_)
        if kind == _NOTHING:
            odd = NotAList(Unreadable(told_["why"]), _count(told_["line"]))
            lines = told_["lines"][:MOST_LINES]
            return Nothing(odd, tuple(str(each)[:LONGEST_OF_THEM] for each in lines))
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError from None
    raise ValueError


def _ended(said: Mapping[str, Any]) -> Ended:
    heads, columns, orders = said["heads"], said["columns"], said["orders"]
    if not isinstance(heads, list) or max(map(len, (heads, columns, orders))) > OF_A_FILE.columns:
        raise ValueError
    table = Table(
        str(said["encoding"]),
        str(said["separator"]),
        tuple(str(head)[:LONGEST_HEAD] for head in heads),
        _count(said["head_line"]),
        (),
    )
    return Ended(
        table,
        {_column(column, table): Field(each) for column, each in columns.items()},
        {_column(column, table): Order(each) for column, each in orders.items()},
        _count(said["lines"]),
        str(said["title"])[:LONGEST_HEAD],
    )


def _column(said: str, table: Table) -> int:
    column = int(said)
    if not 0 <= column < len(table.heads):
        raise ValueError
    return column


def _count(said: object) -> int:
    if not isinstance(said, int) or not 0 <= said <= MOST_COUNTED:
        raise ValueError
    return said
