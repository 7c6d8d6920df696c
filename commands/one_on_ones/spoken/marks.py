"""Marks of a structure test as people say them: ``sam ben eva did`` needs no commas. Pure.

Two people at least, but for ``sam signed``: of one, ``did`` may tell many things.
"""

from collections.abc import Sequence

from commands.framework.context import Context
from commands.framework.errors import Refusal
from commands.framework.reader import reader_of
from commands.framework.request import Request
from commands.framework.values import ContactRef
from commands.one_on_ones.spoken.grammar import Grammar
from commands.one_on_ones.spoken.pieces import Piece
from commands.one_on_ones.spoken.reading import Person
from commands.structure_tests.mark import commands as marking
from commands.structure_tests.mark.terms import MarkStep, MarkWord

LONGEST = 3
"""Words of a mark."""
FEWEST = 2
"""People."""
_SIGNED = dict.fromkeys(
    (
        "signed",
        "has signed",
        "signed it",
        "signed today",
        "unterschrieben",
        "hat unterschrieben",
        "firmo",
        "ha firmado",
        "a signe",
    ),
    MarkStep.DID,
)
"""What tells of one person as well that they did it: nobody says so of a talk."""
_SHORT = {"d": MarkStep.DID}


def marked(grammar: Grammar, pieces: Sequence[Piece], ctx: Context) -> Request | None:
    """What a line marks, the mark before the people or behind them; None for any other line."""
    start = 1 if pieces[0].plain == "mark" else 0
    for end in range(start, min(start + LONGEST, len(pieces)) + 1):
        people = _people(grammar, end, len(pieces))
        if people:
            stop = people[-1].span[1]
            step = _step(pieces[start:end], len(people), ctx) if end > start else None
            behind = _step(pieces[stop:], len(people), ctx) if stop < len(pieces) else None
            if (step is None) == (behind is None) or (step and stop < len(pieces)):
                continue
            who = tuple(ContactRef(number=_number(each)) for each in people)
            return Request(marking.mark, {"test": None, "how": step or behind, "who": who})
    return None


def _people(grammar: Grammar, at: int, last: int) -> tuple[Person, ...]:
    """The people named from a piece on, as many as there are; none where one of them is not clear."""
    if at >= last:
        return ()
    found = [move.people for move in grammar.people_from(at)]
    people = found[-1] if found else ()
    clear = all(each.number is not None or len(each.contacts) == 1 for each in people)
    return people if clear else ()


def _step(pieces: Sequence[Piece], many: int, ctx: Context) -> MarkStep | None:
    words = " ".join(each.plain for each in pieces)
    if words in _SIGNED or many < FEWEST:
        return _SIGNED.get(words)
    reads = reader_of(MarkWord)
    if words in _SHORT or reads is None:
        return _SHORT.get(words)
    try:
        step = reads.read(words, ctx)
    except Refusal:
        return None
    return step if isinstance(step, MarkStep) else None


def _number(person: Person) -> int:
    return person.contacts[0].number if person.number is None else person.number
