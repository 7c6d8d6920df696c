"""An uploaded file or pasted list as a command finds it: already read, so that nobody waits."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Self

from commands.imports.list_contents import ListContents
from commands.shared.attached import LostFile
from storage.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    # What reads lists is loaded with the first of them: most days bring none.
    from commands.imports.gathering import Gathering
    from commands.imports.read.tables import NotAList


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
        from commands.imports.gathering import gathered  # noqa: PLC0415 (see above)
        from commands.imports.read.files import pieces  # noqa: PLC0415

        return cls.of(name, gathered(pieces(content)))

    @classmethod
    def of(cls, name: str, gathered: Gathering) -> Self:
        """Choose what a command finds among the lists read from a file: those of people, if there are any."""
        from commands.imports.read.fields import NAMES  # noqa: PLC0415

        if not gathered.lists:
            return cls(name, gathered.odd, gathered.lines)
        # A sheet of figures or notes beside the list is no second list.
        every = gathered.lists
        of_people = [each for each in every if NAMES & set(each.columns.values())] or every
        several = len(of_people) > 1
        first, *others = [each if several else replace(each, title="") for each in of_people]
        return cls(name, first, others=tuple(others))
