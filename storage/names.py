"""Names folded for search: without case, accents or word order. Pure; the index tables hold the result."""

import unicodedata
from difflib import SequenceMatcher

LIKE_ENOUGH = 0.84
"""Two folded names this alike are worth a question; "alxe kim" and "alex kim" come to 0.875."""

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def folded(text: str) -> str:
    """Casefolded, accents stripped, words separated by one space; may be empty."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    bare = bare.casefold().translate(_LETTERS_WITHOUT_DECOMPOSITION)
    bare = bare.replace("'", "").replace("’", "")
    # Vowel signs of Indic scripts, Thai and others are marks that belong to their letters.
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in bare)
    return " ".join("".join(kept).split())


def words(name: str) -> tuple[str, ...]:
    """The distinct folded words of a name, in order."""
    return tuple(dict.fromkeys(folded(name).split()))


def full_key(name: str) -> str:
    """The key under which a name meets itself in another word order."""
    return " ".join(sorted(folded(name).split()))


def keys(name: str) -> tuple[str, ...]:
    """Every key a name is found under: itself, and each word with the initials of the others."""
    parts = sorted(folded(name).split())
    near = (
        " ".join(sorted(p if i == kept else p[0] for i, p in enumerate(parts)))
        for kept in range(len(parts))
    )
    return tuple(dict.fromkeys((" ".join(parts), *(near if len(parts) > 1 else ()))))


def alike(one: str, other: str) -> bool:
    """Whether two names may well mean one person: same words, a short form, or a slip of the finger."""
    a, b = sorted(folded(one).split()), sorted(folded(other).split())
    if a == b:
        return True
    if len(a) == len(b) and all(
        x.startswith(y) or y.startswith(x) for x, y in zip(a, b, strict=True)
    ):
        return True
    matcher = SequenceMatcher(None, " ".join(a), " ".join(b), autojunk=False)
    return matcher.quick_ratio() >= LIKE_ENOUGH and matcher.ratio() >= LIKE_ENOUGH
