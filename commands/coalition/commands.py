"""Commands about the coalition itself: who is in it, what this committee is called there, what waits for an ok."""

from typing import TYPE_CHECKING

from commands.coalition.seat import Seat
from commands.coalition.terms import AnySeat, LabelWords, OwnSeat, ProposalNumber
from commands.framework import Context, Reply, Role, Where, command, impossible
from storage.coalition.model import Proposal
from storage.core.later import Later

if TYPE_CHECKING:
    from commands.coalition import consent, membership, table, views
else:
    # Few committees are in a coalition, and then seldom type these.
    consent = Later("commands.coalition.consent")
    membership = Later("commands.coalition.membership")
    table = Later("commands.coalition.table")
    views = Later("commands.coalition.views")


@command("coalition", who=Role.LEAD, where=Where.DIRECT, example="!coalition")
async def coalition(ctx: Context, seat: AnySeat) -> Reply:
    """Show who is in your coalition, what each gives, and what waits for an ok."""
    given = [
        row for job in table.TABLE.jobs if job.shown is not None for row in await job.shown(seat)
    ]
    members = await seat.everybody()
    waiting = await seat.proposals.open(ctx.now)
    asked = [
        (each, table.TABLE.proposals.get(each.kind), await seat.label_of(each.member))
        for each in waiting
    ]
    return views.overview(seat.coalition, members, given, asked)


@command("coalition label", who=Role.LEAD, where=Where.DIRECT, example='!coalition label "North"')
async def label(ctx: Context, label: LabelWords, *, seat: OwnSeat) -> Reply:
    """Choose what the other committees call yours. They read it, and so may their servers' admins.

    label: a name that tells no more than you want
    """
    del ctx
    await membership.relabel(seat, label)
    return views.label_chosen(label)


@command(
    "coalition ok",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!coalition ok 3",
    also=("coalition yes",),
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


async def _decided(ctx: Context, seat: Seat, number: int | None, *, ok: bool) -> tuple[Reply, ...]:
    proposal = await _meant(ctx, seat, number)
    said = await consent.decide(seat, proposal, table.TABLE, ok=ok, by=ctx.user)
    return said or (views.noted(ok=ok),)


async def _meant(ctx: Context, seat: Seat, number: int | None) -> Proposal:
    """The proposal with a number, or the only one that waits. Raises Refusal."""
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
    return waiting[0]
