"""Spelling of names: the words of a name, and the ways each word may be written elsewhere. Pure."""

import unicodedata
from itertools import product

from storage.core.later import for_a_while
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern
from storage.names.folding import folded
from storage.names.short_names import longer

MOST_WORDS = 6
"""Words of a name that are looked at; the rest of a longer one is left aside."""

PARTICLES = frozenset(
    {
        "al", "ap", "bin", "binti", "da", "das", "de", "degli", "dei", "del", "della", "den",
        "der", "di", "do", "dos", "du", "e", "el", "het", "ibn", "la", "las", "le", "los",
        "mac", "mc", "san", "santa", "st", "te", "ten", "ter", "und", "van", "vande", "vander",
        "von", "y", "zu", "zum", "zur",
    }
)  # fmt: skip
"""Words before a surname that say nothing about who it is; lists leave them out."""

_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘‛`´ʹʻʼʽˈ′＇"))
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj", "ð": "dh", "ñ": "ny"}
)
_ONE_SOUND = tuple(
    (lazy_pattern(pattern), sounds)
    # In this order: what passports, keyboards and ears make one of.
    for pattern, sounds in (
        (r"tsch|tch|sch|sh|ch(?=[ei])", "š"), (r"ph", "f"), (r"th", "t"), (r"dt", "t"),
        (r"ai|ay|ei|ey|ej", "y"), (r"ae", "a"), (r"oe", "o"), (r"ue|ou|oo", "u"), (r"ie|ee|ea", "i"),
        (r"(?<=[aeiouyrtgdkb])h(?![aeiouy])|(?<=[rtgdkb])h", ""), (r"ck|q|c(?![eiy])|ks", "k"),
        (r"c|z|ts", "s"), (r"dj", "j"), (r"y", "i"), (r"j(?![aeiou])", "i"), (r"w", "v"),
    )
)  # fmt: skip
_TWICE = lazy_pattern(r"(.)\1+")


@dataclass(frozen=True, slots=True, eq=False)
class SpelledWord:
    """One word of a name with its forms. Compare the fields: two words written alike are not equal."""

    plain: str
    """Folded: ``muller`` for Müller."""
    written: str
    """Distinguishes the word from other words that fold alike."""
    forms: frozenset[str]
    """How the same word is written: ``muller`` and ``mueller``."""
    heard: str
    """The word reduced to roughly its sound."""
    undoubled: str
    """The word with doubled letters written once: Boo and Bo, Hadad and Haddad."""
    stands_for: frozenset[str]
    """The word, and what the word is short for."""

    @classmethod
    @for_a_while(2048)
    def of(cls, plain: str, *also: str) -> "SpelledWord":
        """Make a word from its plain form and other ways to write the word."""
        forms = frozenset((plain, *also))
        written = "|".join((plain, *also))
        return cls(plain, written, forms, sound(plain), undoubled(plain), _stands_for(plain))

    @classmethod
    @for_a_while(2048)
    def of_several(cls, words: tuple["SpelledWord", ...]) -> "SpelledWord":
        """Neighbours written as one: Mc Donald, Anna-Maria, van den Berg."""
        plain = "".join([word.plain for word in words])
        return cls(
            plain,
            "+".join([word.written for word in words]),
            frozenset(map("".join, product(*[word.forms for word in words]))),
            undoubled("".join([word.heard for word in words])),
            undoubled(plain),
            _stands_for(plain),
        )


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name taken apart."""

    words: tuple[SpelledWord, ...]
    marks: frozenset[str]
    """Whoever shares one of these has the same name: letters in a row, and words in any order."""


@for_a_while(2048)
def spelled(name: str) -> Spelling:
    """Take a name apart; without any letter it has no words."""
    bare = unicodedata.normalize("NFC", name).casefold().translate(_APOSTROPHES)
    plain = folded(bare).split()
    out = folded(bare.translate(_SPELLED_OUT)).split()
    words = tuple(
        SpelledWord.of(a, b) for a, b in zip(plain[:MOST_WORDS], out[:MOST_WORDS], strict=True)
    )
    marks = {
        mark
        for each in (plain, out)
        for mark in (" ".join(sorted(each)), "~" + "".join(each))
        if each
    }
    return Spelling(words, frozenset(marks))


def sound(word: str) -> str:
    """Reduce a word to roughly its sound: Mayr and Meier, Sofia and Sophia, Mueller and Muller are one."""
    for pattern, sounds in _ONE_SOUND:
        word = pattern.sub(sounds, word)
    return _TWICE.sub(r"\1", word)


def undoubled(word: str) -> str:
    """Return a word with doubled letters written once."""
    return _TWICE.sub(r"\1", word)


def _stands_for(word: str) -> frozenset[str]:
    return longer(word) | {word}
