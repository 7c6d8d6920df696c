"""Workbooks -> rows, sheet by sheet. Only ever in the process that reads files (bot/files/parser_process.py).

A few bytes can ask the library below for more memory than there is, and it then ends the process it
runs in.
"""

import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from commands.imports.read.tables import LONGEST_CELL, OF_A_FILE, Again, ListRow, Odd, Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

UNPACKED: Final = 300 << 20
"""Bytes that the parts of a workbook may have together."""
MOST_FOLD: Final = 250
"""How many times larger than the file they may be. Sheets that repeat a lot reach a hundred."""
ALWAYS: Final = 20 << 20
"""Bytes they may have however small the file is."""
MOST_PARTS: Final = 4_000
MOST_SHEETS: Final = 30
MOST_MERGED: Final = 20_000
EXACT: Final = 10**15
"""From here on a spreadsheet keeps the first fifteen digits of a number and forgets the rest."""

Range = tuple[tuple[int, int], tuple[int, int]]


def sheets(content: bytes) -> Iterator[tuple[str, Again]]:
    """Each sheet that is shown, title and rows; go through them before the next. Raises Odd."""
    look_at(content)
    # Found out first: what is no workbook needs no reader.
    from python_calamine import (  # noqa: PLC0415
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
        ZipError,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]
        for name in shown[:MOST_SHEETS]:
            try:
                sheet = book.get_sheet_by_name(name)
            except CalamineError:
                # A sheet of a chart.
                continue
            yield name, _rows_of(sheet)
    except PasswordError:
        raise Odd(Unreadable.LOCKED) from None
    except (CalamineError, ZipError):
        raise Odd(Unreadable.DAMAGED) from None


def look_at(content: bytes) -> None:
    """Check a workbook's bytes. Raises Odd for no workbook, a locked one, or one far larger unpacked."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Odd(Unreadable.LOCKED)
        if "WordDocument".encode("utf-16-le") in content:
            raise Odd(Unreadable.DOCUMENT)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            _judge_parts(packed, parts, len(content))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, RuntimeError):
        raise Odd(Unreadable.DAMAGED) from None


def _judge_parts(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], size: int) -> None:
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(UNPACKED, max(size * MOST_FOLD, ALWAYS)):
        raise Odd(Unreadable.TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise Odd(Unreadable.LOCKED)
    if {"xl/workbook.xml", "xl/workbook.bin"} & names:
        return
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise Odd(Unreadable.DOCUMENT)
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise Odd(Unreadable.NUMBERS)
    if "content.xml" not in names or "mimetype" not in names:
        raise Odd(Unreadable.ARCHIVE)
    with packed.open("mimetype") as part:
        kind = part.read(200)
    if b"spreadsheet" not in kind:
        raise Odd(Unreadable.DOCUMENT)
    if "META-INF/manifest.xml" in names:
        with packed.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(1 << 20):
                raise Odd(Unreadable.LOCKED)


def _rows_of(sheet: "CalamineSheet") -> Again:
    """Rows by the number that the spreadsheet shows, with what was merged filled in.

    The library gives empty rows above the first, and no empty columns before it.
    """
    left = min((sheet.start or (0, 0))[1], OF_A_FILE.columns)
    merged = _by_row((sheet.merged_cell_ranges or [])[:MOST_MERGED])

    def rows() -> Iterator[ListRow]:
        going: dict[int, tuple[int, str]] = {}
        for number, values in enumerate(sheet.iter_rows(), 1):
            # One more than is allowed, so that it is noticed.
            cells = [""] * left + [_words(value) for value in values[: OF_A_FILE.columns + 1]]
            for column, bottom in merged.get(number, ()):
                if column < len(cells) and cells[column]:
                    going[column] = (bottom, cells[column])
            _fill_down(cells, number, going)
            while cells and not cells[-1]:
                cells.pop()
            yield ListRow(number, tuple(cells))

    return Again(rows)


def _by_row(merged: list[Range]) -> dict[int, list[tuple[int, int]]]:
    """Cells that span several rows of one column: column and last row, by their first row."""
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for (top, left), (bottom, right) in merged:
        if left == right and bottom > top and left < OF_A_FILE.columns:
            found[top + 1].append((left, bottom + 1))
    return dict(found)


def _fill_down(cells: list[str], number: int, going: dict[int, tuple[int, str]]) -> None:
    """Repeat the words of a cell that was merged over several rows of one column in each row."""
    if not any(cells):
        # Nobody stands in a row that is otherwise empty.
        return
    for column, (bottom, said) in list(going.items()):
        if number > bottom:
            del going[column]
            continue
        cells += [""] * (column + 1 - len(cells))
        cells[column] = cells[column] or said


def _words(value: object) -> str:
    """A cell as text: a day as a day, and a whole number without a fraction."""
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
            words = " ".join(str(value).split())[:LONGEST_CELL]
    return words
