"""The bytes of any file people send -> the tables in it, or why there is none.

Never raises, whatever the bytes are; what is in a file decides, and not how it is called.
"""

import re
from dataclasses import dataclass

from commands.imports.encoding import decode
from commands.imports.formats import cards, people_json, workbooks
from commands.imports.reading import NotAList, Row, Table, Unreadable, read, table_of

EXCEL, CALC, PAGE, CARDS, JSON = "Excel", "Calc", "HTML", "vCard", "JSON"
"""What stands for an encoding where a file is no plain text."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPENED = (b"PK", _OLE[:4])
_PAGES = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|meta|table|body)\b",
                    re.IGNORECASE | re.DOTALL)  # fmt: skip
_OLD_MARKUP = b"urn:schemas-microsoft-com:office:spreadsheet"
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_ODD = (
    (b"%PDF-", Unreadable.DOCUMENT),
    (b"{\\rtf", Unreadable.DOCUMENT),
    (b"\x89PNG", Unreadable.PICTURE),
    (b"GIF8", Unreadable.PICTURE),
    (b"\xff\xd8\xff", Unreadable.PICTURE),
    (b"Rar!", Unreadable.ARCHIVE),
    (b"7z\xbc\xaf", Unreadable.ARCHIVE),
    (b"\x1f\x8b", Unreadable.ARCHIVE),
)
START = 4_096
"""Bytes in which a file says what it is."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A table and the sheet it stands on; no title where a file has only one."""

    title: str
    table: Table


@dataclass(frozen=True, slots=True)
class File:
    """What is in a file."""

    tables: tuple[Titled, ...]
    odd: NotAList | None
    """Why there are no tables."""
    lines: tuple[str, ...] = ()
    """Of a file that is one column of anything: the text of each."""


def opened(content: bytes) -> File:
    """Read a file. Takes seconds for a large one: not on the event loop."""
    odd = next((why for start, why in _ODD if content.startswith(start)), None)
    if odd is not None:
        return _odd(odd)
    if content.startswith(_OPENED):
        return _book(workbooks.opened(content), CALC if _is_calc(content) else EXCEL)
    start = content[:START].removeprefix(b"\xef\xbb\xbf")
    if _OLD_MARKUP in start:
        return _odd(Unreadable.OLD_MARKUP)
    return _page(content) if _PAGES.match(start) else _text(content)


def _odd(why: Unreadable) -> File:
    return File((), NotAList(why))


def _text(content: bytes) -> File:
    decoded = decode(content)
    if decoded is not None and cards.is_one(decoded.text):
        return _told(cards.HEADS, cards.rows(decoded.text), CARDS)
    if decoded is not None and people_json.is_one(decoded.text):
        found = people_json.read(decoded.text)
        if found is not None:
            return _told(*found, JSON)
        if decoded.text.lstrip()[:1] == "{":
            return _odd(Unreadable.NO_PEOPLE)
    table = read(content)
    if isinstance(table, Table):
        return File((Titled("", table),), None)
    plain = table.why is Unreadable.ONE_COLUMN and decoded is not None
    return File((), table, tuple(decoded.text.splitlines()) if plain and decoded else ())


def _is_calc(content: bytes) -> bool:
    # The first part of such a file is its kind, not compressed (OpenDocument 1.3, part 2, 3.3).
    return b"opendocument.spreadsheet" in content[:200]


def _book(sheets: workbooks.Sheets | Unreadable, kind: str) -> File:
    if isinstance(sheets, Unreadable):
        return _odd(sheets)
    filled = [(title, rows) for title, rows in sheets if rows]
    if not filled:
        return _odd(Unreadable.EMPTY)
    read_ = [(title, rows, table_of(rows, kind)) for title, rows in filled]
    tables = [Titled(title, table) for title, _rows, table in read_ if isinstance(table, Table)]
    if tables:
        return File(tuple(tables), None)
    _title, rows, odd = read_[0]
    lines = [row.cells[0] for row in rows] if len(filled) == 1 else []
    only = isinstance(odd, NotAList) and odd.why is Unreadable.ONE_COLUMN
    return File((), odd if isinstance(odd, NotAList) else None, tuple(lines) if only else ())


def _page(content: bytes) -> File:
    """A web page: many programs call one .xls."""
    said = _CHARSET.search(content[:START])
    try:
        text = content.decode(said[1].decode() if said else "utf-8")
    except (LookupError, UnicodeDecodeError):
        decoded = decode(content)
        if decoded is None:
            return _odd(Unreadable.BINARY)
        text = decoded.text
    return _book(workbooks.opened(text.encode("utf-8", "replace"), page=True), PAGE)


def _told(heads: tuple[str, ...], rows: list[Row], kind: str) -> File:
    """People from a file that says what is what."""
    filled = tuple(row for row in rows if any(row.cells))
    if not filled:
        return _odd(Unreadable.NO_PEOPLE)
    return File((Titled("", Table(kind, "", heads, 1, filled)),), None)
