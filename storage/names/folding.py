"""Words folded for search: without case and accents. Pure; the index tables hold the result."""

import unicodedata
from collections.abc import Callable

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


_REMEMBERED = 4_096
"""Letters; those of a few scripts. Whoever sends all of Unicode does not fill the memory."""


class _PerLetter(dict[int, str | int | None]):
    """A table for ``str.translate``, filled as letters come up: one look each, and no loop in Python."""

    def __init__(self, becomes: Callable[[str], str | int | None]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, code: int) -> str | int | None:
        found = self._becomes(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = found
        return found


_WITHOUT_ACCENTS = _PerLetter(lambda c: None if unicodedata.combining(c) else ord(c))
# Vowel signs of Indic scripts, Thai and others are marks that belong to their letters.
_SPACED = _PerLetter(
    lambda c: (
        ord(c) if c.isalnum() or unicodedata.category(c)[0] == "M" else None if c in "'’" else " "
    )
)


def folded(text: str) -> str:
    """Casefold, strip accents, and separate words by one space; may be empty."""
    if text.isascii():
        # Most text, and a third of the time: nothing there has accents.
        return " ".join(text.lower().translate(_SPACED).split())
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_WITHOUT_ACCENTS)
    bare = bare.casefold().translate(_LETTERS_WITHOUT_DECOMPOSITION)
    return " ".join(bare.translate(_SPACED).split())


def words(name: str) -> tuple[str, ...]:
    """Return the distinct folded words of a name, in order."""
    return tuple(dict.fromkeys(folded(name).split()))


def full_key(name: str) -> str:
    """Return a key of the name that does not depend on the order of words."""
    return " ".join(sorted(folded(name).split()))
