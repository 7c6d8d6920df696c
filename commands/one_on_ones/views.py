"""Words that confirm a logged talk and an assessment."""

from collections.abc import Sequence
from datetime import date

from commands.contacts.rules import ContactStanding
from commands.framework.context import Context
from commands.framework.i18n import _, a_day
from commands.framework.quoting import quoted
from commands.framework.reply import Code, Line, Reply, Strong, line, listed, reply
from commands.one_on_ones.rules import MANY_ATTEMPTS
from commands.shared.wording import (
    answer_word,
    evidence_word,
    label,
    outcome_words,
    rated_words,
    rating_words,
    semicolons,
    short,
)
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, FollowUp, Outcome, Rated, Talk, UserId

MOST_SHOWN = 3
"""Closed follow-ups that are named one by one."""


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries in a row without a talk, and who may have better luck."""

    attempts: int
    other: UserId | None


def logged(
    contact: Contact,
    talk: Talk,
    rated: Rated | None,
    follow_up: tuple[int, date] | None,
    closed: Sequence[FollowUp],
    tries: Tries,
    ctx: Context,
    issue: Line | None = None,
) -> Reply:
    """Confirm a logged talk by repeating everything as it was understood; ``issue``: its line."""
    lines: list[Line] = []
    day = talk.at.astimezone(ctx.zone).date()
    if issue is not None:
        lines.append(issue)
    if talk.ask:
        asked = talk.ask if talk.answer is None else f"{talk.ask} – {answer_word(talk)}"
        lines.append(line("Ask: {ask}", ask=asked))
    if rated is not None:
        lines.append(line("Rating: {rating}", rating=_rating(rated)))
    if talk.note:
        lines.append(line("Note: {note}", note=talk.note))
    if follow_up is not None:
        number, due = follow_up
        lines.append(
            line(
                "Next: {day} (follow-up {number})", day=Strong(a_day(due, ctx.today)), number=number
            )
        )
    for task in closed[:MOST_SHOWN]:
        what = f" ({task.what})" if task.what else ""
        lines.append(line("Closed: follow-up {number}{what}", number=task.number, what=what))
    if len(closed) > MOST_SHOWN:
        lines.append(line("Closed: {n} more follow-ups", n=len(closed) - MOST_SHOWN))
    who, how = Strong(label(contact)), outcome_words(talk.outcome)
    head = (
        line("Logged {who}: {outcome}.", who=who, outcome=how)
        if day == ctx.today
        else line(
            "Logged {who}: {outcome}, {day}.", who=who, outcome=how, day=a_day(day, ctx.today)
        )
    )
    body = listed(lines) if lines else None
    return reply(head, body, _last_line(contact, talk, follow_up is not None, tries))


def _last_line(contact: Contact, talk: Talk, has_next: bool, tries: Tries) -> Line:  # noqa: FBT001 a fact, not a switch
    if talk.outcome is not Outcome.REACHED and tries.attempts >= MANY_ATTEMPTS:
        somebody = _("another organizer") if tries.other is None else short(tries.other)
        return line(
            "That is {n} tries without a talk. Maybe {somebody} can reach them? {release}",
            n=tries.attempts,
            somebody=somebody,
            release=Code(f'!turf release {contact.handle} why="three tries"'),
        )
    if not has_next:
        return line("No next step. Answer with a day, like {day}.", day=Code("fri"))
    return line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))


def _rating(rated: Rated) -> str:
    why = "" if rated.evidence is None else f" ({evidence_word(rated.evidence)})"
    return rating_words(rated.rating) + why


def assessed(contact: Contact, rated: Rated, seen: ContactStanding | None, ctx: Context) -> Reply:
    """Confirm an assessment; ``seen`` is where the contact stands now, for those who may see it, else None."""
    why = f" {quoted(rated.note)}" if rated.note else ""
    head = line("{who}: {rating}", who=Strong(label(contact)), rating=_rating(rated) + why)
    blocks = [head]
    if seen is not None and seen.disputed and seen.current is not None:
        views = semicolons(rated_words(r, ctx) for r in (seen.current, *seen.others))
        blocks.append(line("{disputed}: {views}", disputed=Strong(_("Disputed")), views=views))
    blocks.append(line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")))
    return reply(*blocks)
