"""Questions of a guided one-on-one: which comes next, and what an answer means. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from commands.framework.context import Context
from commands.framework.reader import reader_of
from commands.framework.values import Label, Note, Sentence
from commands.one_on_ones.terms import AnswerWord, EvidenceWord, OutcomeWord, RatingNumber
from commands.time.terms import FutureDate
from storage.core.model import Answer, Assessment, Evidence, Outcome

Answers = Mapping[str, str | None]
"""By question, in the order in which they were given; None is a question that was skipped."""


class Question(Enum):
    """One question; the value is what ``!1on1 log`` calls it."""

    OUTCOME = "outcome"
    ISSUE = "issue"
    ASK = "ask"
    ANSWER = "answer"
    RATE = "rate"
    EVIDENCE = "evidence"
    NOTE = "note"
    NEXT = "next_"

    @property
    def may_be_skipped(self) -> bool:
        return self not in {Question.OUTCOME, Question.EVIDENCE}


KINDS: Mapping[Question, object] = {
    Question.OUTCOME: OutcomeWord,
    Question.ISSUE: Label,
    Question.ASK: Sentence,
    Question.ANSWER: AnswerWord,
    Question.RATE: RatingNumber,
    Question.EVIDENCE: EvidenceWord,
    Question.NOTE: Note,
    Question.NEXT: FutureDate,
}


def questions(answers: Answers) -> list[Question]:
    """The questions that apply, given the answers so far: only who was reached named an issue."""
    if answers.get(Question.OUTCOME.value, "reached") != Outcome.REACHED.value:
        return [Question.OUTCOME, Question.NOTE, Question.NEXT]
    asked = [Question.OUTCOME, Question.ISSUE, Question.ASK]
    if answers.get(Question.ASK.value) is not None:
        asked.append(Question.ANSWER)
    asked.append(Question.RATE)
    if answers.get(Question.RATE.value) not in {None, "0"}:
        asked.append(Question.EVIDENCE)
    return [*asked, Question.NOTE, Question.NEXT]


def next_question(answers: Answers) -> Question | None:
    """The next question; None when everything is answered and waits to be confirmed."""
    return next((q for q in questions(answers) if q.value not in answers), None)


def without_last(answers: Answers) -> Answers:
    """The answers without the last one: one step back."""
    return dict(list(answers.items())[:-1])


def read(question: Question, said: str, ctx: Context) -> str:
    """An answer in the form a draft keeps. Raises Refusal."""
    reads = reader_of(KINDS[question])
    if reads is None:
        raise LookupError(question)
    value = reads.read(said, ctx)
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)


def arguments(answers: Answers) -> dict[str, Any]:
    """The answers as the arguments of ``!1on1 log``."""
    values: dict[str, Any] = {}
    for question in questions(answers):
        kept = answers.get(question.value)
        if kept is not None:
            values[question.value] = _value(question, kept)
    return values


def _value(question: Question, kept: str) -> object:
    match question:
        case Question.OUTCOME:
            return Outcome(kept)
        case Question.ANSWER:
            return Answer(kept)
        case Question.RATE:
            return Assessment(int(kept))
        case Question.EVIDENCE:
            return Evidence(kept)
        case Question.NEXT:
            return date.fromisoformat(kept)
        case _:
            return kept
