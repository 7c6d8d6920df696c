"""The character encoding of a spreadsheet's bytes. Pure.

A file is never decoded as a whole: one picture of a face makes every letter of a text four bytes long.
"""

import codecs
import io
import re
from typing import Final, Self, TextIO

from storage.core.lazy_dataclass import dataclass

SAMPLE: Final = 64 << 10
"""Bytes, or letters, that are enough to tell one old encoding from another, or text from none."""

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
_LETTERS = re.compile(
    r"utf-(?:8|16|32)\S*|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|shift_jis\w*|gb\w+|big5\w*|euc_\w+|ascii"
)
"""Python's names of encodings that people and programs use. It knows others, some of which unpack."""


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text that is decoded while it is read, and as often as somebody reads it."""

    content: bytes
    codec: str
    """Python's name of the encoding."""
    errors: str = "strict"

    @classmethod
    def of(cls, text: str) -> Self:
        """Wrap a text that needs no decoding, such as a message."""
        return cls(text.encode("utf-8", "surrogatepass"), "utf-8", "surrogatepass")

    @property
    def encoding(self) -> str:
        """Under which name people know the encoding."""
        return self.codec.removesuffix("-sig")

    def open(self) -> TextIO:
        """Open the text at its beginning, with the ends of lines as they are."""
        return io.TextIOWrapper(io.BytesIO(self.content), self.codec, self.errors, newline="")

    def start(self, letters: int) -> str:
        """The first ``letters`` characters of the text, without a byte order mark."""
        with self.open() as file:
            return file.read(letters).removeprefix("\ufeff")


def decode(content: bytes) -> DecodedText | None:
    """Find the encoding of bytes and return the text; None when the bytes are no text."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return strictly(content, name)
    if b"\0" in content:
        return _utf16_without_mark(content)
    text = strictly(content, "utf-8")
    if text is not None:
        return text if _is_text(text) else None
    # Windows leaves five bytes undefined; browsers read them as control characters.
    old = DecodedText(content, _old_encoding(content), "replace")
    return old if _is_text(old) else None


def strictly(content: bytes, name: str) -> DecodedText | None:
    """Decode bytes in the named encoding; None if any byte does not fit."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(content), SAMPLE):
            decoder.decode(content[start : start + SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return DecodedText(content, name)


def as_said(content: bytes, name: str) -> DecodedText | None:
    """Decode in an encoding that the file itself names; None when the bytes do not fit."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return strictly(content, known) if _LETTERS.fullmatch(known) else None


def _utf16_without_mark(content: bytes) -> DecodedText | None:
    """Spreadsheets are mostly ASCII, which has a zero in every second byte of UTF-16."""
    start = content[:SAMPLE]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 2 * 0.4 or min(even, odd) > max(even, odd) * 0.2:
        return None
    decoded = strictly(content, "utf-16-be" if even > odd else "utf-16-le")
    return decoded if decoded is not None and _is_text(decoded) else None


def _old_encoding(content: bytes) -> str:
    """The likeliest of the old encodings, judged by the lines that read differently in them."""
    # Imported when it is needed, which is seldom: it is half as large as the process that reads.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    telling = _telling(content)
    best = from_bytes(telling, cp_isolation=_OLD, enable_fallback=False).best()
    if best is None or not _much_better(telling, best.encoding):
        return "cp1252"
    return best.encoding


def _telling(content: bytes) -> bytes:
    """The first lines with something in them that is no ASCII."""
    found = b""
    for start in range(0, len(content), SAMPLE):
        lines = content[start : start + SAMPLE].splitlines()
        found += b"".join(line + b"\n" for line in lines if not line.isascii())
        if len(found) >= SAMPLE:
            break
    return found[:SAMPLE]


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


def _is_text(text: DecodedText) -> bool:
    start = text.start(SAMPLE)
    controls = sum(char < " " and char not in "\t\n\r\f\v\x1a" for char in start)
    return controls * 200 <= len(start)
