"""What is told in joint tests: what others say, and by the clock the own counts and which reports belong together."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from commands.coalition.disclosure import CountedLine, Steps, told
from commands.coalition.joint import views
from commands.coalition.joint.bodies import CountsReport, LayingOut, LostTable, SideEntry
from commands.coalition.joint.opening import MOST_TESTS
from commands.coalition.joint.returning import tell_returned
from commands.coalition.joint.rounds import (
    A_DAY,
    CORRECTED,
    KEPT,
    KEPT_UNKNOWN,
    MOST_REPORTS,
    Layout,
    due_by,
    is_day,
    is_due,
    is_taken,
    layout,
    leader,
    over,
)
from commands.coalition.joint.showing import show_due
from commands.coalition.joint.sides import fitting, in_it, steady, waits_since
from commands.coalition.joint.views import CountsRow
from commands.coalition.kinds import HeardMessage
from commands.coalition.labels import fit_label
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from commands.structure_tests.rules import sums
from storage.coalition.joint import (
    JointCounts,
    ProposedTest,
    ProposedTests,
    TestSide,
    ToldCounts,
    ToldLine,
)
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import MarkCell
from storage.structure_tests.register import StructureTests

# -- what others say


async def joined(seat: Seat, message: HeardMessage[SideEntry]) -> tuple[Reply, ...]:
    """Note that another committee is in a joint test, with its lines."""
    lines = message.body.lines
    if len(lines) > 1:
        for each in lines:
            fit_label(each.name)
    if await _is_known(seat, message.body.test, message.member.bot):
        side = TestSide(
            message.member.bot,
            message.member.label,
            tuple(ToldLine(each.name if len(lines) > 1 else "", each.people) for each in lines),
            message.member.epoch,
        )
        await JointCounts(seat.tx).take_side(
            seat.coalition.id, message.body.test, side, message.now
        )
    return ()


async def reported(seat: Seat, message: HeardMessage[CountsReport]) -> tuple[Reply, ...]:
    """Note the counts of another committee."""
    body, bot, kept = message.body, message.member.bot, JointCounts(seat.tx)
    test = await ProposedTests(seat.tx).by_key(seat.coalition.id, body.test)
    if test is not None and not is_day(test, body.due, test.closes_at):
        return ()
    few = await kept.reports(seat.coalition.id, body.test, bot) < MOST_REPORTS
    if few and await _is_known(seat, body.test, bot):
        counts = ToldCounts(bot, body.due, message.id, body.counts, message.now)
        await kept.tell(seat.coalition.id, body.test, counts)
    return ()


async def laid_out(seat: Seat, message: HeardMessage[LayingOut]) -> tuple[Reply, ...]:
    """Note which reports stand beside each other, if it is for the sender to say."""
    body, counts = message.body, JointCounts(seat.tx)
    test = await ProposedTests(seat.tx).by_key(seat.coalition.id, body.test)
    if test is None or test.test is None:
        return ()
    if not is_day(test, body.due, message.now):
        return ()
    laid = [
        each
        for each in await counts.tables(seat.coalition.id, test.key)
        if each.due == body.due and not each.alone
    ]
    new, final = Layout(body.messages, body.missing), body.due == test.closes_at
    if leader(test, await steady(seat, test)) == message.member.bot and is_taken(
        new, laid, final=final
    ):
        await counts.lay(
            seat.coalition.id,
            body.test,
            body.due,
            messages=body.messages,
            missing=body.missing,
            alone=False,
            now=message.now,
        )
    return ()


async def lost(seat: Seat, message: HeardMessage[LostTable]) -> tuple[Reply, ...]:
    """Take in a table that this bot has lost, and its own report in it, from whoever lays out tables now."""
    body, kept = message.body, JointCounts(seat.tx)
    test = await ProposedTests(seat.tx).by_key(seat.coalition.id, body.test)
    if body.bot != seat.own or test is None or seat.coalition.epoch == test.epoch:
        return ()
    by_leader = leader(test, await steady(seat, test)) == message.member.bot
    if not by_leader or not is_day(test, body.due, message.now):
        return ()
    ours = body.report.rpartition("/")[0].rpartition("/")[0] == seat.own
    if ours and await kept.reports(seat.coalition.id, body.test, seat.own) < MOST_REPORTS:
        own = ToldCounts(seat.own, body.due, body.report, body.counts, message.now)
        await kept.tell(seat.coalition.id, body.test, own)
    said = LayingOut(body.test, body.due, body.messages, body.missing)
    return await laid_out(seat, HeardMessage(message.member, said, message.id, message.now))


async def _is_known(seat: Seat, key: str, bot: str) -> bool:
    """Whether something is kept of a test: it was proposed, or the bot spoke of few others that were not.

    What two bots say may come in any order, so a test may be spoken of before it is proposed here.
    """
    known = ProposedTests(seat.tx)
    if await known.by_key(seat.coalition.id, key) is not None:
        return True
    return await known.unknown(seat.coalition.id, bot) < MOST_TESTS


# -- what is due here


async def ticked(seat: Seat) -> tuple[Reply, ...]:
    """Report, lay out and show what is due in every joint test that this committee is in."""
    known = ProposedTests(seat.tx)
    for test in await known.since(seat.coalition.id, seat.now - CORRECTED):
        async with seat.apart():
            await _go_on(seat, test)
    await known.forget_before(seat.coalition.id, seat.now - KEPT, seat.now - KEPT_UNKNOWN)
    return ()


async def _go_on(seat: Seat, test: ProposedTest) -> None:
    due = due_by(test, seat.now)
    if test.test is None or due is None or over(test, seat.now):
        return
    await _report(seat, test, due)
    await _lay_out(seat, test, due)
    await tell_returned(seat, test, due)
    await show_due(seat, test, due)


async def _report(seat: Seat, test: ProposedTest, due: datetime) -> None:
    """Tell the counts that are due, once; after the end once a day what was corrected."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    last = await counts.last(coalition.id, test.key, seat.own)
    again = last is not None and last.due >= due
    if coalition.epoch != test.epoch or (
        again and (due < test.closes_at or last is None or seat.now < last.at + A_DAY)
    ):
        # What was told before a backup was restored is not known any more, so nothing may follow it.
        return
    now = await _counted(seat, test, () if last is None else last.counts)
    if now is None or (again and last is not None and now == last.counts):
        return
    body = CountsReport(test.key, due, tuple((a, y, d) for a, y, d in now))
    sentence = views.report_sentence(test.name, await _rows_of(seat, test, now))
    message = await seat.say("test counts", body, sentence)
    await counts.tell(
        coalition.id, test.key, ToldCounts(seat.own, due, message, body.counts, seat.now)
    )


async def _counted(
    seat: Seat, test: ProposedTest, last: Sequence[Steps]
) -> tuple[Steps, ...] | None:
    """What may be told now of each line; None where this committee's own test is gone."""
    number = await ProposedTests(seat.tx).own_number(test)
    own = await seat.repository(StructureTests).by_number(number)
    side = await _side(seat, test)
    if own is None or side is None:
        return None
    cells = (await seat.repository(StructureFigures).of(own)).cells
    before = last or [(0, 0, 0)] * len(side.lines)
    return tuple(
        told(CountedLine(line.people, _steps(cells, areas)), steps).steps
        for line, areas, steps in zip(side.lines, test.areas, before, strict=True)
    )


async def _rows_of(seat: Seat, test: ProposedTest, now: Sequence[Steps]) -> list[CountsRow]:
    side = await _side(seat, test)
    lines = () if side is None else side.lines
    return [
        CountsRow("", "", line.name, line.people, *steps)
        for line, steps in zip(lines, now, strict=False)
    ]


def _steps(cells: Iterable[MarkCell], areas: Sequence[int]) -> Steps:
    """Asked, said yes or did it, did it: of the people of some areas, or of everybody."""
    found = sums(each for each in cells if not areas or each.area in areas)
    return found.asked, found.yes + found.did, found.did


async def _side(seat: Seat, test: ProposedTest) -> TestSide | None:
    sides = await JointCounts(seat.tx).sides(seat.coalition.id, test.key)
    return next((each for each in sides if each.bot == seat.own), None)


async def _lay_out(seat: Seat, test: ProposedTest, due: datetime) -> None:
    """Say which reports stand beside each other, if that is for this bot to say and the time has come."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    sides = await in_it(seat, test)
    if leader(test, await steady(seat, test)) != seat.own:
        return
    new = layout(sides, fitting(sides, await counts.of(coalition.id, test.key, due)))
    laid = [
        each
        for each in await counts.tables(coalition.id, test.key)
        if each.due == due and not each.alone
    ]
    since = laid[-1].at if laid else await waits_since(seat, test, due)
    if not is_due(new, laid, seat.now - since, final=due == test.closes_at):
        return
    body = LayingOut(test.key, due, new.messages, new.missing)
    await seat.say("test table", body, views.table_sentence(test.name))
    await counts.lay(
        coalition.id,
        test.key,
        due,
        messages=new.messages,
        missing=new.missing,
        alone=False,
        now=seat.now,
    )
