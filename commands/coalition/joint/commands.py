"""Commands for joint tests and letters of a coalition."""

from typing import TYPE_CHECKING

from commands.coalition.terms import Given, GivenWord, LetterText, NamedWord, OwnSeat
from commands.framework import Context, Reply, Role, Where, command
from commands.framework.spec import Abroad
from commands.polls.terms import Deadline
from commands.structure_tests.compare import ladder
from commands.structure_tests.open.terms import ActionWord, Title
from commands.structure_tests.terms import Percent
from storage.core.later import Later
from storage.structure_tests.model import Action

if TYPE_CHECKING:
    from commands.coalition.joint import bodies, opening, showing, views
    from storage.coalition import joint
else:
    bodies = Later("commands.coalition.joint.bodies")
    opening = Later("commands.coalition.joint.opening")
    showing = Later("commands.coalition.joint.showing")
    views = Later("commands.coalition.joint.views")
    joint = Later("storage.coalition.joint")


@command(
    "coalition test",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!coalition test petition "On-call pay" goal=65% closes="fri 18:00"',
    abroad=Abroad(),
)
async def propose(
    ctx: Context,
    kind: ActionWord,
    name: Title | None = None,
    *,
    seat: OwnSeat,
    closes: Deadline,
    goal: Percent | None = None,
) -> Reply:
    """Propose one structure test to all committees of your coalition. Each opens its own.

    kind: survey, meeting, cards, petition, buttons, photoboard, march, rally, mockvote, pledge, custom
    name: what it is called
    goal: the share of each unit that should take part
    closes: when it ends
    """
    called = name or ladder.words(kind).capitalize()
    body = bodies.TestProposal(kind.value, called, goal or 0, "", ctx.now, closes)
    await opening.suggest(seat, body)
    return views.proposed(body)


@command(
    "coalition letter",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!coalition letter closes="fri 18:00" On-call pay\nWe, the undersigned, ask for …',
    abroad=Abroad(named="named=agreed"),
)
async def letter(
    ctx: Context,
    text: LetterText,
    *,
    seat: OwnSeat,
    closes: Deadline,
    goal: Percent | None = None,
    named: NamedWord | None = None,
) -> Reply:
    """Propose a letter to all committees. Each asks its own people; all see how many signed where.

    text: its name, and its text in the lines below
    goal: the share of each unit that should sign
    closes: when it ends
    named: agreed, if it names somebody who agreed to that
    """
    del named
    body = bodies.TestProposal(
        Action.PETITION.value, text.name, goal or 0, text.text, ctx.now, closes
    )
    await opening.suggest(seat, body)
    return views.proposed(body)


@command("coalition tests", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!coalition tests")
async def last_counts(ctx: Context, seat: OwnSeat) -> Reply | tuple[Reply, ...]:
    """Show the last counts of all committees in your joint tests and letters."""
    del ctx
    return await showing.last_tables(seat) or views.none_at_all()


@command("coalition give", who=Role.LEAD, where=Where.DIRECT, example="!coalition give areas")
async def give(ctx: Context, what: GivenWord, *, seat: OwnSeat) -> Reply:
    """Choose whether other committees see totals only, or your counts by area too.

    what: totals or areas
    """
    del ctx
    areas = what is Given.AREAS
    await joint.JointCounts(seat.tx).give(seat.coalition.id, areas=areas)
    return views.giving(areas=areas)
