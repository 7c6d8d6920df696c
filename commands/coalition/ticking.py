"""What is due in a coalition by the clock: proposals that nobody decided, and whatever the jobs say."""

from commands.coalition import consent
from commands.coalition.kinds import CoalitionTable
from commands.coalition.seat import Seat


async def tick(seat: Seat, table: CoalitionTable) -> None:
    """Do what is due, in the running transaction. Doing it twice changes nothing.

    A job that fails is reported (``Seat.report``), and the others go on.
    """
    await consent.expire(seat, table)
    for number, job in enumerate(table.jobs):
        if job.ticked is not None:
            async with seat.apart():
                said = await job.ticked(seat)
                await seat.tell(*said, occasion=f"tick {number} {seat.now.isoformat()}")
