"""Short answers as a phone types them: "Yes!", "2️⃣", "the second one", "She said it". Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from storage.names import folded


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SIGNS: Final = {**dict.fromkeys("👍👌✅☑✔✓🆗💯", " yes "), **dict.fromkeys("👎❌✖✗✘🚫⛔", " no ")}
"""Signs that say yes or no by themselves; other emoji say nothing and are left out."""
_YES: Final = _words(
    "yes y yep yeah yup ok okay okey sure right correct exactly ja jo jep si sim oui da tak evet hai vale claro"
    " genau stimmt passt richtig 是 好 对"
)
_NO: Final = _words("no n nope nah nein nee non nao nie net nei 不 否 不是")
_FILLERS: Final = _words(
    "i id she he they it its is was the that this one ones please pls thx thanks do the a an of them her his him himself herself themselves"
    " think guess mean meant option number answer nr no. die der das den el la los le les ich meine mit"
)
_ORDINALS: Final = {
    word: n
    for n, words in enumerate(
        (
            "first 1st erste ersten ersteren primero primera premier premiere",
            "second 2nd zweite zweiten segundo segunda deuxieme",
            "third 3rd dritte dritten tercero tercera troisieme",
            "fourth 4th vierte vierten cuarto cuarta quatrieme",
        ),
        1,
    )
    for word in words.split()
}
LAST: Final = _words("last letzte letzten ultimo ultima dernier derniere")
_NUMBER = re.compile(r"(?:(?:nr|no|number|option)\b\.? ?)?[#(]?(\d{1,2})[.):]?", re.IGNORECASE)
_HANDLE = re.compile(r"\bm-(\d{1,6})")
_PICTURES: Final = frozenset({"So", "Sk", "Mn", "Me", "Cf", "Cn", "Co"})
"""Categories of characters that emoji are made of."""


def without_signs(said: str) -> str:
    """Return the words of an answer: emoji that say yes or no as words, others and end marks left out."""
    said = "".join(_SIGNS.get(char, char) for char in said)
    kept = "".join(
        " " if unicodedata.category(char) in _PICTURES and ord(char) > 0x2000 else char
        for char in said
    )
    return " ".join(kept.split()).rstrip(" .!,;…")


def telling(said: str) -> str:
    """Return the folded words of an answer without those that say nothing: "she said it" is "said"."""
    words = folded(without_signs(said)).split()
    return " ".join(each for each in words if each not in _FILLERS)


def yes_or_no(said: str) -> str | None:
    """Return ``yes`` or ``no`` where an answer says nothing else; None otherwise."""
    words = set(folded(without_signs(said)).split()) - {"please", "pls", "do", "it", "that", "is"}
    if words and words <= _YES:
        return "yes"
    return "no" if words and words <= _NO else None


def place(said: str, many: int) -> int | None:
    """Return the place in a list of ``many``, from one, that an answer names; None if it names none."""
    plain = without_signs(said)
    number = _NUMBER.fullmatch(plain)
    if number is not None:
        return int(number[1]) if 1 <= int(number[1]) <= many else None
    words = [each for each in folded(plain).split() if each not in _FILLERS]
    if len(words) != 1:
        return None
    return many if words[0] in LAST else _ORDINALS.get(words[0])


def meant(said: str, options: Sequence[str]) -> int | None:
    """Return which option, from nought, the words of an answer fit and no other; None if none or several.

    The words fit as they are, then without words that say nothing, then as the beginnings of words.
    """
    found = _fitting(said, options)
    return found[0] if len(found) == 1 else None


def fits_several(said: str, options: Sequence[str]) -> bool:
    """Whether the words of an answer fit several options, and do not tell them apart."""
    return len(_fitting(said, options)) > 1


def _fitting(said: str, options: Sequence[str]) -> list[int]:
    words = folded(without_signs(said)).split()
    # A number is a place in the list; as a part of a handle it has its letter.
    words = [
        word for at, word in enumerate(words) if not word.isdecimal() or words[at - 1 : at] == ["m"]
    ]
    rest = [each for each in words if each not in _FILLERS]
    for fits, tried in ((_among, words), (_among, rest), (_begin, rest)):
        found = [at for at, each in enumerate(options) if tried and fits(tried, _each(each))]
        if found:
            return found
    return []


def _each(option: str) -> list[str]:
    """The words of an option; a handle may be typed without its hyphen."""
    handles = [f"m{found[1]}" for found in _HANDLE.finditer(option.casefold())]
    return [*folded(option).split(), *handles]


def _among(words: Sequence[str], option: Sequence[str]) -> bool:
    return set(words) <= set(option)


def _begin(words: Sequence[str], option: Sequence[str]) -> bool:
    """Whether words begin those of an option, "dana w". One alone of several letters may be a command."""
    alone = len(words) == 1 and len(words[0]) == 1
    known = alone or not set(words).isdisjoint(option)
    return known and all(any(each.startswith(word) for each in option) for word in words)
