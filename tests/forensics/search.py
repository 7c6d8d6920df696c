"""Looks for words in bytes as a forensic examiner would: in every usual disguise."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST = 6
"""Bytes. Random data of 10 MB holds a given needle of this length once in 30 million searches."""


@dataclass(frozen=True, slots=True)
class Canary:
    """Something that must not be found, and what sort of thing it is."""

    kind: str
    secret: str | bytes

    @property
    def shown(self) -> str:
        return self.secret if isinstance(self.secret, str) else self.secret.hex()


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary found: where, and in which disguise."""

    canary: Canary
    form: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.canary.kind} {self.canary.shown!r} as {self.form}"


def search(canaries: Iterable[Canary], places: Mapping[str, bytes]) -> list[Hit]:
    """Every canary found in any of the places, each form and place once.

    Thousands of needles are looked for in megabytes that have none of them. So it is first seen which of their
    parts of four bytes stand there at all: a needle whose parts are not all there is not there either.
    """
    once: dict[bytes, str] = {}
    for name, content in places.items():
        once.setdefault(content, name)
    sought = [(canary, *form) for canary in canaries for form in forms(canary)]
    needles: tuple[_Needles, _Needles] = ([], [])
    for at, (_canary, _form, needle, exact) in enumerate(sought):
        needles[exact].append((at, needle, _parts(needle)))
    found: set[tuple[int, int]] = set()
    for place, content in enumerate(once):
        for those, text in zip(needles, (content.lower(), content), strict=True):
            found |= {(at, place) for at in _found(those, text)}
    names = list(once.values())
    return [Hit(*sought[at][:2], names[place]) for at, place in sorted(found)]


_Parts = tuple[tuple[int, ...], ...]
_Needles = list[tuple[int, bytes, _Parts]]
WORD: Final = 4
PIECE: Final = 1 << 18
"""Bytes whose parts are held at a time."""
SMALL: Final = 1 << 13
"""Bytes that are searched through sooner than taken apart."""


def _found(needles: _Needles, text: bytes) -> Iterator[int]:
    """The numbers of the needles that are in a text."""
    if len(text) < SMALL:
        yield from (at for at, needle, _parts_of in needles if needle in text)
        return
    longest = max((len(needle) for _at, needle, _parts_of in needles), default=0)
    for start in range(0, len(text), PIECE):
        piece = text[start : start + PIECE + longest]
        there = frozenset(_words(piece, 0))
        for at, needle, parts in needles:
            if any(map(there.issuperset, parts)) and needle in piece:
                yield at


def _parts(needle: bytes) -> _Parts:
    """The whole words of a needle, for each of the ways in which it may lie across the words of a text."""
    return tuple(tuple(_words(needle, start)) for start in range(WORD))


def _words(content: bytes, start: int) -> memoryview:
    """Bytes as numbers of four bytes each, from a place on; what is left over at the end is left out."""
    return memoryview(content)[start : start + (len(content) - start) // WORD * WORD].cast("I")


def kinds(hits: Iterable[Hit]) -> set[str]:
    return {hit.canary.kind for hit in hits}


@cache
def forms(canary: Canary) -> tuple[tuple[str, bytes, bool], ...]:
    """Name, needle, and whether capitals count, of every form that is long enough to search for."""
    if isinstance(canary.secret, bytes):
        found = [("raw", canary.secret, True), *_recoded(canary.secret, "raw")]
    else:
        found = list(_of_text(canary.secret))
    needles: dict[tuple[bytes, bool], str] = {}
    for name, needle, exact in found:
        if len(needle) >= SHORTEST:
            needles.setdefault((needle if exact else needle.lower(), exact), name)
    return tuple((name, needle, exact) for (needle, exact), name in needles.items())


def _of_text(text: str) -> Iterator[tuple[str, bytes, bool]]:
    yield "utf-8", text.encode(), False
    yield "utf-8 folded", text.casefold().encode(), False
    yield "utf-8 capitals", text.upper().encode(), False
    yield "backwards", text[::-1].encode(), False
    yield "url", quote(text, safe="").encode(), False
    yield "form", quote_plus(text).encode(), False
    yield "json", json.dumps(text)[1:-1].encode(), False
    yield "json in json", json.dumps(json.dumps(text))[3:-3].encode(), False
    yield "repr", ascii(text)[1:-1].encode(), False
    for coding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = text.encode(coding)
        yield coding, raw, False
        yield from _recoded(raw, coding)


def _recoded(raw: bytes, name: str) -> Iterator[tuple[str, bytes, bool]]:
    yield f"{name} in hex", raw.hex().encode(), False
    yield f"{name} in base32", base64.b32encode(raw)[: len(raw) * 8 // 5], False
    for offset in range(3):
        # The first and last characters depend on the neighbours: leave those out.
        encoded = base64.b64encode(bytes(offset) + raw)
        inner = encoded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
        yield f"{name} in base64 at {offset}", inner, True
        url_safe = inner.translate(bytes.maketrans(b"+/", b"-_"))
        yield f"{name} in url-safe base64 at {offset}", url_safe, True
