"""Search keys of names: two spellings of one name share a key. Pure.

Likeness is judged two names at a time; these keys say which two are worth a judge's time. A key survives
what people do to a name: the index holds ``keys``, and of people who were forgotten only markers made of
``same_name`` and ``other_spellings`` are left, so that no name has to be kept to meet them again.
"""

from collections.abc import Iterator
from itertools import combinations

from storage.names.folding import full_key
from storage.names.folding import words as words_of
from storage.names.short_names import is_first_name, longer
from storage.names.spelling import PARTICLES, SpelledWord, spelled

_PAIRED = 4
"""Words of a name that are paired with each other."""
_SLIP_FROM = 4
"""Letters of a word from which one of them may be wrong; shorter words are too often another's name."""
_NAMES_UPTO = 5
"""Letters of a first name up to which one letter makes it another: Ana and Ada, Paul and Paula."""
_CONTRACTED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))


def keys(name: str) -> tuple[str, ...]:
    """Return every key a name is found under; the first is its ``full_key``.

    A word of the name with how another one begins or ends: one of two words may be wrong, short or left
    out. And all its letters, sorted: blanks, hyphens, order and swapped letters make no difference.
    """
    words = _telling(name)
    letters = "".join(sorted("".join(word.heard for word in spelled(name).words)))
    found = [full_key(name), f"~{letters}", *_paired(words), *_outlines(words)]
    if len(words) == 1:
        found.append(single(words[0].plain))
    return tuple(dict.fromkeys(found))


def findable(name: str) -> tuple[str, ...]:
    """Return the words under which a search finds somebody: Müller under ``muller`` and ``mueller``."""
    spelled_out = (form for word in spelled(name).words for form in sorted(word.forms))
    return tuple(dict.fromkeys((*words_of(name), *spelled_out)))


def single(word: str) -> str:
    """Return the key of a name of one word."""
    return f"={word}"


def alone_under(key: str) -> str | None:
    """Return the word if a key is the key of a name of one word; else None."""
    return key[1:] if key.startswith("=") else None


def same_name(name: str) -> frozenset[str]:
    """Return keys that stay the same in other order, case, accents, blanks, hyphens, umlauts."""
    return frozenset({full_key(name)} | spelled(name).marks) - {""}


def other_spellings(name: str) -> frozenset[str]:
    """Return keys shared with similar names: short forms, sound, a word less, a letter wrong.

    Two names that share one are not yet one person's.
    """
    words = _telling(name)
    plain = tuple(word.plain for word in words)
    letters = {
        "".join(sorted("".join(word.plain for word in said)))
        for said in (words, spelled(name).words)
    }
    found = {" ".join(sorted(word.heard for word in words)), *(f"~{each}" for each in letters)}
    found |= {" ".join(sorted(said)) for said in _contracted(plain)}
    shorter = [plain]
    if len(plain) > 2:
        shorter += list(combinations(plain, len(plain) - 1))
    if len(plain) > 3:
        shorter += list(combinations(plain, 2))
    for some in shorter:
        found.add(" ".join(sorted(some)))
        for place, word in enumerate(some):
            others = (*some[:place], *some[place + 1 :])
            found |= {" ".join(sorted((*others, long))) for long in longer(word)}
    for place, word in enumerate(plain):
        others = (*plain[:place], *plain[place + 1 :])
        found |= {" ".join(sorted((*others, f"-{less}"))) for less in _a_letter_less(word)}
    return frozenset(found) - {"", "~"}


def _telling(name: str) -> tuple[SpelledWord, ...]:
    """Return the words that tell people apart; all words when there is no other."""
    words = spelled(name).words
    return tuple(word for word in words if word.plain not in PARTICLES) or words


def _paired(words: tuple[SpelledWord, ...]) -> Iterator[str]:
    for place, word in enumerate(words[:_PAIRED]):
        if len(word.plain) < 2:
            continue
        for other in (*words[:place], *words[place + 1 : _PAIRED]):
            for initial in sorted({each[0] for each in (other.plain, *longer(other.plain))}):
                yield f"{word.heard} {initial}-"
            yield f"{word.heard} -{other.plain[-2:]}"


def _outlines(words: tuple[SpelledWord, ...]) -> Iterator[str]:
    """Where two words and more are wrong: how each begins, and how each begins and ends."""
    if len(words) > 1:
        yield ".".join(sorted(word.plain[:2] for word in words))
        yield ":".join(sorted(word.plain[0] + word.plain[-1] for word in words))


def _contracted(plain: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    said = plain
    for two, one in _CONTRACTED:
        said = tuple(word.replace(two, one) for word in said)
    yield said


def _a_letter_less(word: str) -> set[str]:
    """Return the word, and the word without any one letter: words with one wrong letter share an element."""
    if len(word) < _SLIP_FROM or (len(word) <= _NAMES_UPTO and is_first_name(word)):
        return set()
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}
