"""A web page -> the rows of its largest table. Pure. Many programs call such a page .xls."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from commands.imports.read.encoding import DecodedText
from commands.imports.read.tables import LONGEST_CELL, OF_A_FILE, Again, ListRow, Odd, Unreadable

PIECE: Final = 64 << 10
"""Letters looked at in one go."""
MOST_CELLS: Final = 600_000
MOST_LETTERS: Final = 12 << 20
WIDEST: Final = OF_A_FILE.columns + 1
"""One column more than is allowed, so that it is noticed."""


def rows(text: DecodedText) -> Again | None:
    """The rows of the largest table; None when there is no table. Raises Odd."""
    page = _Page()
    with text.open() as file:
        while piece := file.read(PIECE):
            page.feed(piece)
    page.close()
    tables = [table for table in page.tables if table]
    if not tables:
        return None
    largest = max(tables, key=len)

    def numbered() -> Iterator[ListRow]:
        for number, cells in enumerate(largest, 1):
            yield ListRow(number, tuple(cells))

    return Again(numbered)


class _Page(HTMLParser):
    """The tables of a page, cell by cell. Raises Odd when there is too much in them."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._text: list[str] | None = None
        self._span = 1
        self._silent = False
        self._cells, self._letters = MOST_CELLS, MOST_LETTERS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._spend()
            self.tables.append([])
        elif tag == "tr":
            self._end_cell()
            self._spend()
            self.tables = self.tables or [[]]
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._end_cell()
            span = dict(attrs).get("colspan") or ""
            # Longer numbers are no numbers of columns, and take long to read.
            wide = int(span) if span.isascii() and span.isdigit() and len(span) < 5 else 1
            self._span = max(1, min(wide, WIDEST))
            self._text = []
        elif tag in {"style", "script"}:
            self._silent = True
        elif tag in {"br", "p", "div"} and self._text is not None:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()
        elif tag in {"style", "script"}:
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._letters -= len(data)
            self._spend(0)
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is None:
            return
        words, self._text = " ".join("".join(self._text).split())[:LONGEST_CELL], None
        self._spend(self._span)
        if self.tables and self.tables[-1] and len(self.tables[-1][-1]) < WIDEST:
            self.tables[-1][-1] += [words, *[""] * (self._span - 1)]

    def _spend(self, cells: int = 1) -> None:
        self._cells -= cells
        if self._cells < 0 or self._letters < 0:
            raise Odd(Unreadable.TOO_LARGE)
