"""What a word looks like to somebody tired, in whatever script it is written. Pure."""

import unicodedata

_LIKE = str.maketrans(
    "абвгезикмнопрстухьіјѕԁԛԝһαβγεηικνορτυχϲζμ01|ıłøđ",
    "a6bre3ukmhonpctyxbijsdqwhabyenikvoptuxczuollilod",
)
"""Letters and digits by the Latin letter that they look like (Unicode Technical Standard 39), small ones."""


def looks(word: str) -> str:
    """Return a word without case, accents, spaces and signs, each letter as the Latin one that it looks like.

    Words for which it returns the same may be taken for one another.
    """
    apart = unicodedata.normalize("NFKD", word.casefold())
    kept = (each for each in apart if unicodedata.category(each)[0] in {"L", "N"})
    return "".join(kept).translate(_LIKE).replace("rn", "m").replace("vv", "w").replace("i", "l")
