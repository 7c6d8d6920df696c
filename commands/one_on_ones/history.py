"""Commands for looking back on talks and ratings, and for correcting a talk."""

from dataclasses import replace
from datetime import timedelta

from commands.contacts.lookup import ContactInCare, CountedContact
from commands.contacts.rules import standing
from commands.framework import Context, Reply, Role, Where, _, command, refuse
from commands.framework.reply import Code
from commands.framework.values import Days, Label, Note, Sentence
from commands.issues.heard import counted_as
from commands.one_on_ones import history_views as views
from commands.one_on_ones.rules import check_talk
from commands.one_on_ones.terms import AnswerWord, OutcomeWord, TalkNumber
from commands.roles.quotas import QuotaItem
from commands.shared.discretion import ask_about
from storage.contacts.assessments import Assessments
from storage.contacts.changes import ContactChanges
from storage.contacts.contacts import Contacts
from storage.contacts.conversations import Conversations, TalkVersion
from storage.contacts.follow_ups import FollowUps
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Answer, Contact, EntryKind, Talk
from storage.core.model import Note as NoteTaken
from storage.history.entries import History
from storage.issues.wordings import Wordings

SHOWN = 6
"""What a phone shows without scrolling far."""
STALE = 30
"""Days after which a rating is old (AFL-CIO and OPEIU ask for recent ones)."""
TAKEN_OUT = "-"
"""Typed for a detail that is to go."""


@command(
    "1on1 edit",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!1on1 edit 12 outcome=reached issue="on-call pay"',
    also=("log edit",),
    makes=(QuotaItem.TALK,),
    may_make=(QuotaItem.FOLLOW_UP, QuotaItem.RATING, QuotaItem.UNDO),
)
async def edit(
    ctx: Context,
    number: TalkNumber,
    *,
    contacts: Contacts,
    conversations: Conversations,
    history: History,
    assessments: Assessments,
    follow_ups: FollowUps,
    wordings: Wordings,
    who: CountedContact | None = None,
    outcome: OutcomeWord | None = None,
    issue: Label | None = None,
    ask: Sentence | None = None,
    answer: AnswerWord | None = None,
    note: Note | None = None,
    yes: bool = False,
) -> Reply:
    """Correct a talk of yours. I keep the earlier version.

    number: the talk's number
    who: who it was with, if it was somebody else; rating and next step move too
    outcome: reached, noanswer, busy, callback, wrongcontact or refused
    issue: what moves them; - deletes it
    ask: what you asked them to do; - deletes it
    answer: what they said to the ask
    note: only what they could read; - deletes it
    yes: save the note anyway
    """
    kept = await _own_talk(number, conversations, ctx)
    ask_about(note, sure=yes)
    before = kept.talk
    better = replace(
        before,
        outcome=outcome or before.outcome,
        issue=_changed(before.issue, issue),
        ask=_changed(before.ask, ask),
        note=_changed(before.note, note),
    )
    said_issue = None if issue is None else better.issue
    issue_line = (
        None if said_issue is None else counted_as(said_issue, await wordings.list(), better.number)
    )
    elsewhere = who is not None and who.id != kept.contact
    better = _with_answer(before, better, answer, moves=elsewhere)
    if who is not None and elsewhere:
        with_it = MovedWithTalk(conversations, assessments, follow_ups, history)
        first = await contacts.by_id(kept.contact)
        await with_it.move(kept, better, who, ctx)
        return views.moved(first, who, better, issue_line)
    entry = await history.record(EntryKind.CONVERSATION_EDITED, kept.contact)
    await conversations.edit(entry, kept, better)
    return views.edited(await contacts.by_id(kept.contact), before, better, issue_line)


async def _own_talk(number: int, conversations: Conversations, ctx: Context) -> TalkVersion:
    """A talk by its number, if the person may put it right. Raises Refusal."""
    kept = await conversations.numbered(number)
    if kept is None or (kept.talk.author != ctx.user and ctx.role < Role.LEAD):
        raise refuse(
            "You have no talk {number}. {history} shows their numbers.",
            number=number,
            history=Code("!1on1 history M-41"),
        )
    return kept


@dataclass(frozen=True, slots=True)
class MovedWithTalk:
    """What goes along when a talk turns out to have been with somebody else."""

    conversations: Conversations
    assessments: Assessments
    follow_ups: FollowUps
    history: History

    async def move(self, kept: TalkVersion, better: Talk, who: Contact, ctx: Context) -> None:
        """Take the talk back where it is, and save it with its rating and next step where it belongs."""
        entries = await self.conversations.entries(better.number)
        ids = [each.id for each in entries]
        rated = await self.conversations.rated_with(ids)
        planned = await self.conversations.planned_with(ids)
        for each in entries:
            await self.history.reverse(each, EntryKind.TALK_MOVED_AWAY)
        entry = await self.history.record(EntryKind.CONVERSATION_EDITED, who.id)
        await self.conversations.move(entry, kept, who.id, better)
        for rating in rated:
            await self.assessments.give(entry, who.id, rating)
        for task in planned:
            await self.follow_ups.add(
                entry, who.id, task.what, task.due, owner=task.owner, zone=ctx.zone, at=ctx.now
            )


@command(
    "1on1 withdraw",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!1on1 withdraw 12",
    also=("log withdraw",),
    makes=(QuotaItem.UNDO,),
)
async def withdraw(
    ctx: Context,
    number: TalkNumber,
    why: Note | None = None,
    *,
    contacts: Contacts,
    conversations: Conversations,
    history: History,
    lives: ContactChanges,
    yes: bool = False,
) -> Reply:
    """Withdraw a talk of yours, old or new, with the rating and next step that came with it.

    number: the talk's number
    why: the reason, kept as a note
    yes: save the note anyway
    """
    kept = await _own_talk(number, conversations, ctx)
    ask_about(why, sure=yes)
    entries = await conversations.entries(number)
    withdrawn = [await history.reverse(each, EntryKind.TALK_WITHDRAWN) for each in entries]
    contact = await contacts.by_id(kept.contact)
    if why is not None and contact is not None:
        words = _("Talk {number} withdrawn: {why}").format(number=number, why=why)
        # Of the withdrawal itself, so that it goes when that is taken back.
        await lives.note(withdrawn[-1], contact.id, NoteTaken(ctx.user, ctx.now, words))
    return views.withdrawn(contact, kept.talk)


def _with_answer(before: Talk, better: Talk, answer: Answer | None, *, moves: bool) -> Talk:
    """A talk put right, with the answer that goes with its ask. Raises Refusal."""
    kept = None if better.ask is None and answer is None else answer or before.answer
    better = replace(better, answer=kept)
    if better == before and not moves:
        raise refuse("What changes? Add who=, outcome=, issue=, ask=, answer= or note=.")
    check_talk(better.outcome, issue=better.issue, ask=better.ask, answer=kept, evidence=None)
    return better


def _changed(before: str | None, typed: str | None) -> str | None:
    if typed is None:
        return before
    return None if typed == TAKEN_OUT else typed


@command(
    "1on1 history",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!1on1 history M-41",
    also=("log history",),
)
async def talks(
    ctx: Context,
    contact: ContactInCare,
    *,
    conversations: Conversations,
    before: TalkNumber | None = None,
) -> Reply:
    """List the talks with one of your contacts, newest first, with their numbers.

    contact: their handle or name
    before: the last number of the page before
    """
    found = await conversations.latest(contact.id, SHOWN + 1, before=before)
    return views.talks(contact, found[:SHOWN], ctx, more=len(found) > SHOWN)


@command(
    "assess history",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!assess history M-41",
    also=("ratings",),
)
async def ratings(ctx: Context, contact: ContactInCare, *, assessments: Assessments) -> Reply:
    """List the ratings of one of your contacts: who gave which, when, and on what evidence.

    contact: their handle or name
    """
    found = await assessments.latest(contact.id, SHOWN + 1)
    now = standing(await assessments.of_each(contact.id), contact.organizer)
    return views.ratings(contact, found[:SHOWN], now, ctx, more=len(found) > SHOWN)


@command("stale", who=Role.ORGANIZER, where=Where.DIRECT, example="!stale 30")
async def stale(
    ctx: Context, days: Days | None = None, *, contacts: Contacts, assessments: Assessments
) -> Reply:
    """Show whose rating is old, oldest first, then who has none; leads see everybody.

    days: how many days old; 30 if you do not say
    """
    whose = None if ctx.role >= Role.LEAD else ctx.user
    before = ctx.now - timedelta(days=days or STALE)
    old = await assessments.stale(before, organizer=whose, limit=SHOWN + 1)
    found = old
    if len(old) <= SHOWN:
        found = old + await assessments.unrated(organizer=whose, limit=SHOWN + 1 - len(old))
    people = {c.id: c for c in await contacts.all([each.contact for each in found])}
    shown = [(people[each.contact], each) for each in found[:SHOWN]]
    return views.stale(shown, days or STALE, ctx, more=len(found) > SHOWN)


@command("disputes", who=Role.LEAD, where=Where.DIRECT, example="!disputes", also=("disputed",))
async def disputes(ctx: Context, contacts: Contacts, assessments: Assessments) -> Reply:
    """Show where organizers disagree about somebody, so that they can talk."""
    ids = await assessments.disputed(SHOWN + 1)
    people = await contacts.all(ids[:SHOWN])
    told = [
        (person, standing(await assessments.of_each(person.id), person.organizer))
        for person in people
    ]
    return views.disputes(told, ctx, more=len(ids) > SHOWN)


@command("scale", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!scale")
async def scale(_ctx: Context) -> Reply:
    """Show what the ratings mean."""
    return views.scale()
