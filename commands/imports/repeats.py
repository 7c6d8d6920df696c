"""Which keys of a list stand in several of its lines, found before the lines are judged.

A list of 200,000 lines has half a million keys, and nearly all of them stand there once. Only the others
have to be kept, with whom they name, until the list is judged: those are the lines that meet each other.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, cast

from commands.imports.read.plain_rows import PlainKeys
from storage.contacts.listed import Listed
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.imports.imports import Import
from storage.imports.seen_lines import By, Key, SeenLines

PARTS: Final = 64
"""Hashes are compared in so many parts, so that none of them takes long."""
AT_ONCE: Final = 120_000
"""Hashes that are compared in one go, about."""
LOOSE: Final = 2_048
"""Hashes that wait outside of their parts: a list takes one in half the time of an array, and four times the memory."""
EMPTY: Final = array("q")
NEVER_ALONE: Final = 0
"""Stands for the keys of a line that has to be judged whatever the others say."""


class Repeats:
    """Which keys were met more often than once. Keys are not held, only eight bytes of a hash of each.

    Of what kind a key is its hash does not say: nobody's number is somebody's address. Two keys may have
    one hash. Then both count as met more often, are looked up, and are told apart.
    """

    def __init__(self) -> None:
        self._lines: list[list[array[int]]] = []
        """By sheet: a column of hashes for names, and one for numbers where the list has them."""
        self._met: list[array[int]] = []
        """By sheet: the contact of whom each line says nothing new, 0 for none; empty if no line does."""
        self._parts = [array("q") for _part in range(PARTS)]
        """Every key's hash, by its last bits; emptied as they are compared."""
        self._loose: list[list[int]] = [[] for _part in range(PARTS)]
        """Those that came last."""
        self._put = [part.append for part in self._loose]
        self._waiting = 0
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

    def add_sheet(
        self, sheet: PlainKeys, keys: Iterable[Key], met: array[int] | None = None
    ) -> None:
        """Take in the next sheet: a plain line is somebody new unless another has its name or number.

        ``keys``: of the lines that have to be judged whatever the others say. ``met``: for each line the
        contact of whom it says nothing new; 0 for none.
        """
        put, columns = self._put, []
        for column in (sheet.names, sheet.numbers):
            hashes = list(map(hash, column))
            if hashes:
                for at in sheet.odd:
                    hashes[at] = NEVER_ALONE
            for key in hashes:
                put[key & PARTS - 1](key)
            self._waiting += len(hashes)
            columns.append(array("q", hashes))
        self._lines.append(columns)
        self._met.append(EMPTY if met is None else met)
        self.add(keys)
        if self._waiting > LOOSE:
            self._put_away()

    def add(self, keys: Iterable[Key]) -> None:
        """Take in keys of lines that have to be judged whatever the others say."""
        for _by, key in keys:
            met = hash(key)
            self._put[met & PARTS - 1](met)

    def _put_away(self) -> None:
        for part, loose in zip(self._parts, self._loose, strict=True):
            part.fromlist(loose)
            loose.clear()
        self._waiting = 0

    def compare(self) -> None:
        """Compare some parts of the hashes, when all lines were taken in."""
        self._put_away()
        left = AT_ONCE
        while not self.known and left > 0:
            part = self._parts[self._compared]
            left -= len(part) + AT_ONCE // PARTS
            if len(set(part)) < len(part):
                self._again.update(met for met, times in Counter(part).items() if times > 1)
            del part[:]
            self._compared += 1

    def open_lines(self, sheet: int, *, unless_met: bool) -> list[int]:
        """Return which lines of a sheet, the first being 0, are not settled by standing alone.

        ``unless_met``: nor does any line that may say something new of somebody.
        """
        again, met = self._again, self._met[sheet]
        if unless_met and not met:
            return list(range(self.lines(sheet)))
        several = [column for column in self._lines[sheet] if not again.isdisjoint(column)]
        found = {at for column in several for at, key in enumerate(column) if key in again}
        if unless_met and 0 in met:
            found |= {at for at, contact in enumerate(met) if not contact}
        return sorted(found)

    def met(self, sheet: int, but: Collection[int]) -> list[ContactId]:
        """Return the contacts of whom lines of a sheet say nothing new, leaving out the lines ``but``."""
        met = cast("list[ContactId]", self._met[sheet].tolist())
        if not but:
            return met
        judged = frozenset(but)
        return [contact for at, contact in enumerate(met) if at not in judged]

    def lines(self, sheet: int) -> int:
        """Return how many lines a sheet has."""
        return len(self._lines[sheet][0])

    def among(self, keys: Iterable[Key]) -> set[Key]:
        """Return the keys that perhaps stand in several lines, and all that mean a contact."""
        again = self._again
        return {key for key in keys if key[0] is By.CONTACT or hash(key[1]) in again}


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
