"""The command that goes public with a test; refused below the bar that was set beforehand."""

from dataclasses import replace

from commands.framework import Context, Reply, Role, Where, _, command, impossible
from commands.framework.context import Place
from commands.framework.i18n import speaking
from commands.framework.reply import Audience, Code, Line, Strong, fill, say
from commands.framework.values import Note
from commands.structure_tests.lookup import AnyTest
from commands.structure_tests.rules import reached, shown_to_all, sums, to_go
from commands.structure_tests.status.post import for_the_room
from commands.structure_tests.status.published import as_told
from commands.structure_tests.views import of_all, title
from storage.privacy.audits import AuditedAction, Audits
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import StructureTest
from storage.structure_tests.register import StructureTests


@command(
    "test announce",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!test announce petition",
    also=("announce",),
)
async def announce(
    ctx: Context,
    test: AnyTest,
    *,
    tests: StructureTests,
    figures: StructureFigures,
    audits: Audits,
    override: Note | None = None,
) -> tuple[Reply, ...]:
    """Tell the room that a test may go public. Refused below the bar you set when you opened it.

    test: which one; not needed while only one is open
    override: why you go public below the bar all the same; I keep that
    """
    whole = sums((await figures.of(test)).cells)
    bar = _public_bar(test, whole.people)
    enough = reached(whole.did, whole.people, bar)
    if not enough and override is None:
        raise impossible(
            "{test} is at {share}; the public bar is {bar} %, {n} to go. If you go public"
            " early, the boss sees that you are few. To do it all the same: {override}",
            test=test.name,
            share=of_all(whole.did, whole.people, bar),
            bar=bar,
            n=to_go(whole.did, whole.people, bar),
            override=Code(f'!test announce {test.handle} override="why"'),
        )
    action = AuditedAction.TEST_ANNOUNCED if enough else AuditedAction.TEST_OVERRIDDEN
    reason = test.handle if enough else f"{test.handle}: {override}"
    await audits.keep(action, words=reason)
    with speaking(ctx.committee.language):
        room = await for_the_room(ctx, tests, figures, test)
        known = sums((await as_told(replace(ctx, place=Place.ROOM), figures, test)).whole.cells)
        share = of_all(whole.did, whole.people, bar) if known.did == whole.did else None
        head = _head(test, bar, share, enough=enough)
    told = replace(room, blocks=(head, *room.blocks[1:]), audience=Audience.ROOM)
    return (say("The room knows."), told)


def _public_bar(test: StructureTest, people: int) -> int:
    """The share below which a test does not go public, in percent. Raises Refusal."""
    if not shown_to_all(people):
        raise impossible("Fewer than five people are in it: any count would point at somebody.")
    if test.terms.public is None:
        raise impossible(
            "{test} has no public bar. Set one before you look at the result: {change}",
            test=test.name,
            change=Code(f"!test change {test.handle} public=51%"),
        )
    return test.terms.public


def _head(found: StructureTest, bar: int, share: str | None, *, enough: bool) -> Line:
    """What the room hears; how many it is only where they are as many as it is told anyway.

    Else it would tell, beside the figures of the day before, what a few did since.
    """
    if share is None:
        words = (
            _("{test} can go public: the public bar of {bar} % is reached.")
            if enough
            else _("{test} goes public below the public bar of {bar} %. A lead decided so.")
        )
        return fill(words, test=Strong(title(found)), bar=bar)
    words = (
        _("{test} can go public: {share}, the public bar is {bar} %.")
        if enough
        else _("{test} goes public below the public bar of {bar} %: {share}. A lead decided so.")
    )
    return fill(words, test=Strong(title(found)), share=share, bar=bar)
