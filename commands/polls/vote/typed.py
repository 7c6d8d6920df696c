"""Telling a typed vote from any other message, before anything about it is written. Pure and total."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import field
from itertools import dropwhile

from commands.framework.clean import straighten
from commands.framework.context import Place
from commands.polls.model import NotABallot, Poll, encode
from commands.polls.terms import is_code
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern
from storage.names import folded

_AROUND = "<>[](){}\"'“”‘’«»`*_.,;:#"
_KEYCAP = "\u20e3"
_BALLOT = lazy_pattern(r"[0-9A-LNOXY]{1,12}")
_VOTE = frozenset({
    "vote", "votes", "voted", "voting", "voter", "stimme", "abstimmen", "votar", "voto", "vota", "投", "我投"
})  # fmt: skip
"""How a vote begins in each language. Known here and not from a catalogue: before it is clear that a message is none,
nothing about it is looked up."""
_COMMANDS = frozenset({
    "poll", "polls", "umfrage", "umfragen", "votacion", "votaciones", "sondage", "sondages", "sondaggio",
    "sondaggi", "votacao", "votacoes", "投票", "help", "hilfe", "ayuda", "aide", "aiuto", "ajuda", "帮助",
})  # fmt: skip
"""Commands that name codes, typed without their mark, folded."""
_NUMBERS = frozenset(
    {"zero", "none", "one", "two", "three", "four", "five", "six", "abstain", "fist"}
)
PRACTICE = "TEST"
"""Names the practice poll in a vote. It has a vowel, so no secret poll has such a code."""
_ALSO_PRACTICE = frozenset({"ÜBUNG", "UEBUNG", "UBUNG", "PRÁCTICA", "PRACTICA", "ESSAI", "PROVA", "TREINO"})  # fmt: skip
"""The same in other languages."""
_GLUED = lazy_pattern("(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])")
"""Where Chinese parts what others part with a space: 投K7QX."""
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

    In a direct chat ``vote`` begins one, and so does a code followed by something; an open poll's
    code makes one of anything but a command. In a room people talk: there it takes ``!vote``, or
    ``vote`` and something like a code, or an open poll's code and something like a ballot.
    """
    # A digit on a keycap is longer than a plain one, and all ballots of a poll have one length.
    said = straighten(_without_quote(text)[:LONGEST].replace(_KEYCAP, "?"))
    words = _GLUED.sub(" ", said).split()
    if not words:
        return None
    commanded = words[0].startswith("!")
    first = _bare(words[0].lstrip("!"))
    if not first and commanded:
        words = words[1:]
        first = _bare(words[0]) if words else ""
    if first.casefold() in _VOTE:
        code, choice = _parts(words[1:])
        # Practice is not secret, so it may leave a row. Of whoever may vote in a secret poll nothing may, in
        # case they mistyped its code.
        practice = code == PRACTICE or unicodedata.normalize("NFC", code) in _ALSO_PRACTICE
        practice = practice and place is Place.DIRECT and not open_codes
        meant = place is Place.DIRECT or commanded or is_code(code) or code in open_codes
        meant = meant and not practice
        return TypedVote(code, choice) if meant else None
    code, choice = _parts(words[1:])
    marked = commanded or place is Place.DIRECT
    if marked and code in open_codes and _BALLOT.fullmatch(choice) is not None:
        # Whatever word they take for voting: in Chinese it is the one for a poll.
        return TypedVote(code, choice)
    words = [first, *words[1:]]
    return _by_code(words, place, open_codes, may_be_a_command=commanded)


def _by_code(
    words: list[str], place: Place, open_codes: Collection[str], *, may_be_a_command: bool
) -> TypedVote | None:
    """The vote in a message that begins with no word for voting."""
    code, choice = _parts(words)
    if place is Place.ROOM:
        ballot = code in open_codes and _BALLOT.fullmatch(choice) is not None
        return TypedVote(code, choice) if ballot else None
    near = _is_near(code, open_codes) and _BALLOT.fullmatch(choice) is not None
    if (is_code(code) or near) and len(words) == len(("code", "choice")):
        return TypedVote(code, choice)
    if may_be_a_command or _command_of(words[0]) in _COMMANDS:
        return None
    return _within(words, open_codes)


def _command_of(first: str) -> str:
    """The first word as commands are compared; what Chinese writes in one with it is left out."""
    word = folded(first)
    return next((each for each in ("投票", "帮助") if word.startswith(each)), word)


def bare_ballot(text: str, polls: Sequence[Poll]) -> TypedVote | None:
    """Recognize ``04``, ``XX`` or ``YNNY`` alone, if it would be a ballot of an open poll; else None.

    Such a vote names no poll and is never counted, but it is answered as a vote. A plain number like ``4`` may
    be an answer to something else, and is read as a command.
    """
    words = straighten(_without_quote(text)[:LONGEST]).split()
    choice = _bare(words[0]).upper() if len(words) == 1 else ""
    if choice.isdecimal() and not choice.startswith("0"):
        return None
    return TypedVote("", choice) if any(_fits(poll, choice) for poll in polls) else None


def might_be_a_choice(text: str) -> bool:
    """Whether a message that is no command may have been meant as a choice: ``4``, ``!four``."""
    words = straighten(text[:LONGEST]).lstrip("! ").split()
    bare = _bare(words[0]).casefold() if len(words) == 1 else ""
    return bare in _NUMBERS or re.fullmatch(r"\d{1,12}|[ynx]{1,12}", bare) is not None


def might_be_choices(text: str) -> bool:
    """Whether numbers alone may have been meant as choices of a ballot that takes several: ``1 3``."""
    return (
        re.fullmatch(r"\d{1,2}(?:[\s,]+\d{1,2}){1,11}[\s,.]*", text[:LONGEST].strip()) is not None
    )


def _fits(poll: Poll, choice: str) -> bool:
    try:
        encode(poll, choice)
    except NotABallot:
        return False
    return True


def _is_near(code: str, open_codes: Collection[str]) -> bool:
    """Whether a word is an open poll's code with one letter wrong, or two of them changed about."""
    return any(
        len(each) == len(code)
        and (sorted(each) == sorted(code) or sum(map(str.__ne__, each, code)) == 1)
        for each in open_codes
    )


def _within(words: list[str], open_codes: Collection[str]) -> TypedVote | None:
    """``I vote K7QX 04``: what stands from an open poll's code on."""
    for at, word in enumerate(words):
        if _bare(word).upper() in open_codes:
            return TypedVote(*_parts(words[at:]))
    return None


def _without_quote(text: str) -> str:
    """The message without the lines it answers to, which some apps put in front, marked ``>``."""
    if not text.startswith(">"):
        return text
    lines = text.splitlines()
    return "\n".join(dropwhile(lambda row: row.startswith(">") or not row.strip(), lines))


def _parts(words: list[str]) -> tuple[str, str]:
    code = _bare(words[0]).upper() if words else ""
    choice = "".join(_bare(word) for word in words[1:])
    return code, choice.upper()


def _bare(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip(_AROUND)
