"""Marks of a structure test as people say them: ``sam ben eva did`` needs no commas. Pure.

Two people at least: of one, ``did`` may tell many things. Behind ``mark`` one is enough, and so it is with
a word that says nothing else: ``sam signed``.
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
from commands.one_on_ones.spoken.vocabulary import FILLERS
from commands.structure_tests.mark import commands as marking
from commands.structure_tests.mark.terms import MarkStep, MarkWord

LONGEST = 3
"""Words of a mark."""
FEWEST = 2
"""People, where nothing else says that a test is meant."""
_SIGNED = frozenset({"signed", "unterschrieben", "firmado", "firmo", "signe", "签了"})
_SHORT = {"d": MarkStep.DID}


def marked(grammar: Grammar, pieces: Sequence[Piece], ctx: Context) -> Request | None:
    """What a line marks, the mark before the people or behind them; None for any other line."""
    outright = [each.plain for each in pieces[:2]]
    start = 2 if outright == ["test", "mark"] else 1 if outright[:1] == ["mark"] else 0
    for end in range(start, min(start + LONGEST, len(pieces)) + 1):
        people = _people(grammar, end, len(pieces))
        if people:
            step = _step(pieces[start:end], ctx) if end > start else None
            stop = people[-1].span[1]
            behind = _step(pieces[stop:], ctx) if stop < len(pieces) else None
            if (step is None) == (behind is None) or (step and stop < len(pieces)):
                continue
            said = pieces[start:end] if step else pieces[stop:]
            signed = [each.plain for each in said if each.plain not in FILLERS]
            alone = start > 0 or (len(signed) == 1 and signed[0] in _SIGNED)
            if len(people) < (1 if alone else FEWEST):
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


def _step(pieces: Sequence[Piece], ctx: Context) -> MarkStep | None:
    plain = [each.plain for each in pieces if each.plain not in FILLERS]
    words = " ".join(plain[1:] if plain[:1] in (["said"], ["says"]) and len(plain) > 1 else plain)
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
