"""The gazetteer: cities, regions and countries by any of their names, read from two sorted files.

The files are written by ``make cities`` (gather.py) from GeoNames, https://www.geonames.org, licensed
CC BY 4.0. They are searched where they lie, line by line: nothing of them stays in memory.
"""

import mmap as mmap_module
import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum, auto
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from storage.core.lazy_dataclass import dataclass
from storage.names import folded

NAMES = "names.txt"
PLACES = "places.txt"
LET_GO: Final[int | None] = getattr(mmap_module, "MADV_DONTNEED", None)
AREA = "+"
"""Begins the key of a country (+CA) or a region in it (+CA-02), and of nothing else."""
_KEYS: Final = re.compile(r"([^\t]+)\t.*\n")


class PlaceKind(Enum):
    """The kind of a place."""

    CITY = auto()
    REGION = auto()
    COUNTRY = auto()


@dataclass(frozen=True, slots=True)
class Spot:
    """Some people of a place who share a zone: all of a city, a part of a country."""

    zone: str
    """IANA key."""
    people: int
    city: str
    """The largest city there, in its English name or its own."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A city of 15,000 people and more, a region, or a country."""

    name: str
    country: str
    """ISO 3166, two letters."""
    region: str
    """A state or province where it helps to tell namesakes apart; else empty."""
    spots: tuple[Spot, ...]
    """The largest first; a city has one."""
    kind: PlaceKind

    @property
    def is_city(self) -> bool:
        """Whether the place is a city, not a region or a country."""
        return self.kind is PlaceKind.CITY


class _Sorted:
    """A file of lines ``key TAB rest``, sorted by the bytes of the key."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap(file.fileno(), 0, access=ACCESS_READ)

    def get(self, key: str) -> str | None:
        """The rest of the line of a key; None without such a key."""
        return next(self.several((key,)))

    def several(self, keys: Iterable[str]) -> Iterator[str | None]:
        """``get`` for one key after the other: pages that are let go have to be mapped anew, which takes longest."""
        try:
            for key in keys:
                wanted = key.encode() + b"\t"
                line = self._line(self._first(wanted))
                yield line[len(wanted) :].decode() if line.startswith(wanted) else None
        finally:
            self._let_go()

    def beginning(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Keys with this prefix, each with the rest of its line."""
        for line in self._lines(prefix).split("\n")[:-1]:
            key, _tab, rest = line.partition("\t")
            yield key, rest

    def keys_beginning(self, prefix: str) -> list[str]:
        """Keys with this prefix: in one go, for of two letters there may be thousands."""
        return _KEYS.findall(self._lines(prefix))

    def _lines(self, prefix: str) -> str:
        """The lines whose keys have this prefix."""
        wanted = prefix.encode()
        # No UTF-8 text has this byte, and so none sorts behind all that begin so and before it.
        first = self._first(wanted)
        lines = self._bytes[first : self._first(wanted + b"\xff", first)]
        self._let_go()
        return lines.decode()

    def _first(self, wanted: bytes, low: int = 0) -> int:
        """Where the first line begins that is not before the wanted bytes, from the line on that begins at ``low``."""
        content, length = self._bytes, len(wanted)
        high = len(content)
        while low < high:
            middle = (low + high) // 2
            start = content.rfind(b"\n", low, middle) + 1 or low
            # A line is never a part of what is wanted: that ends with the tab, if it has one.
            if content[start : start + length] < wanted:
                low = content.find(b"\n", start) + 1 or high
            else:
                high = start
        return low

    def _let_go(self) -> None:
        """Leave the pages to the system's cache: what was looked at counts as our memory, 5 MB in time."""
        if LET_GO is not None:
            self._bytes.madvise(LET_GO)

    def _line(self, start: int) -> bytes:
        end = self._bytes.find(b"\n", start)
        return self._bytes[start : end if end >= 0 else len(self._bytes)]


@cache
def _file(name: str) -> _Sorted:
    return _Sorted(Path(__file__).with_name(name))


def called(name: str) -> list[NamedPlace]:
    """Find every place that bears a name in any language; case and accents do not matter."""
    key = folded(name)
    found = _file(NAMES).get(key) if key else None
    return [] if found is None else list(read_places(found.split()))


def names_beginning(prefix: str) -> list[str]:
    """Return the folded names with this prefix."""
    return _file(NAMES).keys_beginning(folded(prefix))


def ranked(names: Collection[str]) -> list[tuple[int, str]]:
    """Return the largest place of each folded name: its rank (0 is largest, and every region), and its key.

    Raises KeyError for a name of nothing.
    """
    found = []
    for name, keys in zip(names, _file(NAMES).several(names), strict=True):
        if keys is None:
            raise KeyError(name)
        first = keys.partition(" ")[0]
        found.append((0 if first.startswith(AREA) else int(first), first))
    return found


def read_places(keys: Iterable[str]) -> Iterator[NamedPlace]:
    """Yield the place of each key. Raises KeyError."""
    keys = list(keys)
    for key, written in zip(keys, _file(PLACES).several(keys), strict=True):
        if written is None:
            raise KeyError(key)
        yield _read(key, written)


def largest() -> Iterator[NamedPlace]:
    """The thousand largest cities of the world, the largest first: of about 570,000 people and more."""
    for key, written in _file(PLACES).beginning("00"):
        yield _read(key, written)


def _read(key: str, written: str) -> NamedPlace:
    name, country, region, *spots = written.split("\t")
    kind = PlaceKind.CITY
    if key.startswith(AREA):
        kind = PlaceKind.REGION if "-" in key else PlaceKind.COUNTRY
    return NamedPlace(name, country, region, tuple(_spot(each) for each in spots), kind)


def _spot(written: str) -> Spot:
    zone, people, city = written.split("|")
    return Spot(zone, int(people), city)
