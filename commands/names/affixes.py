"""Affixes of names: titles, generations, degrees. Pure.

Names that come in (``said``) and names that go out (``parts``) are read with the same affixes.
"""

import re
from collections.abc import Sequence


def listed(words: str) -> frozenset[str]:
    """The words of a table as a set."""
    return frozenset(words.split())


_GENERATIONS = {"jr": "Jr.", "sr": "Sr.", "jnr": "Jnr.", "snr": "Snr.", "ii": "II", "iii": "III",
                "iv": "IV", "2nd": "2nd", "3rd": "3rd", "filho": "Filho", "neto": "Neto",
                "fils": "fils", "junior": "Junior", "senior": "Senior"}  # fmt: skip
"""What tells a child from a parent of one name; it stays, after the name and without a comma."""
_NUMERALS = frozenset({"II", "III", "IV"})
_ABBREVIATED = frozenset({"jr", "sr", "jnr", "snr"})
_DEGREES = listed(
    "rn lpn cna np pac crna bsn msn dnp aprn rrt emt md do dds dmd dvm od phd dphil edd jd llm "
    "llb esq cpa cfa cfp mba ma mas ba bs bsc msc meng beng ceng mph mpa msw lcsw lmsw lmft lpc pe "
    "pmp pharmd psyd dpt otr ot pt slp ccc cissp shrm cp scp phr sphr rph rd ret obe mbe cbe "
    "frcs mrcp fca aca bc ccrn cen ocn drph dmin mdiv thd med mfa ms mphil btech mtech bed dipl "
    "ing mag"
)
"""Degrees and licences after a comma, where they are no part of a name."""
_TITLES = listed(
    "mr mrs ms miss mx dr dra prof professor herr frau hr fr sra srta senora dott dottssa ing mag "
    "dipling dipl-ing diplkfm mme mlle mevr dhr mevrouw meneer signor signora doktor rev"
)
_TITLES_WITH_A_DOT = frozenset({"sr", "hr", "fr", "ing", "mag", "sig", "dipl", "drmed", "dring"})
"""Without one they are names as well."""
_AFTER_TITLES = frozenset({"med.", "rer.", "nat.", "phil.", "jur.", "h.c.", "ing.", "oec.", "pol."})
"""What goes on after a Dr.: Dr. med., Dr. rer. nat."""


def titles(words: Sequence[str], *, leave: int) -> int:
    """How many words at the beginning are titles; as many as ``leave`` are no titles whatever they say."""
    count = 0
    while len(words) - count > leave and (
        _is_title(words[count]) or (count and words[count] in _AFTER_TITLES)
    ):
        count += 1
    return count


def _is_title(word: str) -> bool:
    bare = word.casefold().rstrip(".").replace(".-", "").replace(".", "")
    if bare in _TITLES_WITH_A_DOT:
        return word.endswith(".")
    return bare in _TITLES


def generation(word: str) -> str:
    """The usual spelling of a generation like Jr.; empty for other words. For words set apart by a comma."""
    return _GENERATIONS.get(word.casefold().rstrip("."), "")


def is_only_a_generation(word: str) -> bool:
    """Whether a word is a generation even without a comma before it: Neto and Junior may be names."""
    return word in _NUMERALS or word.casefold().rstrip(".") in _ABBREVIATED


def are_degrees(text: str) -> bool:
    """Whether words are degrees and licences alone: "RN", "Ph.D.", "MSN RN-BC"."""
    said = re.sub(r"[.\s/&-]+", " ", text).casefold().split()
    return bool(said) and ("".join(said) in _DEGREES or all(word in _DEGREES for word in said))
