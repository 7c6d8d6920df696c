"""Reading times in words: one moment, a question, or no answer, never a guess. Pure.

A wrong time costs the meeting, a question costs one message: whatever can be read two ways is asked
back, and what is not understood to its last word is not understood.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.time import clocks
from commands.time.grammar import phrases
from commands.time.instants import Moment, around_gap, exists, twice
from commands.time.languages import LANGUAGES
from commands.time.resolve import Unclear, UnclearReason, moments
from commands.time.signs import Sign
from commands.time.token_line import TokenLine
from commands.time.tokens import Shape, Token, tokens
from commands.time.vocabulary import vocabulary
from storage.core.lazy_dataclass import dataclass

MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class AmbiguousTime:
    """Words that several times may be meant by, earliest first; the person chooses."""

    why: UnclearReason
    choices: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class UnreadTime:
    """Words that cannot be read as a time to come."""

    why: UnclearReason


Answer = Moment | AmbiguousTime | UnreadTime


def read_time(text: str, now: datetime, zone: ZoneInfo, language: str | None = None) -> Answer:
    """The moment some words mean. ``now`` is aware; ``language`` is the reader's, if it is known.

    Their own language is tried alone first; what it cannot read may be in any other.
    """
    line = tokens(text)
    if not line:
        return UnreadTime(UnclearReason.NOT_A_TIME)
    own = [language] if language in LANGUAGES else []
    for codes in (own, [code for code in LANGUAGES if code not in own]):
        answer = _read(line, codes, now, zone)
        if answer is not None:
            return answer
    return UnreadTime(
        UnclearReason.NOT_A_TIME if all(map(_is_on_clocks, line)) else UnclearReason.NO_SUCH_TIME
    )


def _is_on_clocks(token: Token) -> bool:
    """Whether clocks can show a token; False for a time like 25:00."""
    return token.shape is not Shape.CLOCK or (token.numbers[0] < 24 and token.numbers[1] < 60)


def read_length(text: str) -> int | None:
    """How many minutes some words mean, like 90m, 1h30 or two hours; None for anything else."""
    line = tokens(text)
    if not line:
        return None
    found: set[int] = set()
    for code in LANGUAGES:
        lined = line_of(line, code)
        if lined is not None:
            found |= {n for end, n in clocks.lengths(lined, 0) if end == len(lined)}
    return found.pop() if len(found) == 1 else None


def _read(line: list[Token], codes: list[str], now: datetime, zone: ZoneInfo) -> Answer | None:
    """The answer of some languages together; None when none of them reads it."""
    found: dict[Moment, None] = {}
    problem: UnclearReason | None = None
    for code in codes:
        ready = vocabulary(code)
        lined = line_of(line, code)
        if lined is None:
            continue
        for phrase in phrases(lined):
            try:
                for moment in moments(phrase, ready.language, now, zone):
                    found[moment] = None
            except Unclear as unclear:
                problem = problem or unclear.why
    if found:
        return settle(sorted(found, key=lambda moment: (moment.at, moment.minutes or 0)), now)
    return None if problem is None else UnreadTime(problem)


def line_of(line: list[Token], code: str) -> TokenLine | None:
    """Look tokens up in the language with this code; None when a word is not of the language."""
    ready = vocabulary(code)
    edges = ready.edges(line)
    if edges is None:
        return None
    digits = tuple(t.shape is Shape.NUMBER for t in line)
    ordinals = tuple(t.shape is Shape.ORDINAL for t in line)
    dashes = tuple(t.text == "-" for t in line)
    glued = tuple(t.glued for t in line)
    by_sign: list[dict[Sign, list[tuple[int, object]]]] = []
    for here in edges:
        by_sign.append({})
        for edge in here:
            by_sign[-1].setdefault(edge.sign, []).append((edge.end, edge.value))
    return TokenLine(tuple(by_sign), ready.language, digits, ordinals, dashes, glued)


def settle(found: list[Moment], now: datetime) -> Answer:
    """Turn possible moments into the one that clocks show once; otherwise into a question."""
    if len(found) > MOST_CHOICES:
        return UnreadTime(UnclearReason.NOT_A_TIME)
    if len(found) > 1:
        return AmbiguousTime(UnclearReason.TWO_READINGS, tuple(found))
    only = found[0]
    if not exists(only.local, only.zone):
        either = around_gap(only.local, only.zone)
        return AmbiguousTime(
            UnclearReason.SKIPPED, tuple(replace(only, local=local) for local in either)
        )
    if twice(only.local, only.zone):
        if only.local.fold:
            return only
        both = (only, replace(only, local=only.local.replace(fold=1)))
        return AmbiguousTime(UnclearReason.TWICE, both) if both[0].at > now else both[1]
    return only
