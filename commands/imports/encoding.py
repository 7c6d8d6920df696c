"""Which letters the bytes of a spreadsheet stand for. Pure."""

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

SAMPLE = 64 << 10
"""Bytes that are enough to tell one old encoding from another."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose little-endian mark is how this one begins.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD = ["cp1252", "mac_roman", "cp1250", "cp1251", "cp1253", "cp1254", "cp437", "cp850"]
"""What spreadsheets write when they do not write Unicode; the likeliest first."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, and under which name its encoding is known."""

    text: str
    encoding: str


def decode(content: bytes) -> Decoded | None:
    """The text in these bytes; None when they are no text."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name)
    if b"\0" in content:
        return _utf16_without_mark(content)
    text = _strictly(content, "utf-8")
    if text is not None:
        return text if _is_text(text.text) else None
    name = _old_encoding(content)
    # Windows leaves five bytes undefined; browsers read them as control characters.
    old = Decoded(content.decode(name, errors="replace"), name)
    return old if _is_text(old.text) else None


def _strictly(content: bytes, name: str) -> Decoded | None:
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        return None
    return Decoded(text.removeprefix("\ufeff"), name.removesuffix("-sig"))


def _utf16_without_mark(content: bytes) -> Decoded | None:
    """Spreadsheets are mostly ASCII, which has a zero in every second byte of UTF-16."""
    start = content[:SAMPLE]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 2 * 0.4 or min(even, odd) > max(even, odd) * 0.2:
        return None
    decoded = _strictly(content, "utf-16-be" if even > odd else "utf-16-le")
    return decoded if decoded is not None and _is_text(decoded.text) else None


def _old_encoding(content: bytes) -> str:
    """The likeliest of the old encodings, judged by the lines that differ in them."""
    telling = b"\n".join(
        line for line in content.splitlines() if not line.isascii()
    )[:SAMPLE]  # fmt: skip
    best = from_bytes(telling, cp_isolation=_OLD, enable_fallback=False).best()
    if best is None or not _much_better(telling, best.encoding):
        return "cp1252"
    return best.encoding


def _much_better(telling: bytes, name: str) -> bool:
    """Whether Windows' own encoding would make something of these bytes that nobody writes."""
    try:
        usual = telling.decode("cp1252")
    except UnicodeDecodeError:
        return True
    other = telling.decode(name, errors="replace")
    return _odd(usual) > 2 * _odd(other)


def _odd(text: str) -> int:
    """How many characters beyond ASCII are no letters."""
    return sum(not char.isalpha() for char in text if not char.isascii())


def _is_text(text: str) -> bool:
    start = text[:SAMPLE]
    controls = sum(char < " " and char not in "\t\n\r\f\v\x1a" for char in start)
    return controls * 200 <= len(start)
