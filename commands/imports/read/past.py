"""Reading what organizers kept in a list of their own: ratings, days of talks, leaders. Pure.

Everybody's scale is another one, and some run the other way round. So no rating is taken before somebody
has said what each of the list's words stands for here.
"""

import re
from collections.abc import Mapping
from typing import Final

from commands.framework.clean import straighten
from storage.core.model import Assessment
from storage.names import folded

UNRATED: Final = "none"
"""What a word of the list stands for that says nothing here."""
_NO_FRACTION = re.compile(r"(?<=\d)[.,]0+$")
_SIGNS = re.compile(r"\+{1,3}|-{2,3}")
_YES = frozenset(
    [
        "x",
        "yes",
        "y",
        "true",
        "1",
        "ja",
        "j",
        "oui",
        "si",
        "sim",
        "s",
        "sì",
        "vero",
        "wahr",
        "leader",
        "natural",
        "lider",
        "key",
        "tak",
        "da",
        "是",
        "✓",
        "✔",
        "✅",
        "☑",
        "•",
        "●",
    ]
)
_NO = frozenset(
    [
        "no",
        "n",
        "false",
        "0",
        "nein",
        "nee",
        "non",
        "nao",
        "nej",
        "nie",
        "falso",
        "falsch",
        "否",
        "✗",
        "✘",
        "❌",
        "☐",
        "○",
    ]
)


def code_key(word: str) -> str:
    """A list's own word for a rating without case and blanks; ``2.0`` is ``2``, while ``A`` and ``A+`` differ."""
    return _NO_FRACTION.sub("", " ".join(straighten(word).casefold().split()))


def is_signs(cell: str) -> bool:
    """Whether a cell is pluses or minuses, which elsewhere begin a formula."""
    return _SIGNS.fullmatch(cell.strip()) is not None


SAME: Final[Mapping[str, str]] = {str(n): str(n) for n in range(1, 6)}
TURNED: Final[Mapping[str, str]] = {str(n): str(6 - n) for n in range(1, 6)}
"""A scale on which 5 is the best."""


def rating_of(meaning: str) -> Assessment | None:
    """The rating here that a word of the list was said to stand for; None for no rating."""
    return None if meaning in {UNRATED, "0"} else Assessment(int(meaning))


def is_meaning(word: str) -> bool:
    """Whether a word may stand behind the equals sign of a rating."""
    return word in {UNRATED, "0", *SAME}


def said_leader(cell: str) -> bool | None:
    """Whether a cell says that somebody is a leader; None when it says neither yes nor no."""
    word = cell.strip().casefold()
    for words, meaning in ((_YES, True), (_NO, False)):
        if word in words or folded(word) in words:
            return meaning
    return None
