"""Tables of joint tests: in the room when they are due, and for whoever asks."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from commands.coalition.joint import views
from commands.coalition.joint.rounds import CORRECTED, KEPT, LONE, layout
from commands.coalition.joint.sides import fitting, in_it, waits_since
from commands.coalition.joint.views import CountsRow
from commands.coalition.seat import Seat
from commands.framework.reply import Line, Reply
from storage.coalition.joint import (
    CountsTable,
    JointCounts,
    ProposedTest,
    ProposedTests,
    TestSide,
    ToldCounts,
)
from storage.core.rows import millis

MOST_SHOWN = 3
"""Joint tests in one answer."""
LOOKED_FOR = timedelta(hours=23)
"""How old a message may be that a bot finds in a room before it says the like again; it looks back for a day."""


async def show_due(seat: Seat, test: ProposedTest, due: datetime) -> None:
    """Show the room each table whose counts are all here; its own bot's view where nobody laid one out.

    Each goes out under a name of its own: a bot that was restored does not know which it has shown.
    """
    counts, coalition = JointCounts(seat.tx), seat.coalition
    tables = await counts.tables(coalition.id, test.key)
    known = {each.bot: each for each in await counts.sides(coalition.id, test.key)}
    for table in tables:
        if table.told or table.at + CORRECTED < seat.now:
            # Counts that have not come in a week do not come.
            continue
        if (made := await _table(seat, test, table, known)) is not None:
            before = [each for each in tables if each.due == table.due and not each.alone]
            again = before[0].id < table.id
            if not _was_shown(seat, test, table):
                shown = views.table(test, table.due, *made, again=again)
                await seat.tell(shown, occasion=_occasion(test, table))
            await counts.shown(table)
    laid = [each for each in await counts.tables(coalition.id, test.key) if each.due == due]
    waited = seat.now - await waits_since(seat, test, due)
    steady = seat.coalition.epoch == test.epoch
    if steady and waited >= LONE and not any(each.told for each in laid):
        own = await _alone(seat, test, due)
        await seat.tell(own, occasion=f"test alone {test.key} {due.isoformat()}")


def _occasion(test: ProposedTest, table: CountsTable) -> str:
    """What a table is shown under: what stands in it is the same wherever and whenever it is heard."""
    parts = (test.key, table.due.isoformat(), *table.messages, *table.missing)
    return f"test table {' '.join(parts)}"


def _was_shown(seat: Seat, test: ProposedTest, table: CountsTable) -> bool:
    """Whether the room has a table that is heard again, since this bot was restored after it was due.

    That is not known of one that was due a moment ago: it is shown, unless it is found in the room.
    """
    epoch = seat.coalition.epoch
    again = epoch != test.epoch and millis(table.due) < epoch
    return again and seat.now - table.due >= LOOKED_FOR


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
    fit = fitting(sides, there)
    missing = {*table.missing, *(bot for bot in there if bot not in fit)}
    return _rows(sides, fit), _missing(sides, missing)


def _rows(sides: Mapping[str, TestSide], counts: Mapping[str, ToldCounts]) -> list[CountsRow]:
    return [
        CountsRow(bot, side.label, line.name, line.people, *steps)
        for bot, side in sides.items()
        if bot in counts
        for line, steps in zip(side.lines, counts[bot].counts, strict=True)
    ]


def _missing(sides: Mapping[str, TestSide], bots: Collection[str]) -> list[str]:
    return [side.label for bot, side in sides.items() if bot in bots]


async def _alone(seat: Seat, test: ProposedTest, due: datetime) -> Reply:
    """What this bot heard itself, once, since nobody says which reports stand beside each other."""
    counts, coalition = JointCounts(seat.tx), seat.coalition
    sides = await in_it(seat, test)
    there = fitting(sides, await counts.of(coalition.id, test.key, due))
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
        sides = await in_it(seat, test)
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
