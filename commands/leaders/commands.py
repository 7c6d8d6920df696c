"""Commands about natural leaders and the people behind them."""

from collections.abc import Sequence

from commands.contacts.lookup import in_care
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.errors import Refusal
from commands.framework.reply import Code
from commands.leaders import views
from commands.leaders.terms import FollowersWords
from commands.roles.quotas import QuotaItem
from commands.shared.wording import label
from storage.contacts.changes import ContactChanges
from storage.contacts.contacts import Contacts
from storage.contacts.followings import Followings
from storage.core.model import Contact, ContactId, EntryKind, Part
from storage.history.entries import History
from storage.reports.unit import Unit
from storage.structure_tests.register import StructureTests
from storage.turf.absences import Absences

SHOWN = 20
"""Leaders in one answer."""


@command(
    "follows",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!follows M-41 M-7 M-3",
    also=("behind", "stands behind"),
    makes=(QuotaItem.CHANGE,),
)
async def follows(
    ctx: Context,
    who: FollowersWords,
    *,
    contacts: Contacts,
    absences: Absences,
    lives: ContactChanges,
    followings: Followings,
    history: History,
) -> Reply:
    """Say who stands behind a natural leader: people first, the leader last; a dash for nobody.

    who: who stands behind whom: your people first, then the leader, or - for nobody
    """
    people = [await in_care(ref, ctx, contacts, absences) for ref in who.people]
    people = list({each.id: each for each in people}.values())
    _in_unit(people)
    before = await followings.leaders_of([each.id for each in people])
    if who.leader is None:
        return await _alone(followings, history, people, before)
    leader = await in_care(who.leader, ctx, contacts, absences)
    _in_unit([leader])
    await _may_follow(followings, lives, people, leader)
    new = [each for each in people if before.get(each.id) != leader.id]
    if not new:
        raise impossible("I have noted that already: {who}.", who=views.behind(people, leader))
    entry = await history.record(EntryKind.FOLLOWING_CHANGED, leader.id)
    await followings.put(entry, [each.id for each in new], leader.id)
    left = await contacts.all(sorted({before[each.id] for each in new if each.id in before}))
    return views.put(new, leader, left, await followings.behind(leader.id))


async def _alone(
    followings: Followings,
    history: History,
    people: Sequence[Contact],
    before: dict[ContactId, ContactId],
) -> Reply:
    """Put people behind nobody."""
    led = [each for each in people if each.id in before]
    if not led:
        raise impossible("{who} stands behind nobody already.", who=views.several(people))
    entry = await history.record(EntryKind.FOLLOWING_CHANGED, led[0].id if len(led) == 1 else None)
    await followings.put(entry, [each.id for each in led], None)
    return views.alone(led)


def _in_unit(people: Sequence[Contact]) -> None:
    out = next((each for each in people if each.state.out), None)
    if out is not None:
        raise impossible("{who} is not counted now.", who=label(out))


async def _may_follow(
    followings: Followings, lives: ContactChanges, people: Sequence[Contact], leader: Contact
) -> None:
    """Check that people may stand behind a leader. Raises Refusal."""
    if leader.id in {each.id for each in people}:
        raise refuse("Nobody stands behind themselves: the leader comes last.")
    if Part.LEADER not in await lives.parts(leader.id):
        raise _no_leader(leader)
    above = await followings.above(leader.id)
    led = next((each for each in people if each.id in above), None)
    if led is not None:
        raise impossible(
            "{leader} stands behind {who}, so that would make a circle. First type {alone}",
            leader=label(leader),
            who=label(led),
            alone=Code(f"!follows {leader.handle} -"),
        )


def _no_leader(leader: Contact) -> Refusal:
    return impossible(
        "Not saved yet: {who} is not noted as a natural leader. If people follow them:"
        " {role}, then send your line again.",
        who=label(leader),
        role=Code(f"!contact role {leader.handle} leader"),
    )


@command(
    "leaders",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!leaders",
    also=("leaders list",),
    # Groups across turf are small: what moves when one's own people are put behind a leader tells whose mark
    # the others' is. Of their own leaders and people organizers hear there (docs/design/choices.md).
    instead="!test gaps",
)
async def leaders(
    ctx: Context, *, followings: Followings, tests: StructureTests, unit: Unit
) -> Reply:
    """Show each natural leader, how many stand behind them, and how many of these did the last test."""
    await unit.as_of(ctx.day)
    test = await tests.last_with_names()
    found = await followings.groups(test, limit=SHOWN + 1)
    if not found:
        return views.no_leaders()
    return views.leaders(
        found[:SHOWN], test, await followings.nobody_led(), more=len(found) > SHOWN
    )
