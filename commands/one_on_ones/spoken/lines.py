"""Readings as lines to be typed, and in words to be chosen from. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from commands.framework.i18n import _, a_day
from commands.framework.quoting import quoted
from commands.one_on_ones.spoken.reading import Person, Reading, Value
from commands.one_on_ones.spoken.vocabulary import Detail
from commands.shared.wording import evidence_word, label, outcome_words, rating_words
from storage.core.model import Answer, Assessment, Evidence, Outcome

_ORDER = (
    Detail.RATE,
    Detail.EVIDENCE,
    Detail.ISSUE,
    Detail.ASK,
    Detail.ANSWER,
    Detail.ON,
    Detail.NEXT,
    Detail.NOTE,
)


def typed(
    verb: str, people: Sequence[Person], values: Mapping[Detail, Value], *, sure: bool
) -> str:
    """The line that says all of it in the strict form, with handles where they are known."""
    parts = [f"!{verb}", *(each.typed for each in people)]
    outcome = values.get(Detail.OUTCOME)
    if isinstance(outcome, Outcome):
        parts.append(outcome.value)
    told = [slot for slot in _ORDER if slot in values]
    parts += [_typed(slot, values[slot], rating_alone=verb == "rate") for slot in told]
    return " ".join([*parts, "--yes"] if sure else parts)


def _typed(slot: Detail, value: Value, *, rating_alone: bool) -> str:
    match value:
        case Assessment():
            return str(value.value) if rating_alone else f"rate={value.value}"
        case Evidence():
            return value.value
        case Answer():
            return f"answer={value.value}"
        case date():
            return f"{slot.value}={value.isoformat()}"
        case str():
            words = value.replace('"', "'")
            return f'{slot.value}="{words}"'
        case _:
            return ""


def in_words(reading: Reading, today: date) -> str:
    """What a reading says, in few words."""
    values = reading.values
    parts = [_who(each) for each in reading.people]
    for slot in (Detail.OUTCOME, *_ORDER):
        if slot in values and not (slot is Detail.EVIDENCE and Detail.RATE in values):
            words = _in_words(slot, values[slot], today)
            rests = values.get(Detail.EVIDENCE) if slot is Detail.RATE else None
            parts.append(
                f"{words} ({evidence_word(rests)})" if isinstance(rests, Evidence) else words
            )
    return " · ".join(part for part in parts if part)


def _who(person: Person) -> str:
    return label(person.contacts[0]) if len(person.contacts) == 1 else person.words


def _in_words(slot: Detail, value: Value, today: date) -> str:
    match value:
        case Outcome():
            return outcome_words(value)
        case Assessment():
            return rating_words(value)
        case Evidence():
            return evidence_word(value)
        case Answer():
            return {"yes": _("yes"), "maybe": _("maybe"), "no": _("no")}[value.value]
        case date():
            day = a_day(value, today)
            told = _("next step {day}") if slot is Detail.NEXT else _("the talk was {day}")
            return told.format(day=day)
        case _:
            key = {Detail.ISSUE: _("issue"), Detail.ASK: _("ask"), Detail.NOTE: _("note")}[slot]
            return f"{key} {quoted(value)}"
