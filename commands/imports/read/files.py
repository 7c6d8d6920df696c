"""Reading any file people send: its bytes in, pieces of the lists in it out.

What is in a file decides, and not how it is called. Only the process that reads files calls this
(bot/files/parser_process.py): whatever the bytes are, it is told or that process ends.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from commands.imports.read.encoding import DecodedText, as_said, decode
from commands.imports.read.formats import books, cards, pages, people_json
from commands.imports.read.pieces import LONGEST_OF_THEM, MOST_LINES, Nothing, Piece, told
from commands.imports.read.separated import read_text
from commands.imports.read.tables import (
    OF_A_FILE,
    Again,
    ListRow,
    NotAList,
    Odd,
    OverCaps,
    Table,
    Unreadable,
    capped,
    table_of,
)

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


_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


def pieces(content: bytes) -> Iterator[Piece]:
    """Read a file piece by piece. Takes seconds for a large one."""
    try:
        yield from _pieces(content)
    except Odd as odd:
        yield Nothing(NotAList(odd.why))


def _pieces(content: bytes) -> Iterator[Piece]:
    odd = next((why for start, why in _ODD if content.startswith(start)), None)
    if odd is None and not content.strip(_BLANK):
        odd = Unreadable.EMPTY
    if odd is not None:
        raise Odd(odd)
    start = content[:START].removeprefix(b"\xef\xbb\xbf")
    if content.startswith(_OPENED):
        yield from _book(content)
    elif _OLD_MARKUP in start:
        raise Odd(Unreadable.OLD_MARKUP)
    elif _PAGES.match(start):
        yield from _page(content)
    else:
        yield from _text(content)


def _text(content: bytes) -> Iterator[Piece]:
    text = decode(content)
    if text is None:
        raise Odd(Unreadable.BINARY)
    if cards.is_one(text):
        yield from _people(cards.HEADS, Again(lambda: cards.rows(text)), CARDS)
        return
    if people_json.is_one(text):
        found = people_json.read(text)
        if found is not None:
            yield from _people(*found, JSON)
            return
        if text.start(START).lstrip()[:1] == "{":
            raise Odd(Unreadable.NO_PEOPLE)
    table = read_text(text)
    if isinstance(table, Table):
        yield from told(table)
    else:
        plain = table.why is Unreadable.ONE_COLUMN
        yield Nothing(table, _lines(text) if plain else ())


def _lines(text: DecodedText) -> tuple[str, ...]:
    """The first lines of a text, as it is split by whoever reads them."""
    found: list[str] = []
    with text.open() as file:
        while len(found) < MOST_LINES and (line := file.readline(START)):
            found += [part[:LONGEST_OF_THEM] for part in line.splitlines()]
    return tuple(found[:MOST_LINES])


def _is_calc(content: bytes) -> bool:
    # The first part of such a file is its kind, not compressed (OpenDocument 1.3, part 2, 3.3).
    return b"opendocument.spreadsheet" in content[:200]


def _book(content: bytes) -> Iterator[Piece]:
    kind = CALC if _is_calc(content) else EXCEL
    lists, filled = 0, 0
    odd = NotAList(Unreadable.EMPTY)
    lines: tuple[str, ...] = ()
    for title, rows in books.sheets(content):
        table = table_of(rows, kind)
        if isinstance(table, Table):
            lists += 1
            yield from told(table, title)
        elif table.why is not Unreadable.EMPTY:
            filled += 1
            if filled == 1:
                odd, lines = table, _first_cells(rows, table)
    if not lists:
        # Of several such sheets nobody knows which is meant.
        yield Nothing(odd, lines if filled == 1 else ())


def _page(content: bytes) -> Iterator[Piece]:
    said = _CHARSET.search(content[:START])
    text = as_said(content, said[1].decode() if said else "utf-8") or decode(content)
    if text is None:
        raise Odd(Unreadable.BINARY)
    rows = pages.rows(text)
    if rows is None:
        raise Odd(Unreadable.NO_TABLE)
    table = table_of(rows, PAGE)
    if isinstance(table, Table):
        yield from told(table)
    else:
        yield Nothing(table, _first_cells(rows, table))


def _first_cells(rows: Iterable[ListRow], odd: NotAList) -> tuple[str, ...]:
    """The text of each row, where there is one column of anything."""
    if odd.why is not Unreadable.ONE_COLUMN:
        return ()
    filled = (row.cells[0][:LONGEST_OF_THEM] for row in rows if any(row.cells))
    return tuple(islice(filled, MOST_LINES))


def _people(heads: tuple[str, ...], rows: Again, kind: str) -> Iterator[Piece]:
    """People from a file that says what is what."""
    filled = Again(lambda: capped(rows, OF_A_FILE))
    try:
        if next(iter(filled), None) is None:
            raise Odd(Unreadable.NO_PEOPLE)
        yield from told(Table(kind, "", heads, 1, filled))
    except OverCaps as many:
        yield Nothing(NotAList(Unreadable.TOO_MANY, many.line))
