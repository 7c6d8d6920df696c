"""Which keys of a list stand in several of its lines, found before the lines are judged.

A list of 200,000 lines has half a million keys, and nearly all of them stand there once. Only the others
have to be kept, with whom they name, until the list is judged: those are the lines that meet each other.
"""

from collections.abc import Iterable
from typing import Final

from storage.contacts.bulk import Listed
from storage.core.lazy_dataclass import dataclass
from storage.imports.imports import Import
from storage.imports.seen_lines import By, Key, SeenLines

PER_LINE: Final = 32
"""Places for each line, a byte each: of the keys that stand there once, one in sixteen is kept for nothing."""
TWICE: Final = 2


class Repeats:
    """How often each key was met: once, or more often. Keys are not held, only their hashes' places.

    Two keys may have one place. Then both count as met more often, are looked up, and are told apart.
    """

    def __init__(self, lines: int) -> None:
        size = 1 << max(lines * PER_LINE, 1).bit_length()
        self._met = bytearray(size)
        self._mask = size - 1
        self.sheets = 0
        """How many sheets of the list were gone through."""

    def add(self, keys: Iterable[Key]) -> None:
        """Count the keys of one line."""
        met, mask = self._met, self._mask
        for key in keys:
            place = hash(key) & mask
            if met[place] < TWICE:
                met[place] += 1

    def among(self, keys: Iterable[Key]) -> set[Key]:
        """Return the keys that perhaps stand in several lines, and all that mean a contact."""
        met, mask = self._met, self._mask
        return {key for key in keys if key[0] is By.CONTACT or met[hash(key) & mask] >= TWICE}


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
