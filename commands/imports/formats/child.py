"""The process that opens workbooks and web pages. Reads one file, writes its cells as JSON, and ends.

A process of its own, because a few bytes can ask the reading library for more memory than there is,
and it then ends the process it runs in. Here that is this one, under limits of its own.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from html.parser import HTMLParser
from typing import Any, Final

MEMORY: Final = 1 << 30
"""Bytes; a list of 200,000 people needs a third."""
PROCESSOR: Final = 30
"""Seconds."""
UNPACKED: Final = 400 << 20
"""Bytes that the parts of a workbook may have together."""
MOST_PARTS, MOST_SHEETS = 4_000, 30
MOST_CELLS: Final = 6_000_000
MOST_LETTERS: Final = 64 << 20
MOST_ROWS, MOST_COLUMNS = 200_001, 201
EXACT: Final = 10**15
"""From here on a spreadsheet keeps the first fifteen digits of a number and forgets the rest."""

Rows = list[tuple[int, list[str]]]


class Odd(Exception):
    """Not to be read, and why: a value of Unreadable."""


class Budget:
    """How much may still be written."""

    def __init__(self) -> None:
        self._cells, self._letters = MOST_CELLS, MOST_LETTERS

    def spend(self, cells: list[str]) -> None:
        self._cells -= len(cells)
        self._letters -= sum(map(len, cells))
        if self._cells < 0 or self._letters < 0:
            raise Odd("too large")


def main() -> int:
    """Read standard input, write standard output."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))
    content = sys.stdin.buffer.read()
    try:
        sheets = _page(content) if sys.argv[-1] == "page" else _workbook(content)
        told: dict[str, object] = {"sheets": [[title, rows] for title, rows in sheets]}
    except Odd as odd:
        told = {"odd": str(odd)}
    except MemoryError:
        told = {"odd": "too large"}
    except BaseException:  # noqa: BLE001 (a panic of the library is no Exception; a stack shows names)
        told = {"odd": "damaged"}
    sys.stdout.write(json.dumps(told))
    return 0


# -- workbooks ---------------------------------------------------------------------------------


def _workbook(content: bytes) -> list[tuple[str, Rows]]:
    _looked_at(content)
    # Found out first: what is no workbook needs no reader.
    from python_calamine import (  # noqa: PLC0415
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
        ZipError,
    )

    budget = Budget()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]
        read = []
        for name in shown[:MOST_SHEETS]:
            try:
                sheet = book.get_sheet_by_name(name)
            except CalamineError:
                # A sheet of a chart.
                continue
            rows = list(_rows(sheet.iter_rows(), (sheet.start or (0, 0))[1], budget))
            _fill_down(rows, sheet.merged_cell_ranges or [])
            read.append((name, rows))
    except PasswordError:
        raise Odd("locked") from None
    except (CalamineError, ZipError):
        raise Odd("damaged") from None
    return read


def _looked_at(content: bytes) -> None:
    """Raise Odd for what is no workbook, is locked, or is far larger than it looks."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Odd("locked")
        if "WordDocument".encode("utf-16-le") in content:
            raise Odd("document")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            _judge_parts(packed, parts)
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, NotImplementedError):
        raise Odd("damaged") from None


def _judge_parts(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Odd("too large")
    if any(part.flag_bits & 1 for part in parts):
        raise Odd("locked")
    if {"xl/workbook.xml", "xl/workbook.bin"} & names:
        return
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise Odd("document")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise Odd("numbers")
    if "content.xml" not in names or "mimetype" not in names:
        raise Odd("archive")
    with packed.open("mimetype") as part:
        kind = part.read(200)
    if b"spreadsheet" not in kind:
        raise Odd("document")
    if "META-INF/manifest.xml" in names:
        with packed.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(1 << 20):
                raise Odd("locked")


def _rows(found: Iterator[list[Any]], left: int, budget: Budget) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, by the number that the spreadsheet shows.

    ``left``: empty columns before them. The library gives empty rows above, and no such columns.
    """
    kept = 0
    for at, values in enumerate(found, 1):
        cells = [""] * min(left, MOST_COLUMNS) + [_words(value) for value in values[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        budget.spend(cells)
        kept += 1
        yield at, cells
        if kept > MOST_ROWS:
            return


def _words(value: object) -> str:
    """A cell as it is meant: a day as a day, and a number without a fraction it has not."""
    match value:
        case bool():
            words = str(value).upper()
        case float() if value.is_integer():
            words = str(int(value)) if abs(value) < EXACT else f"{value:.5E}"
        case datetime() if value.time() == time():
            words = value.date().isoformat()
        case datetime():
            words = value.isoformat(sep=" ", timespec="minutes")
        case time():
            words = value.isoformat(timespec="minutes")
        case _:
            words = " ".join(str(value).split())
    return words


def _fill_down(rows: Rows, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Words of a cell that was merged over several rows of one column stand in each of them."""
    by_number = dict(rows)
    for (top, left), (bottom, right) in merged[:MOST_ROWS]:
        said = by_number.get(top + 1, [])
        if left != right or bottom == top or left >= min(len(said), MOST_COLUMNS) or not said[left]:
            continue
        for number in range(top + 2, min(bottom + 2, top + MOST_ROWS)):
            cells = by_number.get(number)
            if cells is not None:
                cells += [""] * (left + 1 - len(cells))
                cells[left] = cells[left] or said[left]


# -- web pages ---------------------------------------------------------------------------------


def _page(content: bytes) -> list[tuple[str, Rows]]:
    page = _Page()
    page.feed(content.decode())
    page.close()
    tables = [table for table in page.tables if table]
    if not tables:
        raise Odd("no table")
    budget = Budget()
    largest = max(tables, key=len)
    for cells in largest:
        budget.spend(cells)
    return [("", [(n, cells) for n, cells in enumerate(largest, 1) if any(cells)])]


class _Page(HTMLParser):
    """The tables of a page, cell by cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._text: list[str] | None = None
        self._span = 1
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self._end_cell()
            self.tables = self.tables or [[]]
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._end_cell()
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), MOST_COLUMNS) if span.isascii() and span.isdigit() else 1
            self._text = []
        elif tag in {"style", "script"}:
            self._silent = True
        elif tag in {"br", "p", "div"} and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()
        elif tag in {"style", "script"}:
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is None:
            return
        words, self._text = " ".join("".join(self._text).split()), None
        if self.tables and self.tables[-1] and len(self.tables[-1][-1]) < MOST_COLUMNS:
            self.tables[-1][-1] += [words, *[""] * (self._span - 1)]


if __name__ == "__main__":
    sys.exit(main())
