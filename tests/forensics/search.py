"""Looks for words in bytes as a forensic examiner would: in every usual disguise."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
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
    """Every canary found in any of the places, each form and place once."""
    once: dict[bytes, str] = {}
    for name, content in places.items():
        once.setdefault(content, name)
    folded = {content: content.lower() for content in once}
    return [
        Hit(canary, form, name)
        for canary in canaries
        for form, needle, exact in forms(canary)
        for content, name in once.items()
        if needle in (content if exact else folded[content])
    ]


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
