"""Commands about issues: the committee's list, and how many people each moves."""

from collections.abc import Sequence

from commands.contacts.lookup import care_of
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.context import Place, UserId
from commands.framework.reply import Code
from commands.framework.suggest import suggest
from commands.issues import views
from commands.issues.rules import (
    LOOKED_BACK,
    UNDECIDED,
    IssueFigures,
    IssueTally,
    by_area,
    by_area_for_the_room,
    for_the_room,
)
from commands.issues.terms import FirstIssue, Issue, OtherWords
from commands.roles.quotas import QuotaItem
from commands.shared.look_ups import Looking
from commands.shared.small_groups import FEWEST
from storage.core.model import EntryKind
from storage.core.slices import in_slices
from storage.history.entries import Entries
from storage.issues.tallies import IssueCounts, Naming
from storage.issues.wordings import IssueList, Wordings
from storage.reports.unit import Unit
from storage.turf.absences import Absences


@command(
    "issues",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!issues",
    also=("issue", "issue list"),
)
async def issues(
    ctx: Context,
    issue: Issue | None = None,
    *,
    wordings: Wordings,
    counts: IssueCounts,
    unit: Unit,
    looking: Looking,
) -> Reply:
    """Show what moves people: how many named which issue, and for one issue where and when.

    issue: one of them
    """
    kept = await wordings.list()
    await (await unit.as_of(ctx.day)).recompute()
    namings = await counts.named(ctx.now - LOOKED_BACK)
    every = await _figures(namings, kept)
    finer = ctx.place is Place.DIRECT and ctx.role >= Role.LEAD
    if issue is None:
        if finer:
            return views.all_for_leads(every, kept)
        rows, others = for_the_room(every, ctx.day, ctx.committee.zone)
        mine = None
        if ctx.place is Place.DIRECT:
            mine = await _figures([n for n in namings if n.organizer == ctx.user], kept)
        return views.all_(rows, others, kept, mine)
    one = _the_issue(issue, every, kept, finer=finer)
    if one is None:
        # Words that are no issue may be anybody's name: in the room they are taken away.
        return views.not_listed(ctx)
    names = await unit.areas()
    if finer:
        people = await unit.by_area(ctx.now)
        few = {area for area, _n in by_area(one) if area in people and people[area].people < FEWEST}
        await looking.counted_apart(few)
        return views.one_for_leads(one, kept, names, ctx)
    rows, _others = for_the_room(every, ctx.day, ctx.committee.zone)
    shown = next((row for row in rows if row.name == one.name), None)
    there = by_area_for_the_room(one, ctx.day, ctx.committee.zone) if shown else []
    return views.one(shown, there, names)


async def _figures(namings: Sequence[Naming], kept: IssueList) -> list[IssueFigures]:
    """People by issue; counted in slices, since there may be thousands."""
    tally = IssueTally(kept)
    await in_slices(tally.counted(namings))
    return tally.figures()


def _the_issue(
    words: str, every: Sequence[IssueFigures], kept: IssueList, *, finer: bool
) -> IssueFigures | None:
    """The issue meant; None if there is none on the list, or for leads none that anybody named."""
    key = kept.key(words)
    one = next((each for each in every if each.key == key), None)
    if one is not None and (finer or one.listed):
        return one
    if kept.listed(key):
        return IssueFigures(key, kept.name(key), listed=True, people={})
    return None


@command(
    "issues undecided",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!issues undecided",
    also=("issue undecided",),
)
async def undecided(
    ctx: Context, *, wordings: Wordings, counts: IssueCounts, unit: Unit, absences: Absences
) -> Reply:
    """Show what moves the undecided, and the people whom nobody has asked for anything yet.

    Leads see it of everybody, organizers of their own people.
    """
    kept = await wordings.list()
    await (await unit.as_of(ctx.day)).recompute()
    whose: tuple[UserId, ...] | None = None
    if ctx.role < Role.LEAD:
        whose = (await care_of(absences, ctx)).organizers
    named = await counts.named(ctx.now - LOOKED_BACK, whose)
    asked = await counts.ever_asked(list({each.person for each in named}))
    between = await _figures([each for each in named if each.rating == UNDECIDED], kept)
    unasked = await _figures([each for each in named if each.person not in asked], kept)
    return views.undecided(between, unasked, everybody=whose is None)


@command(
    "issue add",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!issue add on-call pay",
    also=("issues add",),
    makes=(QuotaItem.ISSUE,),
)
async def add(_ctx: Context, issue: Issue, *, wordings: Wordings, entries: Entries) -> Reply:
    """Put an issue on the committee's list. I count it in old talks too.

    issue: in a word or two
    """
    kept = await wordings.list()
    key = kept.key(issue)
    if kept.listed(key):
        raise impossible("{issue} is on the list already.", issue=kept.name(key))
    await _room_for(1, wordings)
    entry = await entries.record(EntryKind.ISSUES_CHANGED)
    await wordings.say(entry, issue, issue)
    close = suggest(key, kept.keys)
    return views.added(issue, None if close is None else kept.name(close))


@command(
    "issue merge",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!issue merge pay wages",
    also=("issues merge", "issue same"),
    makes=(QuotaItem.ISSUE,),
)
async def merge(
    _ctx: Context,
    issue: FirstIssue,
    words: OtherWords,
    *,
    wordings: Wordings,
    entries: Entries,
) -> Reply:
    """Count other words as an issue, in old talks too. The talks keep the words that were typed.

    issue: the issue to count them as
    words: other words for it, with commas between several
    """
    kept = await wordings.list()
    key = kept.key(issue)
    new = [each for each in words if kept.key(each) != key]
    if not new:
        raise refuse("Those words are counted as {issue} already.", issue=kept.name(key, issue))
    await _room_for(len(new) + 1, wordings)
    entry = await entries.record(EntryKind.ISSUES_CHANGED)
    name = kept.name(key, issue)
    if not kept.listed(key):
        await wordings.say(entry, name, name)
    for each in new:
        await wordings.say(entry, each, name)
    return views.merged(name, new)


@command(
    "issue drop",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!issue drop wages",
    also=("issues drop", "issue split"),
    makes=(QuotaItem.ISSUE,),
)
async def drop(_ctx: Context, issue: Issue, *, wordings: Wordings, entries: Entries) -> Reply:
    """Take an issue, or another word for one, off the list. Talks stay as they are.

    issue: the issue, or the other word for one
    """
    kept = await wordings.list()
    word = IssueList.of(()).key(issue)
    if word not in kept.means:
        raise impossible(
            "That is not on the list of issues. {issues} shows it.", issues=Code("!issues")
        )
    entry = await entries.record(EntryKind.ISSUES_CHANGED)
    await wordings.say(entry, issue, None)
    name = kept.name(kept.key(issue))
    return views.dropped(issue, None if kept.means[word] == word else name)


async def _room_for(new: int, wordings: Wordings) -> None:
    del new
    if await wordings.full():
        raise impossible("The list of issues is full. {drop} makes room.", drop=Code("!issue drop"))
