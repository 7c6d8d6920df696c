"""Leads are told where the clocks of two bots differ so much that what one proposes cannot be taken."""

from commands.coalition import views
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.model import CoalitionMember
from storage.core.rows import A_DAY, millis


async def ahead(seat: Seat, member: CoalitionMember) -> tuple[Reply, ...]:
    """Tell leads, once a day, that a bot proposed something at a time that is still to come here."""
    if not await SaidOnce(seat.tx).due(f"coalition clock {member.id}", millis(seat.now), A_DAY):
        return ()
    return (views.clock_ahead(member.label),)
