"""Correcting a slip of the finger in a time. Pure.

A correction is only ever offered as a question: "did you mean".
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from commands.time.grammar import phrases
from commands.time.languages import LANGUAGES
from commands.time.read import line_of
from commands.time.signs import Sign
from commands.time.tokens import LONGEST, plain, tokens
from commands.time.vocabulary import vocabulary
from storage.core.later import Later

if TYPE_CHECKING:
    from rapidfuzz.distance import OSA
else:
    OSA = Later("rapidfuzz.distance.OSA")

SHORTEST = 4
"""Letters of a word that one may be wrong in."""
LONG = 8
"""Letters of a word that two may be wrong in: wensday, tommorow."""
_NO_EXAMPLES = frozenset({"tomorow"})
"""Slips that are read, and never shown."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_NAMES = (Sign.WEEKDAY, Sign.DAY, Sign.MONTH)


def respelled(text: str, language: str | None = None) -> str | None:
    """The text with one wrong word put right, where it then is a time or a day; else None.

    Names of days and months are compared, of ``language`` and English first, then of the others.
    """
    if len(text) > LONGEST + LONG:
        # With a word put right it would be no shorter, and longer ones are not read.
        return None
    first = [code for code in (language, "en") if code in LANGUAGES]
    codes = list(dict.fromkeys([*first, *LANGUAGES]))
    for wrong in (1, 2):
        for match in _WORD.finditer(text):
            for name in _like(plain(match[0]), codes, wrong):
                tried = f"{text[: match.start()]}{name}{text[match.end() :]}"
                if _is_read(tried):
                    return tried
    return None


def _like(written: str, codes: list[str], wrong: int) -> Iterator[str]:
    """Names with so many letters wrong; two only in long ones."""
    for code in codes:
        for name in _names(code):
            long_enough = wrong == 1 or len(name) >= LONG
            if long_enough and OSA.distance(written, name, score_cutoff=wrong) == wrong:
                yield name


@cache
def _names(code: str) -> tuple[str, ...]:
    """Names of days and months as people write them, longest first."""
    found = {
        words[0]
        for listed in vocabulary(code).own.by_first.values()
        for words, sign, _value in listed
        if sign in _NAMES and len(words) == 1 and len(words[0]) >= SHORTEST
    } - _NO_EXAMPLES
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _is_read(text: str) -> bool:
    line = tokens(text)
    lines = (line_of(line, code) for code in LANGUAGES) if line else ()
    return any(lined is not None and phrases(lined) for lined in lines)
