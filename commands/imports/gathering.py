"""Putting together what is told of a file, piece by piece, into the lists that a command finds."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from commands.imports.list_contents import ListContents
from commands.imports.read.encoding import DecodedText
from commands.imports.read.pieces import Ended, Nothing, Piece, Rows, told
from commands.imports.read.separated import read_text
from commands.imports.read.tables import OF_A_MESSAGE, NotAList, Unreadable
from storage.imports.uploads import Staged

MOST_LISTS: Final = 30
"""In one file."""


class Gathering:
    """Puts together what is told of one file. Rows may be taken out on the way, and staged."""

    def __init__(self, origin: str = "") -> None:
        self.lists: list[ListContents] = []
        self.odd: NotAList = NotAList(Unreadable.DAMAGED)
        self.lines: tuple[str, ...] = ()
        self.letters = 0
        """Of the rows that are at hand."""
        self._origin = origin
        self._rows: list[tuple[int, int, str]] = []
        self._number = 0
        self._staged = False

    def take(self, piece: Piece) -> None:
        """Take one piece into account. Raises ValueError for more lists than there may be."""
        match piece:
            case Rows():
                self._rows.append((len(self.lists), self._number, piece.json))
                self._number += 1
                self.letters += len(piece.json)
            case Ended():
                self._end(piece)
            case Nothing():
                # Half of a file is none: nobody would know what is missing.
                self.odd, self.lines = piece.odd, piece.lines
                self.lists, self._rows, self.letters = [], [], 0

    def _end(self, piece: Ended) -> None:
        part, self._number = len(self.lists), 0
        if part == MOST_LISTS:
            raise ValueError
        sheets = () if self._staged else tuple(r for p, _n, r in self._rows if p == part)
        self.lists.append(
            ListContents(
                piece.table,
                piece.columns,
                piece.orders,
                piece.lines,
                sheets,
                piece.title,
                Staged(self._origin, part) if self._staged else None,
            )
        )

    def taken_out(self) -> list[tuple[int, int, str]]:
        """Take the rows in memory out for staging, as (list, sheet, content); later rows are staged too."""
        rows, self._rows, self.letters = self._rows, [], 0
        self._staged = True
        self.lists = [
            replace(each, sheets=(), staged=Staged(self._origin, part))
            for part, each in enumerate(self.lists)
        ]
        return rows

    @property
    def staged(self) -> bool:
        """Whether rows were taken out before."""
        return self._staged


def pasted(text: str) -> ListContents | NotAList:
    """Read a list pasted into a message, with smaller caps than a file's: others wait meanwhile."""
    table = read_text(DecodedText.of(text), OF_A_MESSAGE)
    if isinstance(table, NotAList):
        long = table.why is Unreadable.TOO_MANY
        return NotAList(Unreadable.TOO_LONG, table.line) if long else table
    return gathered(told(table)).lists[0]


def gathered(told_: Iterable[Piece]) -> Gathering:
    """Put together what is told of a file that is read right here."""
    gathering = Gathering()
    for piece in told_:
        gathering.take(piece)
    return gathering
