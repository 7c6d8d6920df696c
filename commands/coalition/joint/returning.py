"""What a bot that was restored has lost of a table: its own report, or which reports it laid beside each other.

Others say their own messages again to whoever asks, but nobody has what they lost themselves. So whoever lays out
tables now says it, once, and every room comes to have the same.
"""

from datetime import datetime

from commands.coalition.joint import views
from commands.coalition.joint.bodies import LostTable
from commands.coalition.joint.rounds import leader
from commands.coalition.joint.sides import in_it, steady
from commands.coalition.seat import Seat
from storage.chat.said_once import SaidOnce
from storage.coalition.joint import (
    CountsTable,
    JointCounts,
    ProposedTest,
    ToldCounts,
)
from storage.core.rows import millis

AN_HOUR = 3_600_000
"""In milliseconds."""


async def tell_returned(seat: Seat, test: ProposedTest, due: datetime) -> None:
    """Say the tables of a day to whoever was restored since they came in, if that is for this bot to say."""
    there = await steady(seat, test)
    if leader(test, there) != seat.own:
        return
    now: dict[str, int] = {each.bot: each.epoch for each in await seat.members()}
    returned = [bot for bot in await in_it(seat, test) if bot not in there and bot in now]
    if not returned:
        return
    counts, coalition = JointCounts(seat.tx), seat.coalition
    told = await counts.by_message(coalition.id, test.key, due)
    for table in await counts.tables(coalition.id, test.key):
        if table.due != due or table.alone:
            continue
        for bot in returned:
            subject = f"joint table {coalition.id} {table.id} {bot}"
            if await _is_due(seat, subject, now[bot]):
                await _say(
                    seat, test, table, [told[each] for each in table.messages if each in told], bot
                )


async def _is_due(seat: Seat, subject: str, epoch: int) -> bool:
    """Whether a table is said for a bot in an epoch: once, and one that says every minute that it was restored waits."""
    said, at = SaidOnce(seat.tx), millis(seat.now)
    if await said.mentioned(f"{subject} {epoch}"):
        return False
    return await said.due(subject, at, AN_HOUR) and await said.first_time(f"{subject} {epoch}", at)


async def _say(
    seat: Seat, test: ProposedTest, table: CountsTable, there: list[ToldCounts], bot: str
) -> None:
    own = next((each for each in there if each.bot == bot), None)
    body = LostTable(
        bot,
        test.key,
        table.due,
        table.messages,
        table.missing,
        "" if own is None else own.message,
        () if own is None else tuple((a, y, d) for a, y, d in own.counts),
    )
    await seat.say("test lost", body, views.table_sentence(test.name))
