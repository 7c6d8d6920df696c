"""Suggestions ("did you mean"): the known word nearest to a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches

from commands.framework.errors import ECHO


def suggest(word: str, choices: Iterable[str], *, cutoff: float = 0.65) -> str | None:
    """The choice most like the word, if any is like it."""
    tried = word[:ECHO].casefold()
    known = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(tried, known, n=1, cutoff=cutoff)
    return known[close[0]] if close else None
