"""Words of people with the signs they typed: 准备好了吗？ and not 准备好了吗?, where others read them.

A line is read with plain signs (clean.py), so that ： and ｜ part what : and | part. What of it is a text of
somebody's own, a question, a title, a note, gets its full-width signs and digits back. Letters stay plain, and so do
digits behind a sign or a letter: M-４１ is the handle M-41 in every text.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from commands.framework.clean import plain, with_full_width
from commands.framework.mentions import shown
from storage.core.lazy_pattern import lazy_pattern

_KEPT = "！？，：；（）．％～"
_WIDE_DIGITS = "０１２３４５６７８９"
_ANY = lazy_pattern(f"[{_KEPT}{_WIDE_DIGITS}]")
_PLAIN = lazy_pattern(
    f"(?<![A-Za-z#@_＿０-９0-9－-])[{_WIDE_DIGITS}]+|[{_KEPT}]|(?P<other>[\uff01-\uff5e])"
)

_line: ContextVar[str] = ContextVar("line", default="")


@contextmanager
def written(line: str) -> Iterator[None]:
    """Give words that are read inside the block the signs with which they stand in this line."""
    token = _line.set(line)
    try:
        yield
    finally:
        _line.reset(token)


def as_written(words: str) -> str:
    """Return words of the line as they were typed there; as they are, if they do not stand there, or in two ways."""
    line = _line.get()
    if not _ANY.search(line):
        return words
    typed = unicodedata.normalize("NFC", " ".join(with_full_width(shown(line)).split()))
    typed = _PLAIN.sub(lambda found: plain(found[0]) if found["other"] else found[0], typed)
    read = plain(typed)
    if len(read) != len(typed) or not words:
        return words
    found = {typed[at : at + len(words)] for at in _places(words, read)}
    return found.pop() if len(found) == 1 else words


def _places(words: str, line: str) -> Iterator[int]:
    at = line.find(words)
    while at >= 0:
        yield at
        at = line.find(words, at + 1)
