"""What is asked back about a spoken line: nothing is saved until it is answered. Pure."""

from collections.abc import Callable, Sequence
from datetime import date

from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, cut
from commands.framework.i18n import _, joined
from commands.framework.quoting import quoted
from commands.framework.reply import Code, Line, line, listed
from commands.framework.suggest import suggest
from commands.one_on_ones.spoken.lines import in_words, typed
from commands.one_on_ones.spoken.pieces import Piece, words_shown
from commands.one_on_ones.spoken.reading import Person, Reading
from commands.one_on_ones.spoken.vocabulary import Detail, Verb
from commands.shared.wording import evidence_word, label, outcome_words
from storage.core.model import Evidence, Outcome

MOST = 8
"""People who are listed."""
LONGEST = 300
"""Letters of a repaired line that is still shown whole."""


LineOf = Callable[[Person, str], str]
"""How a line reads with a handle in place of what somebody is called in it."""


def asked(problem: Line, options: Sequence[tuple[Line, AnswerOption]]) -> Refusal:
    """A question with numbered answers."""
    return Refusal(
        problem,
        example=NO_EXAMPLE,
        choices=listed([shown for shown, _option in options], numbered=True),
        options=[option for _shown, option in options],
    )


def which_person(person: Person, line_of: LineOf) -> Refusal:
    """Ask who of several with one name is meant."""
    options = [
        ((label(each),), AnswerOption(label(each), line_of(person, each.handle)))
        for each in person.contacts[:MOST]
    ]
    told = line(
        "More than one contact could be “{name}”. Which one? Answer with a number, or {handle}:",
        name=cut(person.words),
        handle=Code(person.contacts[0].handle),
    )
    return asked(told, options)


def which_reading(readings: Sequence[tuple[Reading, str]], today: date) -> Refusal:
    """Ask which of several ways of reading a line is meant."""
    options: list[tuple[Line, AnswerOption]] = []
    for reading, meant in readings:
        words = in_words(reading, today)
        options.append(((words,), AnswerOption(words, meant)))
    return asked(
        line("That can be read in several ways. Which one? Answer with its number:"), options
    )


def which_outcome(reading: Reading, outcomes: Sequence[Outcome], alone: str | None) -> Refusal:
    """Ask how it went. ``alone``: the line that saves the rating and no talk, where that may be meant."""
    options: list[tuple[Line, AnswerOption]] = []
    for outcome in outcomes:
        words = outcome_words(outcome)
        meant = typed(
            "log", reading.people, {**reading.values, Detail.OUTCOME: outcome}, sure=reading.sure
        )
        options.append(((words,), AnswerOption(f"{outcome.value} {words}", meant)))
    if alone is not None:
        options.append(
            ((_("no talk, only the rating"),), AnswerOption(_("only the rating"), alone))
        )
    names = joined(_called(each) for each in reading.people)
    return asked(line("How did it go with {who}? Nothing is saved yet.", who=names), options)


def which_evidence(reading: Reading, verb: str) -> Refusal:
    """Ask what a rating rests on."""
    options: list[tuple[Line, AnswerOption]] = []
    for evidence in Evidence:
        values = {**reading.values, Detail.EVIDENCE: evidence}
        words = evidence_word(evidence)
        meant = typed(verb, reading.people, values, sure=reading.sure)
        options.append(((words,), AnswerOption(f"{evidence.value} {words}", meant)))
    told = line("What does that rating rest on? Answer said, did or heard. Nothing is saved yet.")
    return asked(told, options)


def attempt_or_talk(reading: Reading, without: Reading) -> Refusal:
    """Ask about a line that tells what only a talk can tell, of an attempt."""
    outcome = reading.values[Detail.OUTCOME]
    reached = Reading(reading.people, {**reading.values, Detail.OUTCOME: Outcome.REACHED})
    options: list[tuple[Line, AnswerOption]] = []
    for each in (reached, without):
        meant = typed("log", each.people, each.values, sure=reading.sure)
        words = _short(each)
        options.append(((words,), AnswerOption(words, meant)))
    told = line(
        "An issue, an ask or an answer needs a talk, and “{outcome}” is only an"
        " attempt. Which is it?",
        outcome=outcome_words(outcome) if isinstance(outcome, Outcome) else "",
    )
    return asked(told, options)


def not_used(pieces: Sequence[Piece], unused: Sequence[Sequence[int]], act: Verb | None) -> Refusal:
    """Name what was not understood, and show the line without it, and with it as a note."""
    dropped = [words_shown([pieces[at] for at in run]) for run in unused]
    left_out = {at for run in unused for at in run}
    repaired = words_shown([each for at, each in enumerate(pieces) if at not in left_out])
    slip = _slip(pieces, unused)
    if slip is not None:
        return _did_you_mean(pieces, *slip)
    options: list[tuple[Line, AnswerOption]] = [
        ((Code(repaired),), AnswerOption(_("without"), repaired))
    ]
    if act in {None, Verb.LOG}:
        noted = f"{repaired} note {' '.join(dropped)}"
        options.append(((Code(noted),), AnswerOption(_("as a note"), noted)))
    told = line(
        "I did not use {words}, so nothing is saved. Try one of these, or answer with its number:",
        words=joined(quoted(cut(each)) for each in dropped),
    )
    return asked(told, options)


def what_of(person: Person, pieces: Sequence[Piece]) -> Refusal:
    """Ask what to do with words about somebody that are no talk: a note, or nothing."""
    words = words_shown(pieces[person.span[1] :])
    handle = person.contacts[0].handle if person.contacts else f"M-{person.number}"
    lines = (f"note {handle} {words}", f"log {handle}", f"show {handle}")
    told = line(
        "I know {who}, but not what to do with “{words}”. Nothing is saved. Try one of these, or answer"
        " with its number:",
        who=_called(person),
        words=cut(words),
    )
    options = [((Code(each),), AnswerOption(each.split()[0], each)) for each in lines]
    return asked(told, options)


def _slip(pieces: Sequence[Piece], unused: Sequence[Sequence[int]]) -> tuple[int, str] | None:
    """The only word that was not understood, and the outcome that it is almost; None for other words."""
    if len(unused) != 1 or len(unused[0]) != 1:
        return None
    [[at]] = unused
    if pieces[at].plain in {outcome.value for outcome in Outcome}:
        return None
    close = suggest(pieces[at].plain, [outcome.value for outcome in Outcome])
    return None if close is None else (at, close)


def _did_you_mean(pieces: Sequence[Piece], at: int, close: str) -> Refusal:
    better = [*pieces[:at], Piece(close, close, ends=pieces[at].ends), *pieces[at + 1 :]]
    meant = words_shown(better)
    told = line(
        "I do not know “{word}”. Did you mean {close}? Nothing is saved.",
        word=cut(pieces[at].text),
        close=close,
    )
    return asked(told, [((Code(meant),), AnswerOption(close, meant))])


def only_one(people: Sequence[Person]) -> Refusal:
    """Say that words about one person cannot be about several."""
    handles = joined(each.typed for each in people)
    told = line(
        "Issue, ask and note are about one person. Send one line for each of {people}.",
        people=handles,
    )
    return Refusal(told, example=NO_EXAMPLE)


def _called(person: Person) -> str:
    return label(person.contacts[0]) if len(person.contacts) == 1 else person.words


def _short(reading: Reading) -> str:
    outcome = reading.values[Detail.OUTCOME]
    said = outcome_words(outcome) if isinstance(outcome, Outcome) else ""
    kept = {Detail.ISSUE, Detail.ASK} & set(reading.values)
    return (
        joined([said, _("with it")])
        if kept or outcome is Outcome.REACHED
        else joined([said, _("without it")])
    )
