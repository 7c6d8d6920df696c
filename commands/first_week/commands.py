"""Commands about buddies, and about the tips of a first week."""

from commands.first_week import views
from commands.first_week.rules import BUDDY_FOR, NEW_FOR, TIP_DAYS
from commands.first_week.terms import BuddyWords
from commands.first_week.tips import first_week_of, tip
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse, say
from commands.framework.i18n import a_day
from commands.framework.reply import Code, line, reply
from commands.framework.values import Colleague
from commands.roles.quotas import QuotaItem
from commands.shared.members import Members
from commands.shared.wording import short
from storage.authority.standings import Standings
from storage.core.model import EntryKind, UserId
from storage.first_week.buddies import Buddies, BuddyPair
from storage.first_week.first_weeks import FirstWeeks
from storage.first_week.own_talks import OwnTalks
from storage.history.entries import History
from storage.turf.absences import Absences, Barred

SHOWN = 20
"""Newcomers without a buddy who are named to a lead."""


@command(
    "buddy",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!buddy @ben",
    also=("mentor",),
    may_make=(QuotaItem.BUDDY,),
)
async def buddy(
    ctx: Context,
    who: BuddyWords | None = None,
    *,
    buddies: Buddies,
    absences: Absences,
    barred: Barred,
    history: History,
    members: Members,
    standings: Standings,
    for_: Colleague | None = None,
) -> tuple[Reply, ...]:
    """Choose who is there for you in your first weeks, or see it. They see nobody's people by it.

    who: your buddy, or for leads @ben for @dan; left out, it is shown who is whose
    for: the same in another way
    """
    if who is None:
        if for_ is not None:
            raise refuse("Who is to be the buddy?", example="!buddy @ben for=@dan")
        return (await _shown(ctx, buddies, members, standings, barred),)
    new = who.newcomer or for_
    newcomer = ctx.user if new is None else members.find(new)
    if newcomer != ctx.user and ctx.role < Role.LEAD:
        raise refuse(
            "For others a lead chooses; for yourself a name is enough.", example="!buddy @ben"
        )
    chosen = members.find(who.buddy)
    await _refuse_unfit(newcomer, chosen, ctx, barred, absences)
    before = await buddies.of(newcomer, ctx.day)
    if before is not None and before.buddy == chosen:
        raise impossible(
            "{buddy} is the buddy of {new} already, until {day}.",
            buddy=short(chosen),
            new=short(newcomer),
            day=a_day(before.until, ctx.today),
        )
    pair = BuddyPair(newcomer, chosen, ctx.day + BUDDY_FOR)
    entry = await history.record(EntryKind.BUDDY_CHANGED)
    await buddies.begin(entry, pair, ctx.now)
    return (views.chosen(pair, ctx.user, ctx.today), *_news(pair, before, ctx))


async def _refuse_unfit(
    newcomer: UserId, chosen: UserId, ctx: Context, barred: Barred, absences: Absences
) -> None:
    """Refuse a buddy who cannot be there for a newcomer. Raises Refusal."""
    if chosen == newcomer:
        raise refuse("A buddy is somebody else.", example="!buddy @ben")
    for each in (newcomer, chosen):
        if await barred.includes(each):
            raise refuse("{who}'s part in the committee has ended.", who=short(each))
    away = await absences.of(chosen, ctx.day)
    if away is not None:
        raise refuse(
            "{who} is away until {day}. Who else?",
            who=short(chosen),
            day=a_day(away.until, ctx.today),
        )


def _news(pair: BuddyPair, before: BuddyPair | None, ctx: Context) -> list[Reply]:
    """What the others hear: the buddy, the newcomer if a lead chose, and whoever was it before."""
    news: list[Reply] = []
    if pair.buddy != ctx.user:
        news.append(views.you_are_a_buddy(pair, ctx.user, ctx.today))
    if pair.newcomer != ctx.user:
        news.append(views.you_have_a_buddy(pair, ctx.user, ctx.today))
    if before is not None and before.buddy != ctx.user:
        news.append(views.another_now(before))
    return news


async def _shown(
    ctx: Context, buddies: Buddies, members: Members, standings: Standings, barred: Barred
) -> Reply:
    own = await buddies.of(ctx.user, ctx.day)
    theirs = await buddies.of_buddy(ctx.user, ctx.day)
    blocks = views.shown(own, theirs, ctx.today)
    if ctx.role >= Role.LEAD:
        every = await buddies.all(ctx.day)
        others = [pair for pair in every if ctx.user not in {pair.newcomer, pair.buddy}]
        new = await standings.begun_since(ctx.now - NEW_FOR)
        not_meant = {pair.newcomer for pair in every} | await barred.people() | {ctx.user}
        without = [
            each.person
            for each in new
            if members.includes(each.person) and each.person not in not_meant
        ]
        blocks += views.everybody(others, without[:SHOWN], ctx.today)
    return reply(*(blocks or [views.no_buddy()]))


@command(
    "buddy end",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!buddy end",
    also=("buddy stop", "buddy off"),
    makes=(QuotaItem.BUDDY,),
)
async def end(
    ctx: Context,
    who: Colleague | None = None,
    *,
    buddies: Buddies,
    history: History,
    members: Members,
) -> tuple[Reply, ...]:
    """End it before its day: either of the two can, and leads.

    who: whose buddy, or which buddy; not needed while you are in one pair only
    """
    pairs = await buddies.pairs_with(ctx.user, ctx.day)
    if who is not None:
        pairs = await _with(ctx, pairs, members.find(who), buddies)
    if not pairs:
        raise impossible("You have no buddy, and are nobody's. {show}", show=Code("!buddy"))
    if len(pairs) > 1:
        other = pairs[0].newcomer if pairs[0].buddy == ctx.user else pairs[0].buddy
        raise refuse("Which one?", example=f"!buddy end {short(other)}")
    [pair] = pairs
    entry = await history.record(EntryKind.BUDDY_CHANGED)
    await buddies.end(entry, pair, ctx.now)
    others = [each for each in (pair.newcomer, pair.buddy) if each != ctx.user]
    return (views.ended(pair), views.no_longer(pair, others, ctx.user))


async def _with(
    ctx: Context, own: list[BuddyPair], person: UserId, buddies: Buddies
) -> list[BuddyPair]:
    """The pair that is meant by naming one of it: one's own, or for leads anybody's. Raises Refusal."""
    if person == ctx.user:
        return own
    mine = [pair for pair in own if person in {pair.newcomer, pair.buddy}]
    if mine or ctx.role < Role.LEAD:
        if not mine:
            raise impossible("{who} is not your buddy, and you are not theirs.", who=short(person))
        return mine
    theirs = await buddies.pairs_with(person, ctx.day)
    if not theirs:
        raise impossible("{who} has no buddy, and is nobody's.", who=short(person))
    with_one = [pair for pair in theirs if pair.newcomer == person]
    return with_one or theirs


@command("tips", who=Role.ORGANIZER, where=Where.DIRECT, example="!tips", also=("tip", "hints"))
async def tips(ctx: Context, own: OwnTalks, weeks: FirstWeeks) -> Reply:
    """Show the tip for your first week that fits how far you have come."""
    week = await first_week_of(own.tx, own.committee, ctx.user, ctx.today, ctx.now)
    said = tip(TIP_DAYS[-1], week)
    if not said:
        return say("You know how it goes: {n} talks and more. {next}", n=10, next=Code("!next"))
    off = await weeks.off(ctx.user)
    tail = line("In the morning none comes: {on}", on=Code("!tips on")) if off else None
    return reply(*said[:-1], tail)


@command(
    "tips off", who=Role.ORGANIZER, where=Where.DIRECT, example="!tips off", also=("hints off",)
)
async def tips_off(ctx: Context, weeks: FirstWeeks) -> Reply:
    """Get no tips in your first week."""
    await weeks.switch(ctx.user, off=True)
    return say(
        "No tips for you. {tips} still shows one. {on}", tips=Code("!tips"), on=Code("!tips on")
    )


@command("tips on", who=Role.ORGANIZER, where=Where.DIRECT, example="!tips on", also=("hints on",))
async def tips_on(ctx: Context, weeks: FirstWeeks) -> Reply:
    """Get the three tips of your first week in the morning: on the days 1, 3 and 6."""
    await weeks.switch(ctx.user, off=False)
    return say(
        "Tips come with the morning digest on the days 1, 3 and 6 after you joined, and then no more."
    )
