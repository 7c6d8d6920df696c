"""Commands for joint tests: each committee shows the others counts, and nothing else."""

from commands.framework import Context, Reply, Role, Where, _, command, impossible, say
from commands.framework.reply import Code, Line, Strong, fill, line, listed, plural, reply
from commands.shared.small_groups import fold
from commands.structure_tests.joint.terms import JointCode
from commands.structure_tests.lookup import AnyTest, OpenTest
from commands.structure_tests.rules import shown_to_all
from commands.structure_tests.status.published import renewed
from commands.structure_tests.views import of_all, title
from storage.privacy.audits import AuditedAction, Audits
from storage.structure_tests.joint import JointSide, JointTests, Renewed
from storage.structure_tests.model import StructureTest


@command(
    "test invite",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!test invite petition",
)
async def invite(ctx: Context, test: OpenTest, *, joint: JointTests) -> Reply:
    """Get the code by which another committee's lead joins their test to yours.

    test: which one; not needed while only one is open
    """
    await _refuse_in_a_coalition(test, joint)
    code = await joint.invite(test, ctx.now)
    return reply(
        line(
            "{test}: give {code} to a lead of the other committee, not over work channels.",
            test=Strong(title(test)),
            code=Strong(code),
        ),
        line(
            "They type {join} about their own test. Each committee then sees the other's"
            " counts, never areas by name, never people.",
            join=Code(f"!test join {code}"),
        ),
    )


@command(
    "test join",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!test join K7QX2M",
)
async def join(
    ctx: Context, code: JointCode, test: OpenTest, *, joint: JointTests, audits: Audits
) -> Reply:
    """Join one of your open tests to another committee's. Both then see each other's counts.

    code: what a lead of the other committee gave you
    test: which of yours; not needed while only one is open
    """
    await _refuse_in_a_coalition(test, joint)
    known = await joint.by_code(code)
    if known is None:
        raise impossible("I do not know a joint test {code}.", code=code)
    if test.joint is not None or await joint.part_in(known):
        raise impossible(
            "{test} is part of a joint test already. First type {leave}",
            test=test.name,
            leave=Code(f"!test leave {test.handle}"),
        )
    joined = await joint.join(test, code)
    await audits.keep(AuditedAction.TEST_JOINED, words=test.handle)
    return _together(joined or test, await joint.sides(known, _renewed(ctx)))


@command(
    "test leave",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!test leave petition",
)
async def leave(ctx: Context, test: AnyTest, *, joint: JointTests) -> Reply:
    """Take your test out of a joint test: the others no longer see its counts.

    test: which one; not needed while only one is open
    """
    del ctx
    if test.joint is None:
        raise impossible("{test} is not part of a joint test.", test=test.name)
    await joint.leave(test)
    return say("{test} is on its own again.", test=Strong(title(test)))


@command(
    "test joint",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test joint petition",
    also=("test together",),
)
async def together(ctx: Context, test: AnyTest, *, joint: JointTests) -> Reply:
    """Show the counts of all committees in a joint test.

    test: which one; not needed while only one is open
    """
    if test.joint is None:
        await _refuse_in_a_coalition(test, joint)
        raise impossible(
            "{test} belongs to your committee alone. To invite another one, a lead types {invite}",
            test=test.name,
            invite=Code(f"!test invite {test.handle}"),
        )
    return _together(test, await joint.sides(test.joint, _renewed(ctx)))


def _renewed(ctx: Context) -> Renewed:
    return lambda last, now: renewed(last, now, ctx.day)


def _together(test: StructureTest, sides: list[JointSide]) -> Reply:
    """Committees of five and more; smaller ones are in no figure, so that nothing can be subtracted."""
    shown = [side for side in sides if shown_to_all(side.people)]
    small = len(sides) - len(shown)
    rows = [_side(test, side) for side in shown]
    did, everybody = sum(side.did for side in shown), sum(side.people for side in shown)
    head = plural(
        "{test} together, {n} committee: {figure}",
        "{test} together, {n} committees: {figure}",
        len(shown),
        test=Strong(title(test)),
        figure=of_all(did, everybody, test.terms.goal),
    )
    tail = []
    if small:
        tail.append(
            plural(
                "{n} committee with fewer than five people is in no figure here.",
                "{n} committees with fewer than five people are in no figure here.",
                small,
            )
        )
    if len(shown) > 1:
        tail.append(line("People on the lists of two committees count in both."))
    return reply(head, listed(rows), *tail)


def _side(test: StructureTest, side: JointSide) -> Line:
    rows = fold({place: area.people for place, area in enumerate(side.areas)})
    halves = sum(
        2 * sum(side.areas[place].did for place in row)
        > sum(side.areas[place].people for place in row)
        for row in rows
    )
    words = _("{committee}: {figure} · areas over half {n} of {all}") + (
        "" if side.open else _(" · closed")
    )
    return fill(
        words,
        committee=Strong(side.committee),
        figure=of_all(side.did, side.people, test.terms.goal),
        n=halves,
        all=len(rows),
    )


async def _refuse_in_a_coalition(test: StructureTest, joint: JointTests) -> None:
    """Counts go one way alone: two ways of telling them, read side by side, would tell more than each."""
    if await joint.in_a_coalition(test):
        raise impossible(
            "{test} is a joint test of your coalition already. {tests} shows it.",
            test=test.name,
            tests=Code("!coalition tests"),
        )
