"""Commands about the coalition itself: who is in it, what this committee is called there, what waits for an ok."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from commands.coalition.seat import Seat
from commands.coalition.terms import (
    AnySeat,
    CoalitionTitle,
    CodeWords,
    LabelWords,
    NewsWords,
    OwnSeat,
    ProposalNumber,
    TheirLabel,
    any_seat,
    check_code,
    own_seat,
)
from commands.coalition.voice import Voice
from commands.framework import Context, Reply, Role, Where, command, impossible
from commands.framework.errors import refuse
from commands.framework.reply import Code
from commands.framework.spec import Abroad
from commands.roles.quotas import QuotaItem
from storage.coalition.coalitions import Coalitions
from storage.coalition.model import CoalitionState, Proposal
from storage.core.later import Later

if TYPE_CHECKING:
    from commands.coalition import (
        absence,
        consent,
        labelling,
        membership,
        news,
        news_views,
        pairing,
        pairing_code,
        pairing_views,
        table,
        views,
    )
else:
    # Few committees are in a coalition, and then seldom type these.
    absence = Later("commands.coalition.absence")
    consent = Later("commands.coalition.consent")
    labelling = Later("commands.coalition.labelling")
    membership = Later("commands.coalition.membership")
    news = Later("commands.coalition.news")
    news_views = Later("commands.coalition.news_views")
    pairing = Later("commands.coalition.pairing")
    pairing_code = Later("commands.coalition.pairing_code")
    pairing_views = Later("commands.coalition.pairing_views")
    table = Later("commands.coalition.table")
    views = Later("commands.coalition.views")

EVER = datetime.fromtimestamp(0, UTC)
LOGGED = 20
"""Messages that are shown."""

NUMBER_NEEDED = timedelta(days=7)
"""How long after something ended without a lead that lead says which number is meant; longer, until they decided."""


@command("coalition", who=Role.LEAD, where=Where.DIRECT, example="!coalition")
async def coalition(ctx: Context, seat: AnySeat) -> Reply:
    """Show who is in your coalition, what each gives, and what waits for an ok."""
    given = [
        row
        for job in table.every_job().jobs
        if job.shown is not None
        for row in await job.shown(seat)
    ]
    members = await seat.everybody()
    waiting = await seat.proposals.open(ctx.now)
    asked = [
        (each, table.every_job().proposals.get(each.kind), await seat.proposer(each))
        for each in waiting
    ]
    heard = await absence.last_heard(seat, members)
    return views.overview(seat.coalition, members, heard, given, asked, ctx)


@command(
    "coalition new",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!coalition new "Games workers"',
    abroad=Abroad(),
)
async def new(
    ctx: Context,
    title: CoalitionTitle,
    *,
    coalitions: Coalitions,
    voice: Voice,
    label: LabelWords | None = None,
) -> Reply:
    """Start a coalition with other committees, and get a pairing code for the first of them.

    title: what the coalition is called
    label: what the others call your committee; otherwise its name
    """
    await _in_none(coalitions)
    own = label or labelling.usual_label(ctx.committee)
    await pairing.begin(coalitions, title=title, label=own, now=ctx.now)
    seat = await own_seat(ctx, coalitions, voice)
    return pairing_views.code(await pairing.give_code(seat), own, made=title)


@command("coalition code", who=Role.LEAD, where=Where.DIRECT, example="!coalition code")
async def code(ctx: Context, seat: OwnSeat) -> Reply:
    """Get a pairing code for one more committee. An earlier code that nobody typed ends."""
    del ctx
    return pairing_views.code(await pairing.give_code(seat), seat.coalition.label, made="")


@command(
    "coalition join",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!coalition join cactus ocean thumb",
    check=check_code,
    abroad=Abroad(),
)
async def join(
    ctx: Context,
    code: CodeWords,
    *,
    coalitions: Coalitions,
    voice: Voice,
    label: LabelWords | None = None,
) -> Reply:
    """Join a coalition with the code that a lead of another committee read to you.

    code: all words of it; capitals and line breaks do not matter
    label: what the others call your committee; otherwise its name
    """
    await _in_none(coalitions)
    read = pairing_code.read(code)
    if read.bot == voice.own:
        raise impossible("That code is from my own committee. You need one from another bot.")
    # Their bot is told the label at once: whoever wants another one than the name says so here.
    own = label or labelling.usual_label(ctx.committee)
    await coalitions.begin(ref="", title="", label=own, state=CoalitionState.JOINING, now=ctx.now)
    await pairing.typed(await any_seat(ctx, coalitions, voice), read)
    return pairing_views.looks_for(own)


@command("coalition log", who=Role.LEAD, where=Where.DIRECT, example="!coalition log")
async def log(ctx: Context, seat: AnySeat) -> Reply:
    """Read what the bots of the coalition said to each other, yours among them, the newest first."""
    return views.log(await seat.log(LOGGED), ctx)


@command("coalition leave", who=Role.LEAD, where=Where.DIRECT, example="!coalition leave --yes")
async def leave(ctx: Context, *, seat: AnySeat, yes: bool = False) -> tuple[Reply, ...]:
    """Leave the coalition. Your room and the others are told; I delete what I kept of it, and the keys.

    yes: really
    """
    if seat.coalition.state is CoalitionState.LEAVING:
        raise impossible("Your committee is leaving already.")
    if not yes:
        return (views.before_leaving(seat.coalition.title),)
    await membership.leave(seat)
    if seat.coalition.state is not CoalitionState.OPEN:
        return (views.leaves(),)
    return views.leaves(), views.we_leave(seat.coalition.title, ctx.user)


async def _in_none(coalitions: Coalitions) -> None:
    """Raise Refusal if the committee is in a coalition, or on its way into one."""
    found = await coalitions.own()
    if found is None:
        return
    if found.state is CoalitionState.LEAVING:
        raise impossible("Your committee is leaving its coalition. Try again in a minute.")
    raise impossible(
        "Your committee is in a coalition already, or joining one. {leave} ends that first.",
        leave=Code("!coalition leave"),
    )


@command(
    "coalition label",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!coalition label "North"',
    abroad=Abroad(),
)
async def label(ctx: Context, label: LabelWords, *, seat: AnySeat) -> Reply:
    """Choose what the other committees call yours. They read it, and so can the admins of their bots.

    label: a name that tells no more than you want
    """
    del ctx
    await labelling.relabel(seat, label)
    return views.label_chosen(label)


@command(
    "coalition ok",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!coalition ok 3",
    also=("coalition yes",),
    may_make=(QuotaItem.TEST,),
)
async def ok(
    ctx: Context, number: ProposalNumber | None = None, *, seat: AnySeat
) -> tuple[Reply, ...]:
    """Agree to what another committee proposes.

    number: which, if several things wait
    """
    return await _decided(ctx, seat, number, ok=True)


@command("coalition no", who=Role.LEAD, where=Where.DIRECT, example="!coalition no 3")
async def no(
    ctx: Context, number: ProposalNumber | None = None, *, seat: AnySeat
) -> tuple[Reply, ...]:
    """Say no to what another committee proposes. Your committee is then not part of it.

    number: which, if several things wait
    """
    return await _decided(ctx, seat, number, ok=False)


@command("coalition gone", who=Role.LEAD, where=Where.DIRECT, example='!coalition gone "Oslo"')
async def gone(ctx: Context, label: TheirLabel, *, seat: OwnSeat) -> Reply:
    """Say that another committee is gone for good, its bot too. I ask all leads here, and then wait for it no more.

    label: what it is called
    """
    del ctx
    return await absence.ask_if_gone(seat, label)


@command(
    "coalition say",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!coalition say "We won the on-call pay."',
    abroad=Abroad(),
)
async def say_(ctx: Context, words: NewsWords, *, seat: OwnSeat) -> Reply:
    """Send news to the other committees. A room reads it only after a lead there agrees.

    words: what their rooms would read
    """
    del ctx
    return news_views.sent(await news.send(seat, words))


async def _decided(ctx: Context, seat: Seat, number: int | None, *, ok: bool) -> tuple[Reply, ...]:
    proposal = await _meant(ctx, seat, number)
    said = await consent.decide(seat, proposal, table.every_job(), ok=ok, by=ctx.user)
    return said or (views.noted(ok=ok),)


async def _meant(ctx: Context, seat: Seat, number: int | None) -> Proposal:
    """The proposal with a number, or the only one that waits. Raises Refusal.

    A number is also needed where something ended that this lead did not decide, of late or since they decided
    last: others withdrew it, another lead was faster, or its time was over. It may be what they read and mean.
    """
    if number is not None:
        found = await seat.proposals.by_number(number)
        if found is None:
            raise impossible("Nothing with the number {n} waits for an ok.", n=number)
        return found
    waiting = await seat.proposals.open(ctx.now)
    if not waiting:
        raise impossible("Nothing waits for your ok in the coalition.")
    if len(waiting) > 1:
        raise views.which(waiting)
    lately = ctx.now - NUMBER_NEEDED
    since = min(lately, await seat.proposals.last_decided(ctx.user) or EVER)
    if await seat.proposals.ended_without(ctx.user, since):
        raise refuse("Which one? !coalition shows their numbers.")
    return waiting[0]
