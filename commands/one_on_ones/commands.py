"""What is typed about one-on-ones and assessments."""

from commands.contacts.lookup import anybody
from commands.contacts.rules import may_see, standing
from commands.framework import Context, Reply, Role, Where, command
from commands.framework.values import Label, Note, Sentence, Who
from commands.one_on_ones import views
from commands.one_on_ones.rules import MANY_ATTEMPTS, attempts_in_a_row, check_rating, check_talk
from commands.one_on_ones.terms import AnswerWord, EvidenceWord, OutcomeWord, RatingNumber
from commands.roles.quotas import QuotaItem
from commands.shared.discretion import think_over
from commands.shared.look_ups import Looking
from commands.time.terms import FutureDate
from storage.contacts.assessments import Assessments
from storage.contacts.contacts import Contacts
from storage.contacts.conversations import Conversations
from storage.contacts.follow_ups import FollowUps
from storage.core.model import EntryKind, Outcome, Rated, Talk
from storage.history.entries import History
from storage.turf.absences import Absences
from storage.turf.turf import Turf


@command(
    "1on1 log",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!1on1 log M-41 reached rate=2 did next=fri",
    also=("1on1", "log", "one on one"),
    makes=(QuotaItem.TALK,),
    may_make=(QuotaItem.FOLLOW_UP,),
)
async def log(
    ctx: Context,
    contacts: Contacts,
    conversations: Conversations,
    assessments: Assessments,
    follow_ups: FollowUps,
    history: History,
    who: Who,
    outcome: OutcomeWord,
    *,
    looking: Looking,
    turf: Turf,
    rate: RatingNumber | None = None,
    evidence: EvidenceWord | None = None,
    issue: Label | None = None,
    ask: Sentence | None = None,
    answer: AnswerWord | None = None,
    next_: FutureDate | None = None,
    note: Note | None = None,
    yes: bool = False,
) -> Reply:
    """Record a conversation or an attempt with a contact.

    who: their handle or name
    outcome: reached, noanswer, busy, callback, wrongcontact or refused
    rate: where they stand, 1 to 5
    evidence: what the rating rests on
    issue: what moves them
    ask: what you asked them to do
    answer: what they said to the ask
    next: when you will be in touch again
    note: only what they could read
    yes: save a note you were asked about
    """
    check_rating(rate, evidence, "!1on1 log M-41 reached rate=2 did")
    check_talk(outcome, issue=issue, ask=ask, answer=answer, evidence=evidence)
    doubt = None if yes else think_over(note)
    if doubt is not None:
        raise doubt
    contact = await anybody(contacts, looking, who)
    talk = Talk(outcome, ctx.user, ctx.now, issue, ask, answer, note)
    entry = await history.record(EntryKind.CONVERSATION_LOGGED, contact.id)
    await conversations.log(entry, contact.id, talk)
    rated = None
    if rate is not None:
        rated = Rated(rate, evidence, ctx.user, ctx.now, None)
        await assessments.give(entry, contact.id, rated)
    follow_up = None
    if next_ is not None:
        number = await follow_ups.add(
            entry, contact.id, ask or "", next_, owner=ctx.user, zone=ctx.zone, at=ctx.now
        )
        follow_up = (number, next_)
    tries = views.Tries(0, None)
    if outcome is not Outcome.REACHED:
        attempts = attempts_in_a_row(await conversations.latest(contact.id), ctx.user)
        many = attempts >= MANY_ATTEMPTS
        other = await turf.neighbour(contact, ctx.user) if many else None
        tries = views.Tries(attempts, other)
    return views.logged(contact, talk, rated, follow_up, tries, ctx)


@command(
    "assess",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!assess M-41 2 did "signed petition"',
    also=("rate",),
    makes=(QuotaItem.RATING,),
)
async def assess(
    ctx: Context,
    contacts: Contacts,
    assessments: Assessments,
    history: History,
    who: Who,
    rating: RatingNumber,
    evidence: EvidenceWord | None = None,
    why: Note | None = None,
    *,
    looking: Looking,
    absences: Absences,
    yes: bool = False,
) -> Reply:
    """Say where a contact stands, and what that rests on.

    who: their handle or name
    rating: 1 organizes, 2 supports, 3 undecided, 4 against, 5 opposed; 0 clears
    evidence: what they said, what they did, or what you heard
    why: the deed or the words
    yes: save a note you were asked about
    """
    check_rating(rating, evidence, '!assess M-41 2 did "signed petition"')
    doubt = None if yes else think_over(why)
    if doubt is not None:
        raise doubt
    contact = await anybody(contacts, looking, who)
    entry = await history.record(EntryKind.ASSESSED, contact.id)
    rated = Rated(rating, evidence, ctx.user, ctx.now, why)
    await assessments.give(entry, contact.id, rated)
    seen = None
    stands_in = await absences.may_stand_in(contact, ctx.user, ctx.day)
    if may_see(contact, ctx.user, ctx.role) or stands_in:
        seen = standing(await assessments.of_each(contact.id), contact.organizer)
    return views.assessed(contact, rated, seen, ctx)
