"""Look-ups that tolerate a slip: words somebody says, matched with the words of known names. Pure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from storage.core.later import Later
from storage.names.likeness import akin
from storage.names.short_names import relatives
from storage.names.spelling import SpelledWord, spelled

if TYPE_CHECKING:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA
else:
    process = Later("rapidfuzz.process")
    OSA = Later("rapidfuzz.distance.OSA")

_SLIPS = 2
_HEARD_FOR = {
    "c": "ksz", "k": "cq", "q": "k", "s": "zc", "z": "sc", "f": "pv", "p": "fb", "v": "wf", "w": "vu",
    "j": "yig", "y": "ji", "i": "jy", "g": "jk", "u": "ow", "o": "u", "a": "e", "e": "a", "t": "d",
    "d": "t", "b": "p", "x": "js",
}  # fmt: skip
"""Letters that a name may begin with when another was heard."""
_SHORTEST = 2
"""Letters of the shorter half of a word that was written as one: Mc Donald."""


def beginnings(said: str) -> list[str]:
    """Return how words begin among which a misspelt word is to be looked for.

    As said, or with the letter that was left out, swapped or taken for another that sounds like it.
    """
    found: set[str] = set()
    for word in spelled(said).words:
        plain = word.plain
        found |= {plain[:1], plain[1:2], *_HEARD_FOR.get(plain[0], "")}
        found |= word.forms | relatives(plain)
        found |= {plain[cut:] for cut in range(_SHORTEST, len(plain) - _SHORTEST + 1)}
    return sorted(found - {""})


def parted(said: str, vocabulary: Sequence[str]) -> Iterator[list[list[str]]]:
    """Yield every way to read what was said: for each word, the known words that may be meant.

    As it stands, neighbours as one word (O Brien), and one word as two (McDonald for Mc Donald).
    """
    words = spelled(said).words
    if not words:
        return
    there = frozenset(vocabulary)
    readings = [words]
    if len(words) > 1:
        readings += [
            (*words[:i], SpelledWord.of_several(words[i : i + 2]), *words[i + 2 :])
            for i in range(len(words) - 1)
        ]
    readings += [
        (*words[:i], *halves, *words[i + 1 :])
        for i, word in enumerate(words)
        for halves in _halves(word, there)
    ]
    alike: dict[str, list[str]] = {}
    for reading in readings:
        parts: list[list[str]] = []
        for word in reading:
            if word.plain not in alike:
                alike[word.plain] = _like(word, vocabulary, there)
            if not alike[word.plain]:
                break
            parts.append(alike[word.plain])
        else:
            yield parts


def _like(word: SpelledWord, vocabulary: Sequence[str], there: frozenset[str]) -> list[str]:
    near = process.extract(
        word.plain, vocabulary, scorer=OSA.distance, score_cutoff=_SLIPS, limit=None
    )
    found = {each for each, _slips, _place in near} | (relatives(word.plain) & there)
    return sorted(
        each
        for each in found | (word.forms & there)
        if each == word.plain or akin(word, SpelledWord.of(each))
    )


def _halves(word: SpelledWord, there: frozenset[str]) -> Iterator[tuple[SpelledWord, SpelledWord]]:
    for cut in range(_SHORTEST, len(word.plain) - _SHORTEST + 1):
        left, right = word.plain[:cut], word.plain[cut:]
        if left in there and right in there:
            yield SpelledWord.of(left), SpelledWord.of(right)
