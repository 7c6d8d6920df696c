"""Likelihood that two names are one person's: the one place that judges likeness. Pure.

Each word of one name is held against a word of the other. Words that agree speak for one person, the more
so the rarer they are; words that differ speak against it. What is said for and against is added up in
bits, and has to overcome how many people there are (Fellegi and Sunter, A Theory for Record Linkage,
1969; rarity as in Winkler, Frequency-Based Matching in the Fellegi-Sunter Model, 2000).

A name is never enough to act on. What passes here is worth a question, no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations, pairwise
from math import log2
from typing import TYPE_CHECKING

from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass
from storage.names.short_names import is_first_name, short_for_one_another
from storage.names.spelling import PARTICLES, SpelledWord, Spelling, spelled

if TYPE_CHECKING:
    from rapidfuzz.distance import OSA
else:
    OSA = Later("rapidfuzz.distance.OSA")

CERTAIN = 64.0
"""Bits of one name in two spellings that nobody takes for two: other order, case, accents, blanks."""

_BACKGROUND = 550
"""People of an imagined company that every unit is part of: what is rare among ten is not rare."""
_USUAL = {1: 0.04, 2: 0.006, 3: 0.004, 4: 0.003, 5: 0.002}
_LONG = 0.0012
"""The share of people with a name of so many letters; short names are common ones."""

_KNOWN = 0.5
"""Bits less that are asked for where what is common is counted, not supposed."""
_MANY = 12
"""Bearers of a word from which it alone says little about who it is."""

# Bits, found on one half of a public set and checked on others: ``make bench ARGS=matching``.
_DIFFERENT = -20.0
_LEFT_OUT = -0.5
"""A middle name, or the second of two surnames."""
_ALONE = -1.2
"""One word that is all there is of a name, of which one does not know how many have it."""
_SAME = -0.2
_OTHERWISE = -1.5
_SOUND = -3.5
_SHORT = -5.0
_CUT = -6.5
_SLIP = -2.6
_TRANSPOSED = 3.0
_SECOND_SLIP = -2.5
_FIRST_LETTER = -3.0
_TWO_NAMES = -7.0
_ENDING = -6.5
_FEW_LETTERS = -5.5
_INITIAL = 3.0

_HELD = 400
"""Words that are remembered, and for each of them others that it was held against."""

_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Commonness:
    """How many people of a unit have each word in their names; without a unit, usual shares."""

    people: int = 0
    bearers: Mapping[str, int] = field(default_factory=dict)
    held: dict[str, dict[str, float]] = field(default_factory=dict, repr=False, compare=False)
    """Bits of two words that were held against each other, for a while: long lists repeat theirs."""

    def share(self, word: str) -> float:
        """Return the share of other people with a word, a unit's few balanced with what is usual."""
        usual = _USUAL.get(len(word), _LONG) * _BACKGROUND
        return (max(self.bearers.get(word, 0) - 1, 0) + usual) / (self.people + _BACKGROUND)

    @property
    def doubt(self) -> float:
        """Bits that have to be overcome: one out of so many; fewer where one knows what is common."""
        everybody = self.people + _BACKGROUND
        return log2(everybody) - _KNOWN * self.people / everybody


USUAL = Commonness()


def alike(one: str, other: str, common: Commonness = USUAL) -> bool:
    """Whether two names may well be one person's, so that somebody is to be asked."""
    return evidence(spelled(one), spelled(other), common) >= 0


def evidence(one: Spelling, other: Spelling, common: Commonness = USUAL) -> float:
    """Bits that speak for (0 and more) or against two names being one person's."""
    if not one.words or not other.words:
        return _DIFFERENT
    if not one.marks.isdisjoint(other.marks) and not _says_little(one, common):
        return CERTAIN
    longer_one, shorter = one.words, other.words
    if len(longer_one) == len(shorter) == 2:
        return _two_beside_two(longer_one, shorter, common) - common.doubt
    if len(longer_one) < len(shorter):
        longer_one, shorter = shorter, longer_one
    best = max(_aligned(parts, shorter, common) for parts in _joined(longer_one, len(shorter)))
    return best - common.doubt


def akin(one: SpelledWord, other: SpelledWord) -> bool:
    """Whether two words may be one name: another spelling, a short form, or a slip or two."""
    return len(one.plain) > 1 < len(other.plain) and _kind(one, other) > _DIFFERENT


def is_short(one: str, other: str) -> bool:
    """Whether one folded word is short for the other: known as such, or an initial, or how it begins."""
    short, long = sorted((one, other), key=len)
    return short_for_one_another(one, other) or (short != long and long.startswith(short))


def rarity(name: Spelling, common: Commonness) -> float:
    """Bits by which a name is too rare for another of so many people to have it by chance."""
    telling = [word for word in name.words if word.plain not in PARTICLES and len(word.plain) > 1]
    return -sum(log2(common.share(word.plain)) for word in telling) - log2(
        common.people + _BACKGROUND
    )


def _says_little(name: Spelling, common: Commonness) -> bool:
    """A first name alone, of which there are many."""
    return len(name.words) == 1 and common.bearers.get(name.words[0].plain, 0) > _MANY


def _joined(words: tuple[SpelledWord, ...], count: int) -> Iterator[tuple[SpelledWord, ...]]:
    """The words as they are, and neighbours written as one so that ``count`` are left."""
    yield words
    if len(words) > count:
        for cuts in combinations(range(1, len(words)), count - 1):
            edges = (0, *cuts, len(words))
            yield tuple(
                [
                    words[a] if b - a == 1 else SpelledWord.of_several(words[a:b])
                    for a, b in pairwise(edges)
                ]
            )


def _two_beside_two(
    left: tuple[SpelledWord, ...], right: tuple[SpelledWord, ...], common: Commonness
) -> float:
    """What ``_aligned`` says of two words and two, as most names have them, in half the time."""
    (a, b), (c, d) = left, right
    if a.plain == c.plain:
        return _word(a, c, common) + _word(b, d, common)
    if b.plain == c.plain or a.plain == d.plain:
        return _word(a, d, common) + _word(b, c, common)
    if b.plain == d.plain:
        return _word(a, c, common) + _word(b, d, common)
    straight = _word(a, c, common), _word(b, d, common)
    crossed = _word(a, d, common), _word(b, c, common)
    # The best pair first, whatever is left of it; of two alike the one in its place.
    return sum(straight) if max(straight) >= max(crossed) else sum(crossed)


def _aligned(
    longer_one: tuple[SpelledWord, ...], shorter: tuple[SpelledWord, ...], common: Commonness
) -> float:
    """The bits of the best way to put the words of one name beside those of the other."""
    left, right, total = list(longer_one), [], 0.0
    for word in shorter:
        for place, each in enumerate(left):
            if each.plain == word.plain:
                del left[place]
                total += _word(each, word, common)
                break
        else:
            right.append(word)
    over: Sequence[int] = range(len(left))
    if right:
        bits, over = _paired(left, right, common)
        total += bits
    if len(shorter) == 1:
        # The only Okafor may well be Sam Okafor; whether there is only one has to be known.
        return total if common.people else total + _ALONE * (len(longer_one) > 1)
    return total + sum(_left_out(left[i].plain) for i in over)


def _paired(
    left: list[SpelledWord], right: list[SpelledWord], common: Commonness
) -> tuple[float, Sequence[int]]:
    """The bits of each word on the right with one on the left, the best pairs first; what is left over."""
    beside = [
        (_word(a, b, common), -abs(i - j), i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
    ]
    if len(beside) == 1:
        return beside[0][0], ()
    beside.sort(reverse=True)
    over, under, total = list(range(len(left))), list(range(len(right))), 0.0
    for bits, _far, i, j in beside:
        if i in over and j in under:
            over.remove(i)
            under.remove(j)
            total += bits
            if not under:
                break
    return total, over


def _left_out(word: str) -> float:
    return 0.0 if word in PARTICLES else _LEFT_OUT / 2 if len(word) == 1 else _LEFT_OUT


def _word(one: SpelledWord, other: SpelledWord, common: Commonness) -> float:
    """The bits of two words; remembered as long as the people are who were counted."""
    if not common.people:
        return _bits(one, other, common)
    beside = common.held.get(one.written)
    if beside is None:
        if len(common.held) >= _HELD:
            common.held.clear()
        beside = common.held[one.written] = {}
    bits = beside.get(other.written)
    if bits is None:
        if len(beside) >= _HELD:
            beside.clear()
        bits = beside[other.written] = _bits(one, other, common)
    return bits


def _bits(one: SpelledWord, other: SpelledWord, common: Commonness) -> float:
    a, b = one.plain, other.plain
    if a == b:
        if a in PARTICLES:
            return 0.0
        return _INITIAL if len(a) == 1 else _SAME - log2(common.share(a))
    if len(a) == 1 or len(b) == 1:
        return _INITIAL - 0.5 if a[0] == b[0] else _DIFFERENT
    kind = _kind(one, other)
    if kind == _DIFFERENT:
        return _DIFFERENT
    # Either may be the slip: the rarer one says more.
    return kind + log2(1 / common.share(a) + 1 / common.share(b)) - 1


def _kind(one: SpelledWord, other: SpelledWord) -> float:
    """In what way two words may be one, as bits; ``_DIFFERENT`` when in none."""
    if not one.forms.isdisjoint(other.forms):
        return _OTHERWISE
    short, long = one.plain, other.plain
    if len(short) > len(long):
        short, long = long, short
    more = len(long) - len(short)
    cut = more > 1 and long.startswith(short)
    found = _DIFFERENT
    if not one.stands_for.isdisjoint(other.stands_for):
        found = _SHORT
    elif cut and 3 <= len(short) <= 5:
        found = _CUT
    if one.heard == other.heard or one.undoubled == other.undoubled:
        found = _SOUND
    most = 1 if len(long) <= 6 else 2
    if more <= most and len(short) > 2 and not cut:
        slips = OSA.distance(short, long, score_cutoff=most)
        if slips <= most:
            found = max(found, _slip(short, long, slips))
    return found


def _slip(a: str, b: str, slips: int) -> float:
    bits = _SLIP + (slips - 1) * _SECOND_SLIP
    if max(len(a), len(b)) <= 4:
        bits += _FEW_LETTERS
    if len(a) == len(b) and sorted(a) == sorted(b):
        return bits + _TRANSPOSED
    if a[0] != b[0]:
        bits += _FIRST_LETTER
    if _inflected(*sorted((a, b), key=len)):
        bits += _ENDING
    if is_first_name(a) and is_first_name(b):
        bits += _TWO_NAMES
    return bits


def slips(one: str, other: str) -> int:
    """Letters that are wrong, missing, too many or swapped between two folded words."""
    return int(OSA.distance(one, other))


def swaps_an_ending(one: str, other: str) -> bool:
    """Whether two folded words differ by what makes a name a woman's or a man's."""
    short, long = sorted((one, other), key=len)
    return _inflected(short, long)


def _inflected(short: str, long: str) -> bool:
    """Mario and Maria, Paul and Paula: what makes a name a woman's, a man's or a married woman's."""
    return long[-1] in _VOWELS and (
        short == long[:-1] or (short[:-1] == long[:-1] and short[-1] in _VOWELS)
    )
