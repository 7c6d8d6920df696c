"""Which keys of a list stand in several of its lines, found before the lines are judged.

A list of 200,000 lines has half a million keys, and nearly all of them stand there once. Only the others
have to be kept, with whom they name, until the list is judged: those are the lines that meet each other.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Final

from commands.imports.read.plain_rows import PlainRow
from commands.imports.rules import area_key
from storage.contacts.listed import Listed
from storage.core.lazy_dataclass import dataclass
from storage.imports.imports import Import
from storage.imports.seen_lines import By, Key, SeenLines

PARTS: Final = 256
"""Hashes are compared in so many parts, so that none of them takes long."""
AT_ONCE: Final = 40_000
"""Hashes that are compared in one go, about."""
NAME, NUMBER = By.NAME, By.NUMBER
"""Before Python 3.12 asking an enum for its members takes as long as hashing what they stand beside."""
NEVER_ALONE: Final = 0
"""Stands for the keys of a line that has to be judged whatever the others say."""


class Repeats:
    """Which keys were met more often than once. Keys are not held, only eight bytes of a hash of each.

    Two keys may have one hash. Then both count as met more often, are looked up, and are told apart.
    """

    def __init__(self) -> None:
        self._lines: list[array[int]] = []
        """By sheet: two hashes for each line."""
        self._parts = [array("q") for _part in range(PARTS)]
        """Every key's hash, by its last bits; emptied as they are compared."""
        self._compared = 0
        self._again = {NEVER_ALONE}

    @property
    def sheets(self) -> int:
        """How many sheets of the list were gone through."""
        return len(self._lines)

    @property
    def known(self) -> bool:
        """Whether all keys were compared."""
        return self._compared == PARTS

    def begin_sheet(self) -> None:
        """Let the lines that follow be those of the next sheet."""
        self._lines.append(array("q"))

    def add(self, keys: Iterable[Key]) -> None:
        """Take in the keys of one line that has to be judged whatever the others say."""
        for key in keys:
            met = hash(key)
            self._parts[met % PARTS].append(met)
        self._lines[-1].extend((NEVER_ALONE, NEVER_ALONE))

    def add_plain(self, row: PlainRow) -> None:
        """Take in one line that is somebody new unless another line has the name or the number."""
        parts = self._parts
        name = number = hash((NAME, f"{row.key}\n{area_key(row.area or '')}"))
        parts[name % PARTS].append(name)
        if row.number is not None:
            number = hash((NUMBER, row.number.lstrip("0")))
            parts[number % PARTS].append(number)
        self._lines[-1].extend((name, number))

    def compare(self) -> None:
        """Compare some parts of the hashes, when all lines were taken in."""
        left = AT_ONCE
        while not self.known and left > 0:
            part = self._parts[self._compared]
            left -= len(part) + AT_ONCE // PARTS
            if len(set(part)) < len(part):
                self._again.update(met for met, times in Counter(part).items() if times > 1)
            self._parts[self._compared] = array("q")
            self._compared += 1

    def open_lines(self, sheet: int) -> list[int]:
        """Return which lines of a sheet, the first being 0, are not settled by standing alone."""
        hashes, again = self._lines[sheet], self._again
        if again.isdisjoint(hashes):
            return []
        return [
            at // 2
            for at in range(0, len(hashes), 2)
            if hashes[at] in again or hashes[at + 1] in again
        ]

    def lines(self, sheet: int) -> int:
        """Return how many lines a sheet has."""
        return len(self._lines[sheet]) // 2

    def among(self, keys: Iterable[Key]) -> set[Key]:
        """Return the keys that perhaps stand in several lines, and all that mean a contact."""
        again = self._again
        return {key for key in keys if key[0] is By.CONTACT or hash(key) in again}


@dataclass(frozen=True, slots=True)
class LinesAbove:
    """The lines of a list that were judged, as far as a later one may speak of the same person."""

    job: Import
    seen: SeenLines
    repeats: Repeats

    async def of(self, keys: Iterable[Key]) -> dict[Key, Listed]:
        """Return for each key the first line with the key; keys without a line are left out."""
        wanted = self.repeats.among(keys)
        return await self.seen.of(self.job, wanted) if wanted else {}

    async def keep(self, new: dict[Key, Listed]) -> None:
        """Keep the keys of newly judged lines that a later line may have again."""
        again = self.repeats.among(new)
        if again:
            await self.seen.keep(self.job, {key: new[key] for key in new if key in again})
