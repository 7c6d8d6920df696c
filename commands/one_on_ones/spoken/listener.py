"""Hearing lines as people say them: ``sam reached 2 did fri`` asks for what the strict form asks for.

The strict form goes first wherever it can be meant. What is heard becomes the same typed values, and the same
command is run with them; what is not clear is asked, and what is not understood is named.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from commands.contacts import changes as contact_changes
from commands.contacts import commands as contact_commands
from commands.contacts.lookup import bearers_in_care
from commands.follow_ups import commands as follow_up_commands
from commands.framework.clean import clean
from commands.framework.context import Context
from commands.framework.errors import Refusal
from commands.framework.mentions import shown
from commands.framework.reader import reader_of
from commands.framework.request import NotRead, Request
from commands.framework.room_lines import is_marked
from commands.framework.values import ContactRef, Label, Note, Sentence
from commands.one_on_ones import commands as one_on_ones
from commands.one_on_ones import guided
from commands.one_on_ones.spoken import questions
from commands.one_on_ones.spoken.commands import SPOKEN
from commands.one_on_ones.spoken.days import days_for
from commands.one_on_ones.spoken.grammar import Grammar
from commands.one_on_ones.spoken.lines import typed
from commands.one_on_ones.spoken.marks import marked
from commands.one_on_ones.spoken.moves import keys, runs
from commands.one_on_ones.spoken.names import names_in
from commands.one_on_ones.spoken.pairs import rated_in_pairs
from commands.one_on_ones.spoken.pieces import MOST, Piece, pieces_of
from commands.one_on_ones.spoken.reading import Heard, Person, Reading, Value
from commands.one_on_ones.spoken.vocabulary import TEXTS, Detail, Verb
from commands.shared.look_ups import Looking
from commands.structure_tests.mark import commands as marking
from storage.contacts.contacts import Contacts
from storage.core.database import Transaction
from storage.core.model import Assessment, Evidence, Outcome

_TALKS_ONLY = frozenset({Detail.ISSUE, Detail.ASK, Detail.ANSWER})
_MOST_PEOPLE = 20
"""In one line."""


async def hear(
    asked: Request | NotRead, text: str, ctx: Context, tx: Transaction
) -> tuple[Request, ...] | None:
    """What a line asks for; None leaves it to its strict form. Raises Refusal."""
    meant = asked.command
    if isinstance(asked, NotRead) and not asked.certain:
        asked = replace(asked, command=None)
    pieces = _pieces(text)
    if not pieces:
        return None
    if asked.command is not None and asked.command not in SPOKEN:
        return await _heard_whole(asked, pieces, ctx, tx)
    if isinstance(asked, Request) and await _is_meant(asked, ctx, tx):
        return None
    grammar = await _grammar(pieces, ctx, tx)
    heard = grammar.heard()
    several = _of_several(asked, heard, grammar, pieces, ctx)
    if several:
        return several
    a_talk = meant is one_on_ones.log and heard.act is None
    almost = (asked.command is not meant and not a_talk) or _is_strict(asked, pieces)
    left = heard.unused and (almost or not _begins_so(pieces, heard))
    if left and asked.command is None and not is_marked(text):
        _ask_about_more(pieces, heard)
    if heard.unused and almost:
        # Almost another command, or almost somebody's name. "Talked with sam" is almost a log, and one.
        return None
    clear = asked.command is not None or _begins_so(pieces, heard)
    return _concluded(heard, pieces, asked, ctx) if clear else None


async def begins(line: str, ctx: Context, tx: Transaction) -> bool:
    """Whether a line, one of several in a message, says something by itself."""
    pieces = _pieces(line)
    if not pieces:
        return False
    heard = (await _grammar(pieces, ctx, tx)).heard()
    return bool(heard.readings) and (heard.act is not None or _begins_so(pieces, heard))


def _of_several(
    asked: Request | NotRead, heard: Heard, grammar: Grammar, pieces: list[Piece], ctx: Context
) -> tuple[Request, ...]:
    """What a line says of several people: a rating each, or a mark of a test; nothing for others."""
    if asked.command is one_on_ones.assess:
        return rated_in_pairs(grammar, pieces)
    if asked.command is not None or _is_whole(heard):
        return ()
    mark = marked(grammar, pieces, ctx)
    return () if mark is None else (mark,)


async def _heard_whole(
    asked: Request | NotRead, pieces: list[Piece], ctx: Context, tx: Transaction
) -> tuple[Request, ...] | None:
    """``no answer sam`` is no answer to a meeting: where a command cannot be read, and all of it is a talk."""
    grammar = await _grammar(pieces, ctx, tx)
    mark = marked(grammar, pieces, ctx) if asked.command is marking.mark else None
    if mark is not None:
        return (mark,)
    heard = grammar.heard()
    if isinstance(asked, Request) or len(heard.readings) != 1 or heard.unused:
        return None
    if not _begins_so(pieces, heard) or Detail.OUTCOME not in heard.readings[0].values:
        return None
    return _concluded(heard, pieces, replace(asked, command=None), ctx)


_DASHES = "-–—"
_FLAGS = frozenset({"", "yes"})
"""What may stand behind dashes; any other flag is left to the strict form."""
GUIDE = "guide"
"""The word of the command that asks question by question, typed outright."""


async def _is_meant(asked: Request, ctx: Context, tx: Transaction) -> bool:
    """Whether the strict form is what was meant: it is about somebody, and no word is taken for another."""
    if asked.command is guided.guide:
        return False
    if _rests_on_nothing(asked):
        return False
    why = asked.arguments.get("why")
    if isinstance(why, str) and _says_more(why, ctx):
        return False
    who = asked.arguments.get("contact")
    if not isinstance(who, ContactRef) or who.name is None:
        return True
    looking = Looking(ctx, tx)
    care = None if looking.everybody else await looking.care()
    contacts = Contacts(tx, ctx.committee.id, ctx.today)
    return bool(await bearers_in_care(who.name, contacts, care))


def _is_strict(asked: Request | NotRead, pieces: list[Piece]) -> bool:
    """Whether the strict form says better what is wrong: all of it was read, and names somebody almost."""
    if not isinstance(asked, Request):
        return False
    return asked.command is not guided.guide or any(each.plain == GUIDE for each in pieces[:3])


def _rests_on_nothing(asked: Request) -> bool:
    """Whether a rating was typed without what it rests on, which is then asked."""
    rating = asked.arguments.get("rating", asked.arguments.get("rate"))
    missing = asked.arguments.get("evidence") is None
    return missing and rating not in {None, Assessment.NOT_ASSESSED}


def _says_more(why: str, ctx: Context) -> bool:
    """Whether the words behind a rating are a day or have keys, and are no reason."""
    pieces = [Piece("M-1", "m 1"), *_pieces(why)]
    heard = Grammar(pieces, {}, days_for(ctx), ctx.today).heard()
    return bool(heard.readings) and not heard.unused


def _pieces(text: str) -> list[Piece]:
    """The pieces of a line; none for one that is too long, or cannot be cut."""
    try:
        line = clean(shown(text)).lstrip("! ")
        pieces = pieces_of(line)
    except Refusal:
        return []
    flags = any(
        each.text[:1] in _DASHES and each.text.lstrip(_DASHES) not in _FLAGS for each in pieces
    )
    unknown = any(each.key is not None and each.key not in keys() for each in pieces)
    return [] if len(pieces) > MOST or flags or unknown else pieces


async def _grammar(pieces: list[Piece], ctx: Context, tx: Transaction) -> Grammar:
    names = await names_in(pieces, ctx, tx)
    return Grammar(pieces, names, days_for(ctx), ctx.today, unknown_names=True)


def _is_whole(heard: Heard) -> bool:
    """Whether every word of a line is used."""
    return bool(heard.readings) and not heard.unused


def _begins_so(pieces: list[Piece], heard: Heard) -> bool:
    """Whether a line without a command is clear enough: most of it, from the first word on, was understood."""
    if not heard.readings or 0 in heard.unused:
        return False
    people = heard.readings[0].people
    if any(not (each.contacts or each.number) for each in people):
        return False
    return len(heard.unused) * 2 <= len(pieces)


def _concluded(
    heard: Heard, pieces: list[Piece], asked: Request | NotRead, ctx: Context
) -> tuple[Request, ...] | None:
    """The requests that a line makes; None where the strict form says it better. Raises Refusal."""
    if not heard.readings:
        return None
    first = heard.readings[0]
    if heard.act is Verb.FOLLOW_UP and Detail.NEXT not in first.values:
        return None
    understood = bool(first.values) or (heard.act is Verb.LOG and _known(first.people))
    if heard.unused:
        if not understood or (isinstance(asked, NotRead) and not first.values):
            return None
        raise questions.not_used(pieces, runs(heard.unused), heard.act)
    if not first.values:
        return _about_somebody(first, heard.act, asked)
    for person in first.people:
        if len(person.contacts) > 1 and len(heard.readings) == 1:
            raise questions.which_person(person, _line_with(heard, first))
    if len(heard.readings) > 1 or first.doubtful:
        readings = [(each, _line(heard.act, each)) for each in heard.readings]
        raise questions.which_reading(readings, ctx.today)
    return _one(heard.act, first, ctx)


def _ask_about_more(pieces: list[Piece], heard: Heard) -> None:
    """Raise Refusal where a line begins with one of one's people, or a talk with them, and goes on otherwise."""
    people = heard.readings[0].people if heard.readings and 0 not in heard.unused else ()
    if len(people) != 1 or not _known(people) or len(people[0].contacts) > 1:
        return
    unused = runs(heard.unused)
    if heard.readings[0].values and len(unused) == 1 and unused[0][-1] == len(pieces) - 1:
        raise questions.not_used(pieces, unused, heard.act)
    if people[0].span[0] == 0 and heard.act is None and not pieces[0].text.startswith("#"):
        raise questions.what_of(people[0], pieces)


def _known(people: tuple[Person, ...]) -> bool:
    return all(each.contacts or each.number for each in people)


def _about_somebody(
    reading: Reading, act: Verb | None, asked: Request | NotRead
) -> tuple[Request, ...] | None:
    """A name alone shows whom it names; behind ``log`` it begins the questions, as its strict form does."""
    if act is Verb.LOG and asked.command is None and _known(reading.people):
        raise _how_it_went(reading)
    if asked.command is not None or act not in {None, Verb.SHOW} or len(reading.people) > 1:
        return None
    return (Request(contact_commands.show, {"contact": _ref(reading.people[0])}),)


def _line_with(heard: Heard, reading: Reading) -> questions.LineOf:
    """How the line reads with a handle in place of a name."""

    def line_of(person: Person, handle: str) -> str:
        number = int(handle.removeprefix("M-"))
        people = [
            replace(each, number=number) if each == person else each for each in reading.people
        ]
        return _line(heard.act, replace(reading, people=tuple(people)))

    return line_of


def _line(act: Verb | None, reading: Reading) -> str:
    """The line that says a reading so that it is heard as nothing else."""
    return typed(_verb(act, reading), reading.people, reading.values, sure=reading.sure)


def _verb(act: Verb | None, reading: Reading) -> str:
    """The command that a reading is for."""
    told = set(reading.values)
    if Detail.OUTCOME in told or act is Verb.LOG:
        return "log"
    if act is Verb.FOLLOW_UP or told == {Detail.NEXT}:
        return "followup"
    if Detail.RATE in told and (act is Verb.RATE or told <= {Detail.RATE, Detail.EVIDENCE}):
        return "rate"
    return "note" if told == {Detail.NOTE} else "log"


def _one(act: Verb | None, reading: Reading, ctx: Context) -> tuple[Request, ...]:
    """What one reading of a whole line asks for. Raises Refusal with what is missing."""
    told = set(reading.values)
    if len(reading.people) > _MOST_PEOPLE or (len(reading.people) > 1 and told & TEXTS):
        raise questions.only_one(reading.people)
    verb = _verb(act, reading)
    if (
        verb == "followup"
        and Detail.NEXT in told
        and not told & {Detail.RATE, Detail.ON, Detail.OUTCOME}
    ):
        return _follow_ups(reading, ctx)
    if verb == "note":
        return _noted(reading, ctx)
    if verb == "rate" and told <= {Detail.RATE, Detail.EVIDENCE, Detail.NOTE}:
        _check_evidence(reading, verb)
        return _rated(reading, ctx)
    return _logged(reading, ctx)


def _check_evidence(reading: Reading, verb: str) -> None:
    rating = reading.values.get(Detail.RATE)
    unrated = rating in {None, Assessment.NOT_ASSESSED}
    if not unrated and Detail.EVIDENCE not in reading.values:
        raise questions.which_evidence(reading, verb)


def _logged(reading: Reading, ctx: Context) -> tuple[Request, ...]:
    values = dict(reading.values)
    if Detail.OUTCOME not in values and Detail.ANSWER in values:
        # Only whom one talked with has answered.
        values[Detail.OUTCOME] = Outcome.REACHED
    reading = replace(reading, values=values)
    outcome = values.get(Detail.OUTCOME)
    if not isinstance(outcome, Outcome):
        raise _how_it_went(reading)
    talk = values.keys() & _TALKS_ONLY or values.get(Detail.EVIDENCE) is Evidence.SAID
    if talk and outcome is not Outcome.REACHED:
        without = {s: v for s, v in values.items() if s not in _TALKS_ONLY}
        if without.get(Detail.EVIDENCE) is Evidence.SAID:
            without = {s: v for s, v in without.items() if s not in {Detail.RATE, Detail.EVIDENCE}}
        raise questions.attempt_or_talk(reading, replace(reading, values=without))
    _check_evidence(reading, "log")
    return tuple(
        Request(one_on_ones.log, _log_arguments(person, reading, ctx)) for person in reading.people
    )


def _how_it_went(reading: Reading) -> Refusal:
    """The question how it went; with a rating alone it may have been no talk at all."""
    values = reading.values
    only_talks = values.keys() & _TALKS_ONLY or values.get(Detail.EVIDENCE) is Evidence.SAID
    outcomes = (
        [Outcome.REACHED]
        if only_talks
        else [each for each in Outcome if each is not Outcome.WRONG_CONTACT]
    )
    rating: dict[Detail, Value] = {
        s: v for s, v in values.items() if s in {Detail.RATE, Detail.EVIDENCE}
    }
    alone = None
    if Detail.RATE in rating and len(rating) == len(values):
        alone = typed("rate", reading.people, rating, sure=False)
    return questions.which_outcome(reading, outcomes, alone)


def _log_arguments(person: Person, reading: Reading, ctx: Context) -> Mapping[str, object]:
    values = reading.values
    arguments: dict[str, object] = {
        "contact": _ref(person),
        "outcome": values[Detail.OUTCOME],
        "yes": reading.sure,
        "keep": False,
    }
    for slot, name in _NAMES.items():
        if slot in values:
            arguments[name] = _checked(slot, values[slot], ctx)
    return arguments


_NAMES: Mapping[Detail, str] = {
    Detail.RATE: "rate",
    Detail.EVIDENCE: "evidence",
    Detail.ISSUE: "issue",
    Detail.ASK: "ask",
    Detail.ANSWER: "answer",
    Detail.NEXT: "next_",
    Detail.ON: "on",
    Detail.NOTE: "note",
}
_KINDS: Mapping[Detail, object] = {Detail.ISSUE: Label, Detail.ASK: Sentence, Detail.NOTE: Note}


def _checked(slot: Detail, value: object, ctx: Context) -> object:
    """A value as its type takes it: free words are no longer than there is room for. Raises Refusal."""
    reads = reader_of(_KINDS[slot]) if slot in _KINDS else None
    return value if reads is None else reads.read(str(value), ctx)


def _rated(reading: Reading, ctx: Context) -> tuple[Request, ...]:
    values = reading.values
    arguments: dict[str, Any] = {
        "rating": values[Detail.RATE],
        "evidence": values.get(Detail.EVIDENCE),
        "yes": reading.sure,
    }
    if Detail.NOTE in values:
        arguments["why"] = _checked(Detail.NOTE, values[Detail.NOTE], ctx)
    return tuple(
        Request(one_on_ones.assess, {"contact": _ref(each), **arguments}) for each in reading.people
    )


def _follow_ups(reading: Reading, ctx: Context) -> tuple[Request, ...]:
    day = reading.values[Detail.NEXT]
    what = next(
        (reading.values[s] for s in (Detail.ASK, Detail.ISSUE, Detail.NOTE) if s in reading.values),
        None,
    )
    arguments: dict[str, Any] = {"due": day if isinstance(day, date) else None}
    if what is not None:
        arguments["what"] = _checked(Detail.ASK, what, ctx)
    return tuple(
        Request(
            follow_up_commands.follow_up, {"contact": _ref(each), "yes": reading.sure, **arguments}
        )
        for each in reading.people
    )


def _noted(reading: Reading, ctx: Context) -> tuple[Request, ...]:
    words = _checked(Detail.NOTE, reading.values[Detail.NOTE], ctx)
    [person] = reading.people
    return (
        Request(
            contact_changes.note, {"contact": _ref(person), "words": words, "yes": reading.sure}
        ),
    )


def _ref(person: Person) -> ContactRef:
    """Whom to look up: by the handle where it is known."""
    if person.number is not None:
        return ContactRef(number=person.number)
    if len(person.contacts) == 1:
        return ContactRef(number=person.contacts[0].number)
    return ContactRef(name=person.words)
