"""Telling a typed vote from everything else, before anything is written about it. Pure and total."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from commands.framework.clean import straighten
from commands.framework.context import Place
from commands.polls.terms import is_code

_AROUND = "<>[](){}\"'“”‘’«»`*_.,;:#"
_BALLOT = re.compile(r"[0-9A-LNOXY]{1,12}")
_VOTE = frozenset({"vote", "votes", "voted", "voting"})
LONGEST = 200
"""Letters of a message that are looked at; a vote has fewer than thirty."""


@dataclass(frozen=True, slots=True)
class TypedVote:
    """Somebody tried to vote. Neither part is more than what was typed."""

    code: str
    """In capitals; perhaps nobody's, perhaps nothing."""
    choice: str = field(repr=False)
    """Everything after it, spaces left out."""


def typed_vote(text: str, place: Place, open_codes: Collection[str] = ()) -> TypedVote | None:
    """The vote that a message is or was meant to be; None for anything else.

    In a direct chat ``vote`` begins one, and so does a code followed by something. In a room people
    talk: there it takes ``!vote``, or ``vote`` and something like a code, or an open poll's code
    and something like a ballot.
    """
    words = straighten(text[:LONGEST]).split()
    if not words:
        return None
    commanded = words[0].startswith("!")
    first = _bare(words[0].lstrip("!"))
    if not first and commanded:
        words = words[1:]
        first = _bare(words[0]) if words else ""
    if first.casefold() in _VOTE:
        code, choice = _parts(words[1:])
        meant = place is Place.DIRECT or commanded or is_code(code) or code in open_codes
        return TypedVote(code, choice) if meant else None
    code, choice = _parts([first, *words[1:]])
    if not choice:
        return None
    if place is Place.DIRECT:
        return TypedVote(code, choice) if code in open_codes or _looks_like(code, words) else None
    ballot = code in open_codes and _BALLOT.fullmatch(choice) is not None
    return TypedVote(code, choice) if ballot else None


def _looks_like(code: str, words: list[str]) -> bool:
    return is_code(code) and len(words) == len(("code", "choice"))


def _parts(words: list[str]) -> tuple[str, str]:
    code = _bare(words[0]).upper() if words else ""
    choice = "".join(_bare(word) for word in words[1:])
    return code, choice.upper()


def _bare(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip(_AROUND)
