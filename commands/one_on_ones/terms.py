"""Types of parameters about a one-on-one: how it went, how far somebody stands with us. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _, one_of
from commands.framework.reader import Reader, choice, number, numbered, sentence, text
from storage.core.model import Answer, Assessment, Evidence, Outcome

TalkNumber = Annotated[
    int, numbered("NUMBER", lambda: _("Which talk? !1on1 history M-41 shows their numbers."))
]
"""A talk's number within its committee."""


def _more_outcomes() -> Mapping[Outcome, str]:
    return {
        Outcome.REACHED: _("met, talked, talked to, spoke, spoken, spoke with, had a talk"),
        Outcome.NO_ANSWER: _("no answer, na, nobody, not home, missed, voicemail, no reply"),
        Outcome.BUSY: _("no time, in a rush"),
        Outcome.CALL_BACK: _("call back, later, call later, not now"),
        Outcome.WRONG_CONTACT: _("wrong contact, wrong number, wrong person, wrong"),
        Outcome.REFUSED: _("declined, refuses, no thanks, would not talk"),
    }


_OUTCOME = choice(
    Outcome,
    "OUTCOME",
    lambda: _("How did it go? Say {choices}.").format(choices=one_of([o.value for o in Outcome])),
    also=_more_outcomes,
    upto=3,
)

OutcomeWord = Annotated[Outcome, _OUTCOME]
"""How a talk went, in a few words."""

_ANSWER = sentence(text(1000, "TEXT", lambda: _("Type a few words.")))

AnswerWords = Annotated[str, replace(_ANSWER, in_example=_OUTCOME.shown)]
"""The answer to what is asked step by step; the first is how it went."""

_SCALE = number(0, 5)


def scale() -> str:
    """The definitions of the ratings, on one line."""
    return _(
        "1 organizes · 2 supports · 3 undecided · 4 says no · 5 works against us · 0 not assessed"
    )


def _read_rating(raw: str, _ctx: Context) -> Assessment:
    value = _SCALE(raw)
    if value is None:
        raise refuse("“{word}” is not a rating: {scale}.", word=cut(raw), scale=scale())
    return Assessment(value)


RatingNumber = Annotated[
    Assessment,
    Reader(_read_rating, "0-5", lambda: _("Which rating? {scale}.").format(scale=scale())),
]
"""How far somebody stands with us, 0 to 5."""


def _more_evidence() -> Mapping[Evidence, str]:
    return {
        Evidence.SAID: _("says, told me"),
        Evidence.DID: _("done, acted"),
        Evidence.HEARD: _("hear, hearsay, somebody said"),
    }


EvidenceWord = Annotated[
    Evidence,
    choice(
        Evidence,
        "said|did|heard",
        lambda: _("What does it rest on: said, did or heard?"),
        also=_more_evidence,
        bare=tuple(each.value for each in Evidence),
    ),
]
"""What a rating rests on, in a word that needs no key."""


def _more_answers() -> Mapping[Answer, str]:
    return {
        Answer.YES: _("y, yeah, sure, ok"),
        Answer.MAYBE: _("perhaps, unsure, undecided"),
        Answer.NO: _("n, nope"),
    }


AnswerWord = Annotated[
    Answer,
    choice(Answer, "yes|maybe|no", lambda: _("Yes, maybe or no?"), also=_more_answers),
]
"""What somebody said to an ask."""
