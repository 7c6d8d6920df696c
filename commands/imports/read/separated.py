"""Reading separated text (CSV and the like): a table, or the reason why there is none. Pure.

Python's csv module does the quoting. Around it: the separator, and an answer for every odd file.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Final, TextIO

from commands.imports.read.encoding import DecodedText
from commands.imports.read.tables import (
    LONGEST_CELL,
    OF_A_FILE,
    Again,
    Caps,
    ListRow,
    NotAList,
    Table,
    Unreadable,
    table_of,
)
from commands.imports.read.top_rows import LOOKED_AT

LONGEST_RECORD: Final = 30
"""Lines one row may go on over; a quote that nobody closed runs on for more."""
LONGEST_LINE: Final = 128 << 10
"""Letters; csv refuses longer cells by itself."""
START: Final = 256 << 10
"""Letters from which the separator is judged."""
SEPARATORS: Final = ",;\t|"


class _OpenQuote(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def read_text(text: DecodedText, caps: Caps = OF_A_FILE) -> Table | NotAList:
    """The table in a text, such as one that was pasted."""
    skipped, said = _sep_line(text)
    separator = said or _separator(text, skipped)

    def rows() -> Iterator[ListRow]:
        with text.open() as file:
            _skip(file, skipped)
            for line, cells in _records(file, separator):
                yield ListRow(skipped + line, tuple(cells))

    try:
        return table_of(Again(rows), text.encoding, separator, caps)
    except _OpenQuote as open_quote:
        return NotAList(Unreadable.OPEN_QUOTE, skipped + open_quote.line)


def _sep_line(text: DecodedText) -> tuple[int, str]:
    """Excel may say the separator in a first line of its own, ``sep=;``: how many such, and what."""
    first, newline, _rest = text.start(20).partition("\n")
    said = first.strip().strip('"')
    if newline and said[:4].lower() == "sep=" and len(said) == 5 and said[4] in SEPARATORS:
        return 1, said[4]
    return 0, ""


def _skip(file: TextIO, lines: int) -> None:
    for _line in range(lines):
        # However its end is written, the line goes to the next \n.
        while not (file.readline(LONGEST_LINE) or "\n").endswith("\n"):
            pass


def _separator(text: DecodedText, skipped: int) -> str:
    """What cuts the lines into the most cells, and into equally many."""
    start = _start(text, skipped)

    def worth(separator: str) -> float:
        try:
            found = _records(io.StringIO(start, newline=""), separator)
            counts = [len(c) for _, c in found if any(c)]
        except _OpenQuote:
            counts = [1 + line.count(separator) for line in start.splitlines() if line.strip()]
        (usual, times), *_ = Counter(counts).most_common(1) or [(1, 0)]
        return 0.0 if usual < 2 else times / len(counts) * (usual - 1) ** 0.5

    return max(SEPARATORS, key=worth)


def _start(text: DecodedText, skipped: int) -> str:
    """The first lines, as far as they are looked at."""
    lines: list[str] = []
    letters = 0
    with text.open() as file:
        _skip(file, skipped)
        while len(lines) < LOOKED_AT and letters < START:
            line = file.readline(LONGEST_LINE)
            if not line:
                break
            lines.append(line)
            letters += len(line)
    return "".join(lines)


class _Lines:
    """Gives csv its lines, none too long, and keeps those of the record at hand."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.record.append(line)
        if len(line) == LONGEST_LINE or len(self.record) > LONGEST_RECORD:
            raise csv.Error
        return line


def _records(file: TextIO, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on, cells stripped. Raises _OpenQuote."""
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=separator)
    before, begun = 0, 1
    last: list[str] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            if _never_closed(last, separator):
                raise _OpenQuote(before) from None
            return
        except csv.Error:
            # A cell beyond csv's own limit of 128 KiB, a line without an end, a quote without one.
            raise _OpenQuote(begun) from None
        if reader.line_num - begun >= LONGEST_RECORD or any(len(c) > LONGEST_CELL for c in cells):
            raise _OpenQuote(begun)
        yield begun, [" ".join(cell.split()) for cell in cells]
        before, begun = begun, reader.line_num + 1
        last, lines.record = lines.record, []


def _never_closed(lines: list[str], separator: str) -> bool:
    """Whether the file ends inside a quote of its last record; csv itself lets that pass."""
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
