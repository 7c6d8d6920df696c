"""Cutting typed words into tokens: numbers, pairs of numbers, words, marks. Pure and total."""

import re
import unicodedata
from dataclasses import replace
from enum import Enum, auto

from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern

LONGEST = 80
"""Letters; a longer text is not a time."""
MOST = 24
"""Words, numbers and marks; the longest times that people write have sixteen."""

_BARE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "'": " ", "’": " ", "‘": " ", "ʼ": " ", "\xa0": " "}
)
# º and ª would become letters.
_MARKS = str.maketrans({"º": ".", "ª": ".", "°": ".", "–": "-", "—": "-", "−": "-", "~": "-"})


class Shape(Enum):
    """The shape of a token."""

    NUMBER = auto()
    ORDINAL = auto()
    CLOCK = auto()
    """19:30"""
    DOTTED = auto()
    """19.30 or 19.3: a time or a day"""
    DAY = auto()
    """14.4. or 14.4.2026: year, month, day, the year perhaps 0"""
    SLASHED = auto()
    """4/5 or 4/5/2026: which is the month depends on where one comes from"""
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``text`` as written, folded, and ``numbers`` as its shape says."""

    shape: Shape
    text: str
    numbers: tuple[int, ...] = ()
    glued: bool = False
    """Whether a hyphen joins it to the word before: mon-fri, twenty-first."""


_PATTERN = lazy_pattern(
    r"""\s*(?:
      (?P<iso>\d{4}-\d{1,2}-\d{1,2})(?:t(?=\d))?
    | (?P<big>\d{4}/\d{1,2}/\d{1,2})(?![\d/])
    | (?P<dashed>\d{1,2}-\d{1,2}-\d{4})(?!\d)
    | (?P<day>\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4}(?!\d)|\d{2}(?![\d:]))?)
    | (?P<dotted>\d{1,2}\.\d{1,2})(?![\d.])
    | (?P<slashed>\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?)(?![\d/])
    | (?P<clock>\d{1,2}:\d{2})(?::00)?(?!\d)
    | (?P<ordinal>\d{1,2}(?:st|nd|rd|th|er|eme|ste|de|e)(?![^\W\d])|\d{1,2}\.(?=[\s,]|$))
    | (?P<number>\d{1,4})(?!\d)
    | (?P<half>[ap](?=\.?\s?m\b)(?:\.\s?m\.?|m\b))
    | (?P<cjk>[\u3400-\u9fff])
    | (?P<word>(?:(?![\u3400-\u9fff])[^\W\d_])+)\.?
    | (?P<hyphen>(?<=\w)-(?=[^\W\d_]))
    | (?P<mark>[-,@])
    )""",
    re.VERBOSE,
)


_DASHED_MONTH = lazy_pattern(r"\b(\d{1,2})([-/.])([^\W\d_]{3,})\.?\2(\d{4}|\d{2})\b")


_SHORT_YEAR = lazy_pattern(r"(?<!\w)['’‘ʼ](\d{2})\b")
_COUNTED_WEEKDAY = lazy_pattern(r"\b([2-6])\s?(?:[aª][\s-]?feira\b|ª)", re.IGNORECASE)
_PORTUGUESE = {"2": "segunda", "3": "terça", "4": "quarta", "5": "quinta", "6": "sexta"}
"""Weekdays are numbers in Portuguese: 6ª is Friday, and no day of a month."""


def _spaced(match: re.Match[str]) -> str:
    """14-dic-25 is 14 dic 2025."""
    return f"{match[1]} {match[3]} {_full(int(match[4]))}"


def plain(text: str) -> str:
    """Without case, accents and apostrophes, as words are compared."""
    wide = unicodedata.normalize("NFKC", text.translate(_MARKS)).casefold()
    spread = unicodedata.normalize("NFKD", wide)
    return "".join(c for c in spread if not unicodedata.combining(c)).translate(_BARE).strip()


def tokens(text: str) -> list[Token] | None:
    """Cut a text into tokens; None when something in it cannot belong to a time."""
    if len(text) > LONGEST:
        return None
    text = _COUNTED_WEEKDAY.sub(lambda match: f" {_PORTUGUESE[match[1]]} ", text)
    text = _SHORT_YEAR.sub(r"20\1", text)
    words = _DASHED_MONTH.sub(_spaced, plain(text)).rstrip(" .!")
    if len(words) > 2 * LONGEST:
        # One sign may stand for a dozen letters.
        return None
    if re.search(r"[\d]\.$", text.rstrip()):
        words += "."
    found: list[Token] = []
    at = 0
    glued = False
    while at < len(words):
        match = _PATTERN.match(words, at)
        if match is None:
            return None
        at = match.end()
        if match.lastgroup == "hyphen":
            glued = True
        elif match.lastgroup is not None:
            found.append(replace(_token(match.lastgroup, match[match.lastgroup]), glued=glued))
            glued = False
            if len(found) > MOST:
                return None
    return found


def _token(group: str, text: str) -> Token:
    numbers = tuple(int(part) for part in re.findall(r"\d+", text))
    if group in {"clock", "dotted", "ordinal", "number"}:
        return Token(Shape[group.upper()], text, numbers)
    if group == "slashed":
        first, second, year = (*numbers, 0)[:3]
        return Token(Shape.SLASHED, text, (first, second, _full(year)))
    if group in {"iso", "big", "dashed", "day"}:
        year, month, day = numbers if group in {"iso", "big"} else (*numbers, 0)[2::-1]
        return Token(Shape.DAY, text, (_full(year), month, day))
    return Token(Shape.WORD, f"{text[0]}m" if group == "half" else text)


def _full(year: int) -> int:
    """26 is 2026."""
    return 2000 + year if 0 < year < 100 else year
