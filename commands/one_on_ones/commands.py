"""Commands about one-on-ones and assessments."""

from datetime import date

from commands.call_sheet.commands import and_next
from commands.contacts.lookup import CountedContact
from commands.contacts.rules import may_see, standing
from commands.first_week.calibration import look_back
from commands.framework import Context, Reply, Role, Where, command
from commands.framework.reply import reply
from commands.framework.values import Label, Note, Sentence
from commands.issues.heard import heard
from commands.one_on_ones import views
from commands.one_on_ones.rules import (
    MANY_ATTEMPTS,
    attempts_in_a_row,
    check_rating,
    check_talk,
    moment_of,
)
from commands.one_on_ones.terms import AnswerWord, EvidenceWord, OutcomeWord, RatingNumber
from commands.roles.quotas import QuotaItem
from commands.shared.discretion import ask_about
from commands.shared.questions import Asking
from commands.shared.wording import outcome_words
from commands.time.terms import FutureDate, PastDay
from storage.contacts.assessments import Assessments
from storage.contacts.conversations import Conversations
from storage.contacts.follow_ups import FollowUps
from storage.core.model import (
    Answer,
    Assessment,
    Contact,
    EntryId,
    EntryKind,
    Evidence,
    FollowUp,
    Outcome,
    Rated,
    Talk,
    UserId,
)
from storage.first_week.own_talks import OwnTalks
from storage.history.entries import History
from storage.issues.wordings import Wordings
from storage.turf.absences import Absences
from storage.turf.call_sheet import CallSheet
from storage.turf.turf import Turf

MOST_CLOSED = 50
"""Follow-ups with one person that a talk closes at once."""


def _check_talk(
    *,
    outcome: Outcome,
    yes: bool,
    rate: Assessment | None = None,
    evidence: Evidence | None = None,
    issue: str | None = None,
    ask: str | None = None,
    answer: Answer | None = None,
    note: str | None = None,
) -> None:
    check_rating(rate, evidence, "!1on1 log M-41 reached rate=2 did")
    check_talk(outcome, issue=issue, ask=ask, answer=answer, evidence=evidence)
    ask_about(note, sure=yes)


@command(
    "1on1 log",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!1on1 log M-41 reached rate=2 did next=fri",
    also=("1on1", "log", "one on one"),
    makes=(QuotaItem.TALK,),
    may_make=(QuotaItem.FOLLOW_UP,),
    check=_check_talk,
)
async def log(
    ctx: Context,
    contact: CountedContact,
    outcome: OutcomeWord,
    *,
    conversations: Conversations,
    assessments: Assessments,
    follow_ups: FollowUps,
    history: History,
    turf: Turf,
    asking: Asking,
    sheet: CallSheet,
    wordings: Wordings,
    talks: OwnTalks,
    rate: RatingNumber | None = None,
    evidence: EvidenceWord | None = None,
    issue: Label | None = None,
    ask: Sentence | None = None,
    answer: AnswerWord | None = None,
    next_: FutureDate | None = None,
    on: PastDay | None = None,
    note: Note | None = None,
    keep: bool = False,
    yes: bool = False,
) -> Reply:
    """Record a conversation or an attempt with a contact.

    contact: their handle or name
    outcome: reached, noanswer, busy, callback, wrongcontact or refused
    rate: where they stand, 1 to 5
    evidence: what the rating rests on
    issue: what moves them
    ask: what you asked them to do
    answer: what they said to the ask
    next: when you will be in touch again
    on: the day of the talk, if it was not today
    note: only what they could read
    keep: keep open what was due with them
    yes: save the note anyway
    """
    del yes
    talk = Talk(outcome, ctx.user, moment_of(on, ctx), issue, ask, answer, note)
    entry = await history.record(EntryKind.CONVERSATION_LOGGED, contact.id)
    number = await conversations.log(entry, contact.id, talk)
    issue_line = None if issue is None else heard(issue, await wordings.list(), number)
    rated = None
    if rate is not None:
        rated = Rated(rate, evidence, ctx.user, talk.at, None)
        await assessments.give(entry, contact.id, rated)
    closed = []
    if not keep:
        closed = await close_due(entry, contact, talk, follow_ups, next_, ctx)
    follow_up = None
    if next_ is not None:
        task = await follow_ups.add(
            entry, contact.id, ask or "", next_, owner=ctx.user, zone=ctx.zone, at=ctx.now
        )
        follow_up = (task, next_)
    tries = views.Tries(0, None)
    if outcome is not Outcome.REACHED:
        tries = await _tries(conversations, turf, contact, ctx.user)
    if follow_up is None:
        asking.day("followup", contact.handle)
    said = views.logged(contact, talk, rated, follow_up, closed, tries, ctx, issue_line)
    if outcome is Outcome.REACHED:
        return reply(*said.blocks, *await look_back(ctx, talks))
    return await and_next(said, outcome, ctx, sheet)


async def close_due(
    entry: EntryId,
    contact: Contact,
    talk: Talk,
    follow_ups: FollowUps,
    next_: date | None,
    ctx: Context,
) -> list[FollowUp]:
    """Close what was due with somebody: a talk did it, and a next step takes its place.

    An attempt without a next step leaves it open.
    """
    if talk.outcome is not Outcome.REACHED and next_ is None:
        return []
    until = None if talk.outcome is Outcome.REACHED and next_ is not None else ctx.today
    due = await follow_ups.with_contact(contact.id, ctx.user, until, MOST_CLOSED)
    for task in due:
        result = outcome_words(talk.outcome)
        await follow_ups.done(entry, task, result, author=ctx.user, at=ctx.now)
    return due


async def _tries(
    conversations: Conversations, turf: Turf, contact: Contact, author: UserId
) -> views.Tries:
    """How often somebody has tried in vain, and after many times who else might."""
    attempts = attempts_in_a_row(await conversations.latest(contact.id), author)
    many = attempts >= MANY_ATTEMPTS
    return views.Tries(attempts, await turf.neighbour(contact, author) if many else None)


def _check_rating(
    *,
    rating: Assessment,
    yes: bool,
    evidence: Evidence | None = None,
    why: str | None = None,
) -> None:
    check_rating(rating, evidence, '!assess M-41 2 did "signed petition"')
    ask_about(why, sure=yes)


@command(
    "assess",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!assess M-41 2 did "signed petition"',
    also=("rate",),
    makes=(QuotaItem.RATING,),
    check=_check_rating,
)
async def assess(
    ctx: Context,
    contact: CountedContact,
    rating: RatingNumber,
    evidence: EvidenceWord | None = None,
    why: Note | None = None,
    *,
    assessments: Assessments,
    history: History,
    absences: Absences,
    yes: bool = False,
) -> Reply:
    """Say where a contact stands, and what that rests on.

    contact: their handle or name
    rating: 1 organizes, 2 supports, 3 undecided, 4 says no, 5 works against us; 0 clears
    evidence: what they said, what they did, or what you heard
    why: what they did or said
    yes: save the note anyway
    """
    del yes
    entry = await history.record(EntryKind.ASSESSED, contact.id)
    rated = Rated(rating, evidence, ctx.user, ctx.now, why)
    await assessments.give(entry, contact.id, rated)
    seen = None
    stands_in = await absences.may_stand_in(contact, ctx.user, ctx.day)
    if may_see(contact, ctx.user, ctx.role) or stands_in:
        seen = standing(await assessments.of_each(contact.id), contact.organizer)
    return views.assessed(contact, rated, seen, ctx)
