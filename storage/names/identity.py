"""Comparison of names beside an equal number or address: how far the names may differ. Pure.

Numbers are given again, and families share an address: Paul and Paula, Samir and Samira, father and son of
one name. ``likeness`` says whom to ask about; this says what is so plainly another spelling that nobody
need be asked, when a number or an address speaks for one person as well. Everything else is asked.
"""

from storage.names.likeness import slips, swaps_an_ending
from storage.names.short_names import is_first_name, longer
from storage.names.spelling import PARTICLES, SpelledWord, Spelling, spelled

GENERATIONS = frozenset({"jr", "sr", "jnr", "snr", "junior", "senior", "ii", "iii", "iv"})
"""What tells a father from a son of one name."""
_A_SLIP_FROM = 5
"""Letters of a word from which another letter is a slip: Ji-woo and Ji-won are two people."""


def fits_a_number(one: str, other: str) -> bool:
    """Whether two names beside one employer's number are plainly one person's.

    Other order, case, accents, blanks and umlauts; words left out; short names and initials; and one
    wrong letter inside one long word that does not make another first name of it.
    """
    a, b = spelled(one), spelled(other)
    if _same(a, b) or _has_all_of(a, b):
        return True
    rest = _unmatched(a, b)
    return rest is not None and (
        all(_short(x, y) for x, y in rest) or (len(rest) == 1 and _slip(*rest[0]))
    )


def fits_an_address(one: str, other: str) -> bool:
    """Whether two names beside one address are plainly one person's: no slips, and no other generation."""
    a, b = spelled(one), spelled(other)
    if _generation(a) != _generation(b):
        return False
    if _same(a, b) or _has_all_of(a, b):
        return True
    rest = _unmatched(a, b)
    return rest is not None and all(_short(x, y) and _begins(x, y) for x, y in rest)


def _same(one: Spelling, other: Spelling) -> bool:
    return not one.marks.isdisjoint(other.marks)


def _generation(name: Spelling) -> frozenset[str]:
    return GENERATIONS & {word.plain for word in name.words[1:]}


def _has_all_of(one: Spelling, other: Spelling) -> bool:
    """Whether one has all words of the other and more: a middle name, a second last name."""
    here, there = (_telling(name) for name in (one, other))
    a, b = ({word.plain for word in words} for words in (here, there))
    return len(a & b) > 1 and (a <= b or b <= a)


def _telling(name: Spelling) -> tuple[SpelledWord, ...]:
    return tuple(word for word in name.words if word.plain not in PARTICLES)


def _unmatched(one: Spelling, other: Spelling) -> list[tuple[SpelledWord, SpelledWord]] | None:
    """The words that differ, side by side in their order; None if one name has more, or nothing agrees."""
    here, there = list(_telling(one)), list(_telling(other))
    for word in tuple(here):
        same = next((each for each in there if not each.forms.isdisjoint(word.forms)), None)
        if same is not None:
            here.remove(word)
            there.remove(same)
    agreed = len(_telling(one)) - len(here)
    if len(here) != len(there) or not agreed:
        return None
    return list(zip(here, there, strict=True))


def _short(one: SpelledWord, other: SpelledWord) -> bool:
    a, b = one.plain, other.plain
    if {a, b} & GENERATIONS:
        return False
    initial = min(len(a), len(b)) == 1 and a[0] == b[0]
    known = a in longer(b) or b in longer(a)
    return initial or (known and not swaps_an_ending(a, b))


def _begins(one: SpelledWord, other: SpelledWord) -> bool:
    """Sam and Samuel; Emma and Emily are sisters as often as not."""
    a, b = one.plain, other.plain
    return a.startswith(b) or b.startswith(a)


def _slip(one: SpelledWord, other: SpelledWord) -> bool:
    a, b = one.plain, other.plain
    swapped = sorted(a) == sorted(b)
    names = is_first_name(a) + is_first_name(b)
    return (
        min(len(a), len(b)) >= _A_SLIP_FROM
        and a[0] == b[0]
        and slips(a, b) == 1
        and not a.startswith(b)
        and not b.startswith(a)
        and not swaps_an_ending(a, b)
        # Marta is as near to Maria as a slip, and no slip.
        and (names == 0 or (names == 1 and swapped))
    )
