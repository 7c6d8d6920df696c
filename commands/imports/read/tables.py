"""Building a table from rows: heads, and a line number for every row; or why there is none. Pure.

Rows are gone through twice and never held: first to find the heads and the width, then by whoever
wants them. Everything that somebody could make large is counted on the way, and there reading ends.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from enum import Enum
from itertools import islice
from typing import Final

from commands.imports.read.fields import Field, field_of, guess
from commands.imports.read.top_rows import LOOKED_AT, Cells, heads_in, letter
from storage.core.lazy_dataclass import dataclass

LONGEST_CELL: Final = 2_000
"""Letters; a column of longer ones is no list."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The largest size of a list; beyond it reading ends."""

    rows: int
    columns: int
    cells: int
    letters: int
    """Of all cells together."""
    row: int = 50_000
    """Letters of one row."""


OF_A_FILE: Final = Caps(rows=200_020, columns=200, cells=3_000_000, letters=24 << 20)
"""A list of 200,000 people with fifteen columns."""
OF_A_MESSAGE: Final = Caps(rows=2_000, columns=200, cells=20_000, letters=64 << 10)
"""A message of Matrix holds 64 KiB: 300 people with ten columns are a third of that. Read between two
messages of other people, so it must not take long."""


class Unreadable(Enum):
    """The reason why a file holds no list that we can read."""

    EMPTY = "empty"
    BINARY = "binary"
    ONE_COLUMN = "one column"
    NO_ROWS = "no rows"
    OPEN_QUOTE = "open quote"
    TOO_MANY = "too many"
    LOCKED = "locked"
    """The file has a password."""
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    """Far larger than a list of people, once it is unpacked."""
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
    TOO_LONG = "too long"
    """A pasted list that should be a file."""


@dataclass(frozen=True, slots=True)
class NotAList:
    """A file we cannot read, and where reading ended."""

    why: Unreadable
    line: int = 0


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list, with the number of its line."""

    line: int
    """The file's line, the first being 1."""
    cells: Cells
    """As many as there are columns."""
    surplus: bool = False
    """Whether there were more cells than columns."""


@dataclass(frozen=True, slots=True)
class Again:
    """Rows that can be gone through more than once, read anew each time."""

    begin: Callable[[], Iterator[ListRow]]

    def __iter__(self) -> Iterator[ListRow]:
        return self.begin()


@dataclass(frozen=True, slots=True)
class Table:
    """A list with its heads and rows, as read from one file."""

    encoding: str
    separator: str
    heads: Cells
    head_line: int
    """The line of the heads; 0 when there were none, and columns are called A, B, C."""
    rows: Iterable[ListRow]
    """To be gone through as often as one likes."""


class Odd(Exception):
    """A file cannot be read; ``why`` says the reason."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__()
        self.why = why


class OverCaps(Exception):
    """A list is larger than its caps, noticed in this line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def capped(rows: Iterable[ListRow], caps: Caps) -> Iterator[ListRow]:
    """Yield the filled rows, within the caps. Raises OverCaps when the rows are too many or too large."""
    count = cells = letters = 0
    for row in rows:
        if not any(row.cells):
            continue
        long = sum(map(len, row.cells))
        count, cells, letters = count + 1, cells + len(row.cells), letters + long
        if (
            count > caps.rows
            or len(row.cells) > caps.columns
            or cells > caps.cells
            or letters > caps.letters
            or long > caps.row
        ):
            raise OverCaps(row.line)
        yield row


@dataclass(slots=True)
class _Survey:
    """What is known of a list after the first time through."""

    first: list[ListRow] = field(default_factory=list)
    rows: int = 0
    last: int = 0
    """The line of the last row."""
    lengths: Counter[int] = field(default_factory=Counter)
    filled: Counter[int] = field(default_factory=Counter)
    """By how many columns are filled."""

    def look(self, row: ListRow) -> None:
        """Take one more row into account."""
        if len(self.first) < LOOKED_AT:
            self.first.append(row)
        self.rows += 1
        self.last = row.line
        self.lengths[len(row.cells)] += 1
        end = len(row.cells)
        while end and not row.cells[end - 1]:
            end -= 1
        self.filled[end] += 1

    @property
    def width(self) -> int:
        """How many columns the list has: those of most of its rows, empty ones at the end included."""
        usual = self.lengths.most_common(1)[0][0]
        often = [n for n, times in self.filled.items() if times > max(1, self.rows // 10)]
        return max(usual, *often, 1)


def table_of(
    rows: Iterable[ListRow], encoding: str, separator: str = "", caps: Caps = OF_A_FILE
) -> Table | NotAList:
    """The table in rows that can be gone through more than once. Raises what they raise."""
    survey = _Survey()
    try:
        for row in capped(rows, caps):
            survey.look(row)
    except OverCaps as many:
        return NotAList(Unreadable.TOO_MANY, many.line)
    if not survey.rows:
        return NotAList(Unreadable.EMPTY)
    if max(len(row.cells) for row in survey.first) == 1 and not _names_alone(survey.first):
        return NotAList(Unreadable.ONE_COLUMN, survey.first[0].line)
    width = survey.width
    first = [_padded(row, width) for row in survey.first]
    at, heads = heads_in([row.cells for row in first])

    def below() -> Iterator[ListRow]:
        wide = (_padded(row, width) for row in rows if any(row.cells))
        return (row for row in islice(wide, at, None) if row.cells != heads)

    if next(below(), None) is None:
        return NotAList(Unreadable.NO_ROWS, survey.last)
    named = tuple(head or letter(column) for column, head in enumerate(heads))
    return Table(encoding, separator, named, first[at - 1].line if at else 0, Again(below))


def _names_alone(rows: list[ListRow]) -> bool:
    """A list of nothing but names, headed as such."""
    return field_of(rows[0].cells[0]) is not None and len(rows) > 1


def _padded(row: ListRow, width: int) -> ListRow:
    cells = (*row.cells, *[""] * (width - len(row.cells)))
    return ListRow(row.line, cells[:width], surplus=any(cells[width:]))


def guessed(table: Table) -> dict[int, Field]:
    """Which column most likely holds what."""
    return guess(table.heads, [row.cells for row in islice(table.rows, LOOKED_AT)])
