"""What is due in joint tests: this committee's counts, which reports stand beside each other, the tables in the room."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from commands.coalition.disclosure import CountedLine, Steps, told
from commands.coalition.joint import views
from commands.coalition.joint.bodies import CountsReport, LayingOut, SideEntry
from commands.coalition.joint.opening import MOST_TESTS
from commands.coalition.joint.rounds import (
    A_DAY,
    CORRECTED,
    LONE,
    due_by,
    fits,
    is_due,
    layout,
    leader,
    over,
)
from commands.coalition.joint.views import CountsRow
from commands.coalition.kinds import HeardMessage
from commands.coalition.labels import fit_label
from commands.coalition.seat import Seat
from commands.framework.reply import Line, Reply
from commands.structure_tests.rules import sums
from storage.coalition.joint import (
    CountsTable,
    JointCounts,
    ProposedTest,
    ProposedTests,
    TestSide,
    ToldCounts,
    ToldLine,
)
from storage.core.rows import millis
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import MarkCell
from storage.structure_tests.register import StructureTests

MOST_SHOWN = 3
"""Joint tests in one answer."""
KEPT = 365 * A_DAY
"""How long the counts of a joint test are kept after its end."""


KEPT_UNKNOWN = 31 * A_DAY
"""How long what others say of a test is kept that was not proposed here."""


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
    body, bot = message.body, message.member.bot
    if await _is_known(seat, body.test, bot):
        counts = ToldCounts(bot, body.due, message.id, body.counts, message.now)
        await JointCounts(seat.tx).tell(seat.coalition.id, body.test, counts)
    return ()


async def laid_out(seat: Seat, message: HeardMessage[LayingOut]) -> tuple[Reply, ...]:
    """Note which reports stand beside each other, if it is for the sender to say."""
    body, counts = message.body, JointCounts(seat.tx)
    test = await ProposedTests(seat.tx).by_key(seat.coalition.id, body.test)
    if test is None or test.test is None:
        return ()
    if leader(test, await _steady(seat, test)) == message.member.bot:
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
    said: list[Reply] = []
    for test in await known.since(seat.coalition.id, seat.now - CORRECTED):
        due = due_by(test, seat.now)
        if test.test is None or due is None or over(test, seat.now):
            continue
        await _report(seat, test, due)
        await _lay_out(seat, test, due)
        said += await _shown(seat, test, due)
    await known.forget_before(seat.coalition.id, seat.now - KEPT, seat.now - KEPT_UNKNOWN)
    return tuple(said)


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
    sentence = views.report_sentence(test.name)
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


def _steps(cells: Iterable[MarkCell], areas: Sequence[int]) -> Steps:
    """Asked, said yes or did it, did it: of the people of some areas, or of everybody."""
    found = sums(each for each in cells if not areas or each.area in areas)
    return found.asked, found.yes + found.did, found.did


async def _side(seat: Seat, test: ProposedTest) -> TestSide | None:
    sides = await JointCounts(seat.tx).sides(seat.coalition.id, test.key)
    return next((each for each in sides if each.bot == seat.own), None)


async def _in_it(seat: Seat, test: ProposedTest) -> dict[str, TestSide]:
    """The committees that are in a test and in the coalition now, by their bots."""
    there = {seat.own, *(each.bot for each in await seat.members())}
    sides = await JointCounts(seat.tx).sides(seat.coalition.id, test.key)
    return {each.bot: each for each in sides if each.bot in there}


async def _steady(seat: Seat, test: ProposedTest) -> list[str]:
    """The bots of those that were not restored from a backup since: one that was knows not all it said."""
    now = {each.bot: each.epoch for each in await seat.members()}
    now[seat.own] = seat.coalition.epoch
    return [bot for bot, side in (await _in_it(seat, test)).items() if side.epoch == now[bot]]


async def _lay_out(seat: Seat, test: ProposedTest, due: datetime) -> None:
    """Say which reports stand beside each other, if that is for this bot to say and the time has come."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    sides = await _in_it(seat, test)
    if leader(test, await _steady(seat, test)) != seat.own:
        return
    new = layout(sides, _fitting(sides, await counts.of(coalition.id, test.key, due)))
    laid = [
        each
        for each in await counts.tables(coalition.id, test.key)
        if each.due == due and not each.alone
    ]
    since = laid[-1].at if laid else await _waits_since(seat, test, due)
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


async def _waits_since(seat: Seat, test: ProposedTest, due: datetime) -> datetime:
    """Since when the others' reports are waited for: a bot that was away itself begins when it is back."""
    own = (await JointCounts(seat.tx).of(seat.coalition.id, test.key, due)).get(seat.own)
    return due if own is None else max(due, own.at)


def _fitting(
    sides: Mapping[str, TestSide], counts: Mapping[str, ToldCounts]
) -> dict[str, ToldCounts]:
    return {bot: each for bot, each in counts.items() if bot in sides and fits(sides[bot], each)}


async def _shown(seat: Seat, test: ProposedTest, due: datetime) -> list[Reply]:
    """Show the room each table whose counts are all here; its own bot's view where nobody laid one out."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    tables = await counts.tables(coalition.id, test.key)
    known = {each.bot: each for each in await counts.sides(coalition.id, test.key)}
    said: list[Reply] = []
    for table in tables:
        if not table.told and (made := await _table(seat, test, table, known)) is not None:
            before = [each for each in tables if each.due == table.due and not each.alone]
            again = before[0].id < table.id
            if not _was_shown(seat, test, table):
                said.append(views.table(test, table.due, *made, again=again))
            await counts.shown(table)
    laid = [each for each in await counts.tables(coalition.id, test.key) if each.due == due]
    waited = seat.now - await _waits_since(seat, test, due)
    steady = seat.coalition.epoch == test.epoch
    if steady and waited >= LONE and not any(each.told for each in laid):
        said.append(await _alone(seat, test, due))
    return said


def _was_shown(seat: Seat, test: ProposedTest, table: CountsTable) -> bool:
    """Whether the room has a table that is heard again, since this bot was restored after it was due."""
    epoch = seat.coalition.epoch
    return epoch != test.epoch and millis(table.due) < epoch


async def _table(
    seat: Seat, test: ProposedTest, table: CountsTable, sides: Mapping[str, TestSide]
) -> tuple[list[CountsRow], list[str]] | None:
    """The rows of a table and the labels of who is missing; None while counts of it have not come."""
    told_then = await JointCounts(seat.tx).by_message(seat.coalition.id, test.key, table.due)
    if any(each not in told_then for each in table.messages):
        return None
    there = {told_then[each].bot: told_then[each] for each in table.messages}
    if any(bot not in sides for bot in (*there, *table.missing)):
        return None
    fit = _fitting(sides, there)
    missing = {*table.missing, *(bot for bot in there if bot not in fit)}
    return _rows(sides, fit), _missing(sides, missing)


def _rows(sides: Mapping[str, TestSide], counts: Mapping[str, ToldCounts]) -> list[CountsRow]:
    return [
        CountsRow(side.label, line.name, line.people, *steps)
        for bot, side in sides.items()
        if bot in counts
        for line, steps in zip(side.lines, counts[bot].counts, strict=True)
    ]


def _missing(sides: Mapping[str, TestSide], bots: Collection[str]) -> list[str]:
    return [side.label for bot, side in sides.items() if bot in bots]


async def _alone(seat: Seat, test: ProposedTest, due: datetime) -> Reply:
    """What this bot heard itself, once, since nobody says which reports stand beside each other."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    sides = await _in_it(seat, test)
    there = _fitting(sides, await counts.of(coalition.id, test.key, due))
    own = layout(sides, there)
    await counts.lay(
        coalition.id,
        test.key,
        due,
        messages=own.messages,
        missing=own.missing,
        alone=True,
        now=seat.now,
    )
    for each in await counts.tables(coalition.id, test.key):
        if each.due == due:
            await counts.shown(each)
    rows, missing = _rows(sides, there), _missing(sides, own.missing)
    return views.table_alone(test, due, rows, missing)


# -- what is asked for


async def shown(seat: Seat) -> tuple[Line, ...]:
    """What ``!coalition`` shows: the joint tests that are not over, who is in each, what this committee gives."""
    counts, rows = JointCounts(seat.tx), []
    for test in await ProposedTests(seat.tx).since(seat.coalition.id, seat.now):
        sides = await _in_it(seat, test)
        labels = [each.label for each in sides.values()]
        rows.append(views.running(test, labels, seat.committee.zone))
    areas = await counts.gives_areas(seat.coalition.id)
    return (views.gives(areas=areas), *rows) if rows or areas else ()


async def last_tables(seat: Seat) -> tuple[Reply, ...]:
    """The last table of each joint test that this committee is in, the newest test first."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    said: list[Reply] = []
    for test in await ProposedTests(seat.tx).since(coalition.id, seat.now - KEPT):
        laid = [each for each in await counts.tables(coalition.id, test.key) if each.told]
        sides = {each.bot: each for each in await counts.sides(coalition.id, test.key)}
        if test.test is None:
            continue
        if not laid:
            said.append(views.no_table(test, [each.label for each in sides.values()]))
            continue
        rows, missing = await _table(seat, test, laid[-1], sides) or ([], [])
        said.append(views.table_here(test, laid[-1].due, rows, missing))
    return tuple(reversed(said[-MOST_SHOWN:]))
