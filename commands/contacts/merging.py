"""Commands for two records that may be one person."""

from datetime import timedelta

from commands.authority.budget import Acts
from commands.authority.previews import Preview, Previews
from commands.contacts import merging_views as views
from commands.contacts.lookup import in_care
from commands.contacts.rules import standing
from commands.contacts.terms import PairNumber
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.errors import Refusal
from commands.framework.reply import Code
from commands.framework.spec import Answered
from commands.framework.values import ContactRef, Who
from commands.roles.quotas import Act, QuotaItem
from commands.shared.wording import label
from storage.contacts.assessments import Assessments
from storage.contacts.contacts import Contacts
from storage.contacts.followings import Followings
from storage.contacts.merges import Merges
from storage.core.model import Contact, EntryKind
from storage.history.entries import History
from storage.structure_tests.marks import Marks
from storage.turf.absences import Absences

APART = timedelta(days=30)
"""How long a merge can be taken apart."""
PAIRS = 4
COUNTED = 1_000
"""Pairs up to which it is said how many there are in all."""
"""Pairs a phone shows without scrolling far."""


@command(
    "merge",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!merge M-41 M-88",
    also=("contact merge",),
    makes=(QuotaItem.MERGE,),
    destroys=(Act.MERGE,),
)
async def merge(
    ctx: Context,
    who: Who,
    other: Who,
    *,
    contacts: Contacts,
    absences: Absences,
    assessments: Assessments,
    merges: Merges,
    history: History,
    acts: Acts,
    previews: Previews,
    marks: Marks,
    yes: bool = False,
) -> Answered:
    """Merge two records of one person. First you see both side by side.

    who: the record to keep; a handle that is part of another record means that one
    other: the record that goes into it
    yes: merge them as shown
    """
    kept = await in_care(who, ctx, contacts, absences)
    dropped = await in_care(other, ctx, contacts, absences)
    if kept.id == dropped.id:
        raise _one_already(kept, who, other)
    if ctx.role < Role.LEAD and kept.organizer != dropped.organizer:
        # Whoever stands in for somebody would have their people for good.
        raise _two_organizers(kept, dropped)
    meant = _meant((who, kept), (other, dropped))
    preview = views.preview(
        await _side(contacts, assessments, merges, kept),
        await _side(contacts, assessments, merges, dropped),
        ctx,
        await marks.in_both(kept.id, dropped.id),
        meant,
    )
    what = f"merge {kept.number} {dropped.number}"
    look = Preview(what, {}, preview, await merges.records(kept.id, dropped.id))
    first = await previews.first(ctx, look, yes=yes)
    if first is not None:
        return first
    await acts.spend(ctx, Act.MERGE)
    entry = await history.record(EntryKind.MERGED, kept.id)
    await merges.merge(entry, kept, dropped, ctx.now)
    now = await contacts.by_id(kept.id) or kept
    said = views.merged(now, dropped, int(APART.days), meant)
    losing = dropped.organizer
    if losing in {None, ctx.user, now.organizer}:
        return said
    return (said, views.goes_to(now, dropped, losing))


def _meant(*typed: tuple[ContactRef, Contact]) -> tuple[views.Meant, ...]:
    """The typed handles that are part of another record by now, each with that one."""
    return tuple(
        (str(ref), found) for ref, found in typed if ref.number not in {None, found.number}
    )


def _two_organizers(kept: Contact, dropped: Contact) -> Refusal:
    return impossible(
        "{kept} is assigned to {one}, and {dropped} to {other}. A lead must decide "
        "whose they will be. Ask one to type {merge}",
        kept=label(kept),
        one=views.organizer_of(kept),
        dropped=label(dropped),
        other=views.organizer_of(dropped),
        merge=Code(f"!merge {kept.handle} {dropped.handle}"),
    )


def _one_already(kept: Contact, *typed: ContactRef) -> Refusal:
    inside = _meant(*((ref, kept) for ref in typed))
    if not inside:
        return refuse("That is {who} both times.", who=label(kept))
    handle = inside[-1][0]
    return refuse(
        "{handle} is part of {who} already. {unmerge} takes them apart.",
        handle=handle,
        who=label(kept),
        unmerge=Code(f"!unmerge {handle}"),
    )


async def _side(
    contacts: Contacts, assessments: Assessments, merges: Merges, contact: Contact
) -> views.MergeSide:
    names = (await contacts.every_name([contact.id]))[contact.id]
    return views.MergeSide(
        contact,
        tuple(dict.fromkeys(names)),
        standing(await assessments.of_each(contact.id), contact.organizer),
        await merges.tally(contact.id),
    )


@command(
    "unmerge",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!unmerge M-41",
    also=("contact unmerge",),
    may_make=(QuotaItem.UNDO,),
)
async def unmerge(
    ctx: Context,
    who: Who,
    *,
    contacts: Contacts,
    absences: Absences,
    merges: Merges,
    history: History,
    previews: Previews,
    followings: Followings,
    yes: bool = False,
) -> Reply:
    """Take two merged records apart again, within 30 days.

    who: either of the two handles
    yes: take apart what somebody else merged, after I showed it to you
    """
    contact = await in_care(who, ctx, contacts, absences)
    last = None if who.number is None else await merges.of(who.number)
    if last is None:
        last = await merges.newest(contact.id)
    if last is None:
        raise refuse("{who} is not merged with anybody.", who=label(contact))
    before = await contacts.by_id(last.dropped)
    theirs = contact.organizer if before is None else before.organizer
    if ctx.role < Role.LEAD and theirs != contact.organizer:
        raise impossible(
            "One of the two would then be assigned to another organizer, so a lead must do "
            "that. Ask one to type {unmerge}",
            unmerge=Code(f"!unmerge M-{last.dropped_number}"),
        )
    if ctx.now - last.entry.at > APART:
        raise impossible("That merge is more than {days} days old, so it stays.", days=APART.days)
    if last.entry.author != ctx.user:
        preview = views.joined_by(contact, last, ctx)
        look = Preview(f"unmerge {contact.number}", {"entry": last.entry.id}, preview)
        first = await previews.first(ctx, look, yes=yes)
        if first is not None:
            return first
    await history.reverse(last.entry)
    if await followings.in_a_circle([last.kept, last.dropped]):
        raise impossible(
            "Taken apart, two of them would stand behind each other. First type {alone}",
            alone=Code(f"!follows {contact.handle} -"),
        )
    both = await contacts.all([last.kept, last.dropped])
    return views.apart(both)


@command(
    "dupes",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!dupes",
    also=("contact dupes", "duplicates"),
)
async def dupes(_ctx: Context, merges: Merges) -> Reply:
    """Show pairs of contacts that may be one person, and why."""
    found = await merges.pairs(PAIRS + 1)
    return views.pairs(found[:PAIRS], await merges.count_open(COUNTED))


@command(
    "dupes notsame",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!dupes notsame 3",
    also=("notsame",),
    makes=(QuotaItem.MERGE,),
)
async def notsame(ctx: Context, number: PairNumber, *, merges: Merges, history: History) -> Reply:
    """Say that a pair is two people. I do not ask about them again.

    number: the pair's number
    """
    del ctx
    pair = await merges.pair(number)
    if pair is None:
        raise refuse(
            "There is no open pair {number}. {dupes} shows them.",
            number=number,
            dupes=Code("!dupes"),
        )
    entry = await history.record(EntryKind.TOLD_APART, pair.one.id)
    await merges.told_apart(entry, pair)
    return views.told_apart(pair)
