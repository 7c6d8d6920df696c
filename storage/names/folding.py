"""Words folded for search: without case and accents. Pure; the index tables hold the result."""

import unicodedata

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def folded(text: str) -> str:
    """Casefold, strip accents, and separate words by one space; may be empty."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    bare = bare.casefold().translate(_LETTERS_WITHOUT_DECOMPOSITION)
    bare = bare.replace("'", "").replace("’", "")
    # Vowel signs of Indic scripts, Thai and others are marks that belong to their letters.
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in bare)
    return " ".join("".join(kept).split())


def words(name: str) -> tuple[str, ...]:
    """Return the distinct folded words of a name, in order."""
    return tuple(dict.fromkeys(folded(name).split()))


def full_key(name: str) -> str:
    """Return a key of the name that does not depend on the order of words."""
    return " ".join(sorted(folded(name).split()))
