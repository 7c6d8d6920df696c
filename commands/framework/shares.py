"""Shares as people write them: 60%, 2/3, 0.667, two thirds, 50%+1, a majority. Exact and pure."""

from fractions import Fraction
from math import ceil, floor

from commands.framework.i18n import _
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern

MOST_LETTERS = 40

_PERCENT = lazy_pattern(
    r"(\d{1,3}(?:[.,]\d{1,4})?) ?(?:%|percent|per cent|pct|prozent|por ?ciento)"
)
_FRACTION = lazy_pattern(r"(\d{1,3}) ?[/⁄] ?(\d{1,3})")
_DECIMAL = lazy_pattern(r"0?[.,](\d{1,6})|1[.,]0+")
_MORE = lazy_pattern(r"(?:50 ?%|1 ?/ ?2|half|½) ?(?:\+|plus) ?(?:1|one)(?: vote| ballot)?")
_MORE_WORDS = frozenset(
    {
        "majority", "a majority", "simple majority", "a simple majority", "the majority",
        "more than half", "over half", "absolute majority", "an absolute majority",
        ">50%", "> 50%", "more than 50%", "over 50%", "mehrheit", "einfache mehrheit", "mayoría",
        "mayoria", "majorité", "maggioranza", "maioria", "meerderheid", "większość", "多数", "過半数",
    }
)  # fmt: skip
_ALL_WORDS = frozenset({"all", "everybody", "everyone", "unanimous", "the whole", "alle", "todos"})
_TOPS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_BELOWS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4,
    "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6,
}  # fmt: skip
_SIGNS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5),
          "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6)}  # fmt: skip
_ROUNDED = tuple(Fraction(a, b) for a, b in ((1, 3), (2, 3), (1, 6), (5, 6)))
"""Parts that no decimal number is equal to, and that people write as one."""


@dataclass(frozen=True, slots=True)
class Share:
    """An exact part of a whole; with ``more``, strictly more than that part, as a majority is of half."""

    part: Fraction
    more: bool = False

    def of(self, whole: int) -> int:
        """How many of ``whole`` the share is, rounded up: at least one."""
        return floor(self.part * whole) + 1 if self.more else max(1, ceil(self.part * whole))

    @property
    def words(self) -> str:
        """The share as shown to people: 60%, 2/3, more than half."""
        if self.more:
            return _("more than half")
        percent = self.part * 100
        if (percent * 100).denominator == 1:
            return f"{float(percent):g}%"
        return f"{self.part.numerator}/{self.part.denominator}"

    @property
    def typed(self) -> str:
        """The share in one word, as it can be typed again."""
        return "50%+1" if self.more else self.words


def read_share(raw: str) -> Share | None:
    """The share somebody wrote, above nothing and up to all; None for what is none."""
    words = " ".join(raw.casefold().split())[:MOST_LETTERS].rstrip(" .")
    words = words.removesuffix(" of us").removesuffix(" of them")
    if words in _MORE_WORDS or _MORE.fullmatch(words):
        return Share(Fraction(1, 2), more=True)
    words = words.removesuffix(" majority")
    part = Fraction(1) if words in _ALL_WORDS else _part(words)
    return Share(part) if part is not None and 0 < part <= 1 else None


def _part(words: str) -> Fraction | None:
    if words in _SIGNS:
        return Fraction(*_SIGNS[words])
    if match := _PERCENT.fullmatch(words):
        return _meant(match[1].replace(",", "."), 100)
    if match := _FRACTION.fullmatch(words):
        return Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    if _DECIMAL.fullmatch(words):
        return _meant("0" * words.startswith((".", ",")) + words.replace(",", "."), 1)
    top, _space, below = words.replace("-", " ").partition(" ")
    if top in _BELOWS and not below:
        top, below = "a", top
    if top in _TOPS and below in _BELOWS:
        return Fraction(_TOPS[top], _BELOWS[below])
    return None


def _meant(number: str, whole: int) -> Fraction:
    """66.7% and 0.667 are two thirds, rounded or cut off; 67% and 0.65 are what they say."""
    digits = len(number.partition(".")[2])
    said = Fraction(number)
    if digits >= (1 if whole > 1 else 3):
        step = Fraction(1, 10**digits)
        for part in _ROUNDED:
            exact = part * whole
            if said in {round(exact, digits), floor(exact / step) * step}:
                return part
    return said / whole
