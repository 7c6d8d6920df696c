"""Ratings of several people in one line: ``rate M-5 3 M-6 2 said``. Pure."""

from collections.abc import Sequence

from commands.framework.errors import AnswerOption, Refusal
from commands.framework.i18n import _
from commands.framework.reply import Code, line
from commands.framework.request import Request
from commands.framework.values import ContactRef
from commands.one_on_ones import commands as one_on_ones
from commands.one_on_ones.spoken import questions
from commands.one_on_ones.spoken.grammar import Grammar
from commands.one_on_ones.spoken.pieces import Piece, words_shown
from commands.one_on_ones.spoken.reading import Person
from commands.one_on_ones.spoken.vocabulary import EVIDENCE, FILLERS, phrases_of
from storage.core.model import Assessment, Evidence

_VERBS = frozenset({"rate", "rated", "rating", "assess"})
FEWEST = 2
"""Pairs of a person and a rating; of one person the grammar knows more."""


def rated_in_pairs(grammar: Grammar, pieces: Sequence[Piece]) -> tuple[Request, ...]:
    """What a line of people with a rating each asks for; nothing for any other line. Raises Refusal."""
    if not pieces or pieces[0].plain not in _VERBS:
        return ()
    at, found = 1, list[tuple[Person, Assessment]]()
    while (pair := _pair(grammar, pieces, at)) is not None:
        person, rating, at = pair
        found.append((person, rating))
    if len(found) < FEWEST:
        return ()
    evidence = phrases_of(EVIDENCE).get(tuple(each.plain for each in pieces[at:]))
    if evidence is None and at < len(pieces):
        return ()
    if evidence is None:
        raise _on_what(pieces)
    return tuple(
        Request(
            one_on_ones.assess,
            {"contact": _ref(person), "rating": rating, "evidence": evidence, "yes": False},
        )
        for person, rating in found
    )


def _pair(
    grammar: Grammar, pieces: Sequence[Piece], at: int
) -> tuple[Person, Assessment, int] | None:
    while at < len(pieces) and pieces[at].plain in FILLERS:
        at += 1
    if at >= len(pieces):
        return None
    one = next((move for move in grammar.people_from(at) if len(move.people) == 1), None)
    if one is None or one.end >= len(pieces):
        return None
    rating = pieces[one.end].text
    if len(rating) != 1 or rating not in "012345":
        return None
    return one.people[0], Assessment(int(rating)), one.end + 1


def _on_what(pieces: Sequence[Piece]) -> Refusal:
    typed = words_shown(pieces)
    told = line("What do these ratings rest on? Nothing is saved yet.")
    words = {Evidence.SAID: _("said"), Evidence.DID: _("did"), Evidence.HEARD: _("heard")}
    return questions.asked(
        told, [((Code(each),), AnswerOption(each, f"{typed} {each}")) for each in words.values()]
    )


def _ref(person: Person) -> ContactRef:
    number = person.number
    if number is None and len(person.contacts) == 1:
        number = person.contacts[0].number
    return ContactRef(name=person.words) if number is None else ContactRef(number=number)
