"""An uploaded file or pasted list as a command finds it: already read, so that nobody waits."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Final, Self

from commands.imports.read.day_order import Order
from commands.imports.read.encoding import DecodedText
from commands.imports.read.fields import NAMES, Field
from commands.imports.read.files import pieces
from commands.imports.read.pieces import Ended, Nothing, Piece, Rows, told
from commands.imports.read.separated import read_text
from commands.imports.read.tables import OF_A_MESSAGE, NotAList, Table, Unreadable
from commands.shared.attached import LostFile
from storage.core.lazy_dataclass import dataclass
from storage.imports.uploads import Staged

MOST_LISTS: Final = 30
"""In one file."""


@dataclass(frozen=True, slots=True)
class ListContents:
    """A list that was read: ready to be stored."""

    table: Table
    columns: Mapping[int, Field]
    orders: Mapping[int, Order]
    """How columns write days with slashes, where they tell."""
    lines: int
    sheets: tuple[str, ...] = field(default=(), repr=False)
    """The rows as JSON, some hundred each; none of them when they are staged."""
    title: str = ""
    """The sheet of a workbook that has several."""
    staged: Staged | None = None
    """Where the rows of a long list lie; it is never in memory as a whole."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """The file that came with a message, if one did. Provided by the bot."""

    name: str = ""
    found: ListContents | NotAList | LostFile | None = field(default=None, repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    """Of a file that is no table: one text a line."""
    others: tuple[ListContents, ...] = field(default=(), repr=False)
    """What else is in a workbook: lists on further sheets."""

    @classmethod
    def read(cls, name: str, content: bytes) -> Self:
        """Read a file right here: for measurements, and lists that we wrote ourselves.

        What people send is read in a process of its own (bot/files).
        """
        return cls.of(name, _gathered(pieces(content)))

    @classmethod
    def of(cls, name: str, gathered: "Gathering") -> Self:
        """Choose what a command finds among the lists read from a file: those of people, if there are any."""
        if not gathered.lists:
            return cls(name, gathered.odd, gathered.lines)
        # A sheet of figures or notes beside the list is no second list.
        every = gathered.lists
        of_people = [each for each in every if NAMES & set(each.columns.values())] or every
        several = len(of_people) > 1
        first, *others = [each if several else replace(each, title="") for each in of_people]
        return cls(name, first, others=tuple(others))


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
    return _gathered(told(table)).lists[0]


def _gathered(told_: Iterable[Piece]) -> Gathering:
    gathering = Gathering()
    for piece in told_:
        gathering.take(piece)
    return gathering
