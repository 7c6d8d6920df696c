"""Suggestions ("did you mean"): the known word nearest to a mistyped one, or the one that it begins.

A wrong guess is worse than none: a word is near when a slip of the fingers or two lie between them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from commands.framework.errors import ECHO
from storage.core.later import Later

if TYPE_CHECKING:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA
else:
    process = Later("rapidfuzz.process")
    OSA = Later("rapidfuzz.distance.OSA")

SHORTEST: Final = 3
"""Letters from which a slip is looked for; two letters are near everything."""
A_SLIP_MORE: Final = 4
"""Letters more for which one slip more is allowed: one wrong, left out, too many, or two exchanged."""


def suggest(word: str, choices: Iterable[str]) -> str | None:
    """The choice nearest to the word, if slips explain the difference."""
    tried = word[:ECHO].casefold()
    known = {choice.casefold(): choice for choice in choices}
    if not any(map(str.isalpha, tried)):
        return None
    begun = [each for each in known if each.startswith(tried) or _begins(each, tried)]
    if len(begun) == 1 and len(tried) > 1:
        return known[begun[0]]
    if len(tried) < SHORTEST:
        return None
    slips = 1 + (len(tried) - SHORTEST) // A_SLIP_MORE
    near = process.extractOne(tried, list(known), scorer=OSA.distance, score_cutoff=slips)
    return None if near is None else known[near[0]]


def _begins(choice: str, tried: str) -> bool:
    """Whether a whole word was gone on with: "chairman" for "chair"."""
    return len(choice) > A_SLIP_MORE and tried.startswith(choice)
