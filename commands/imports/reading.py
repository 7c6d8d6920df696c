"""The bytes of a file -> a table with a line number for every row, or why there is none. Pure.

Python's csv module does the quoting. Around it: encoding, separator, where the heads are, and an
answer for every odd file.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from commands.imports.encoding import Decoded, decode
from commands.imports.fields import Field, field_of, guess

MOST_ROWS, MOST_COLUMNS = 200_000, 200
LONGEST_RECORD = 30
"""Lines one row may go on over; a quote that nobody closed runs on for more."""
LONGEST_CELL = 2_000
"""Letters; a column of longer ones is no list."""
HEAD_WITHIN = 20
"""Filled lines at the top among which the heads are looked for."""
LOOKED_AT = 200
"""Rows from which the separator and the columns' meaning are judged."""
SEPARATORS = ",;\t|"


class Unreadable(Enum):
    """Why a file holds no list that we can read."""

    EMPTY = "empty"
    BINARY = "binary"
    WORKBOOK = "workbook"
    ONE_COLUMN = "one column"
    NO_ROWS = "no rows"
    OPEN_QUOTE = "open quote"
    TOO_MANY = "too many"
    LOCKED = "locked"
    """It has a password."""
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    """A workbook far larger than a list of people, once it is unpacked."""
    DOCUMENT = "document"
    """Words, pages, slides."""
    NUMBERS = "numbers"
    """Apple's own kind of workbook."""
    OLD_MARKUP = "old markup"
    """Excel's XML of 2003."""
    ARCHIVE = "archive"
    PICTURE = "picture"
    NO_TABLE = "no table"
    NO_PEOPLE = "no people"
    """JSON or cards without a person in them."""


@dataclass(frozen=True, slots=True)
class NotAList:
    """A file we cannot read, and where reading ended."""

    why: Unreadable
    line: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One person, as the list has them."""

    line: int
    """The file's line, the first being 1."""
    cells: tuple[str, ...]
    """As many as there are columns."""
    surplus: bool = False
    """Whether there were more cells than columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it was read."""

    encoding: str
    separator: str
    heads: tuple[str, ...]
    head_line: int
    """The line of the heads; 0 when there were none, and columns are called A, B, C."""
    rows: tuple[Row, ...]


def read(content: bytes) -> Table | NotAList:
    """The table in a file. Never raises, whatever the bytes are."""
    odd = _no_text(content)
    if odd is not None:
        return NotAList(odd)
    decoded = decode(content)
    return NotAList(Unreadable.BINARY) if decoded is None else read_text(decoded)


def read_text(decoded: Decoded) -> Table | NotAList:
    """The table in a text, such as one that was pasted."""
    text, first_line, said = _without_sep_line(decoded.text)
    separator = said or _separator(text)
    rows: list[Row] = []
    try:
        for line, cells in _records(text, separator):
            if any(cells):
                rows.append(Row(first_line + line, tuple(cells)))
            if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
                return NotAList(Unreadable.TOO_MANY, first_line + line)
    except _OpenQuote as open_quote:
        return NotAList(Unreadable.OPEN_QUOTE, first_line + open_quote.line)
    if not rows:
        return NotAList(Unreadable.EMPTY)
    if max(len(row.cells) for row in rows[:LOOKED_AT]) == 1 and not _names_alone(rows):
        return NotAList(Unreadable.ONE_COLUMN, rows[0].line)
    return _table(decoded.encoding, separator, rows)


def table_of(rows: Sequence[Row], kind: str) -> Table | NotAList:
    """The table in the rows of something that is no text, such as a sheet of a workbook."""
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        return NotAList(Unreadable.EMPTY)
    if len(filled) > MOST_ROWS or max(len(row.cells) for row in filled) > MOST_COLUMNS:
        return NotAList(Unreadable.TOO_MANY, filled[-1].line)
    if any(len(cell) > LONGEST_CELL for row in filled for cell in row.cells):
        filled = [Row(row.line, tuple(cell[:LONGEST_CELL] for cell in row.cells)) for row in filled]
    if max(len(row.cells) for row in filled[:LOOKED_AT]) == 1 and not _names_alone(filled):
        return NotAList(Unreadable.ONE_COLUMN, filled[0].line)
    return _table(kind, "", filled)


# -- text --------------------------------------------------------------------------------------

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def _no_text(content: bytes) -> Unreadable | None:
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        return Unreadable.EMPTY
    if content.startswith(_WORKBOOKS):
        return Unreadable.WORKBOOK
    return Unreadable.BINARY if content.startswith((b"%PDF-", b"\x89PNG", b"GIF8")) else None


def _without_sep_line(text: str) -> tuple[str, int, str]:
    """Excel may say the separator in a first line of its own: ``sep=;``."""
    first, newline, rest = text.partition("\n")
    said = first.strip().strip('"')
    if newline and said[:4].lower() == "sep=" and len(said) == 5 and said[4] in SEPARATORS:
        return rest, 1, said[4]
    return text, 0, ""


def _separator(text: str) -> str:
    """What cuts the lines into the most cells, and into equally many."""
    start = "".join(islice(io.StringIO(text, newline=""), LOOKED_AT))

    def worth(separator: str) -> float:
        try:
            counts = [len(c) for _, c in _records(start, separator) if any(c)]
        except _OpenQuote:
            counts = [1 + line.count(separator) for line in start.splitlines() if line.strip()]
        (usual, times), *_ = Counter(counts).most_common(1) or [(1, 0)]
        return 0.0 if usual < 2 else times / len(counts) * (usual - 1) ** 0.5

    return max(SEPARATORS, key=worth)


class _OpenQuote(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on, cells stripped."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before, begun = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            if _never_closed(text, separator, before):
                raise _OpenQuote(before) from None
            return
        except csv.Error:
            # A cell beyond csv's own limit of 128 KiB.
            raise _OpenQuote(begun) from None
        if reader.line_num - begun >= LONGEST_RECORD or any(len(c) > LONGEST_CELL for c in cells):
            raise _OpenQuote(begun)
        yield begun, [" ".join(cell.split()) for cell in cells]
        before, begun = begun, reader.line_num + 1


def _never_closed(text: str, separator: str, begun: int) -> bool:
    """Whether the file ends inside a quote of its last record; csv itself lets that pass."""
    lines = list(io.StringIO(text, newline=""))[max(begun - 1, 0) :]
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


# -- heads -------------------------------------------------------------------------------------


def _names_alone(rows: Sequence[Row]) -> bool:
    """A list of nothing but names, headed as such."""
    return field_of(rows[0].cells[0]) is not None and len(rows) > 1


def _table(encoding: str, separator: str, rows: list[Row]) -> Table | NotAList:
    width = _width(rows)
    wide = [_padded(row, width) for row in rows]
    at, heads = _heads(wide)
    below = [row for row in wide[at:] if row.cells != heads]
    if not below:
        return NotAList(Unreadable.NO_ROWS, rows[-1].line)
    named = tuple(head or letter(column) for column, head in enumerate(heads))
    return Table(encoding, separator, named, wide[at - 1].line if at else 0, tuple(below))


def _width(rows: Sequence[Row]) -> int:
    """How many columns the list has: those of most of its rows, empty ones at the end included."""
    counts = Counter(len(row.cells) for row in rows)
    usual = counts.most_common(1)[0][0]
    filled = (max((i + 1 for i, c in enumerate(row.cells) if c), default=0) for row in rows)
    return max(
        usual, *(n for n, times in Counter(filled).items() if times > max(1, len(rows) // 10)), 1
    )


def _padded(row: Row, width: int) -> Row:
    cells = (*row.cells, *[""] * (width - len(row.cells)))
    return Row(row.line, cells[:width], surplus=any(cells[width:]))


def _heads(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]]:
    """How many rows are title and heads, and the heads. (0, ...): there are none.

    Heads may stand in two lines: "Employee | | Work |" above "Number | Name | Team | Shift", or
    words broken over both.
    """
    best: tuple[float, int, tuple[str, ...]] = (0.0, 0, ("",) * len(rows[0].cells))
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        for heads in _readings(rows, at):
            known = {field for field in map(field_of, heads) if field is not None}
            filled = sum(1 for cell in row.cells if cell)
            if filled * 2 < len(row.cells) or any(map(_is_datum, row.cells)):
                continue
            score = len(known) - at * 0.01
            # One usual word is enough at the very top; further down it may be somebody's team.
            if len(known) >= min(2, len(heads), at + 1) and score > best[0]:
                best = (score, at + 1, heads)
    if best[1]:
        return best[1], best[2]
    return _unusual_heads(rows)


def _readings(rows: Sequence[Row], at: int) -> Iterator[tuple[str, ...]]:
    """The heads a row may mean: alone, or together with the line above."""
    own = rows[at].cells
    yield own
    if at == 0 or any(map(_is_datum, rows[at - 1].cells)):
        return
    above = rows[at - 1].cells
    # Broken words: "Employee" over "Number". Where the row has its own usual word, that counts.
    yield tuple(
        cell if field_of(cell) or not over else f"{over} {cell}".strip()
        for over, cell in zip(above, own, strict=True)
    )
    yield tuple(f"{o} {c}".strip() for o, c in zip(_carried(above), own, strict=True))


def _carried(cells: Sequence[str]) -> list[str]:
    """A merged cell's words over every column it spans."""
    carried, last = [], ""
    for cell in cells:
        last = cell or last
        carried.append(last)
    return carried


def _unusual_heads(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]]:
    """A first row that looks like heads although we know none of its words."""
    first, rest = rows[0].cells, rows[1:LOOKED_AT]
    columns = range(len(first))
    differs = any(
        all(_is_datum(row.cells[c]) for row in rest if row.cells[c])
        and any(row.cells[c] for row in rest)
        and not _is_datum(first[c])
        for c in columns
    )
    filled = [cell for cell in first if cell]
    if differs and len(set(filled)) == len(filled) and len(filled) * 2 >= len(first):
        return 1, first
    return 0, ("",) * len(first)


def _is_datum(cell: str) -> bool:
    """Digits or an address: no head has those."""
    return "@" in cell or sum(char.isdigit() for char in cell) * 2 >= max(len(cell), 1)


def letter(column: int) -> str:
    """What a spreadsheet calls a column: A, B, ... Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def guessed(table: Table) -> dict[int, Field]:
    """Which column most likely holds what."""
    return guess(table.heads, [row.cells for row in table.rows[:LOOKED_AT]])
