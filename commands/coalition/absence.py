"""Other committees' bots that are silent: since when, and what becomes of one that left the room of bots without a word."""

from collections.abc import Iterable
from datetime import datetime

from commands.coalition import views
from commands.coalition.kinds import CoalitionTable
from commands.coalition.seat import Seat
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.messages import HeardMessages
from storage.coalition.model import CoalitionMember, MemberId, MemberState


async def last_heard(seat: Seat, members: Iterable[CoalitionMember]) -> dict[MemberId, datetime]:
    """When each member's bot last said something, aware and in UTC; none of it for a month: not in it."""
    heard = HeardMessages(seat.tx)
    found = {each.id: await heard.latest_at(each.id) for each in members}
    return {member: at for member, at in found.items() if at is not None}


async def went(seat: Seat, member: CoalitionMember, table: CoalitionTable) -> None:
    """Count on a committee no more whose bot has left the room of bots without a word; tell leads what to do.

    Nobody can put a bot out of that room, so it went by itself: it has another account since `steward move`, or
    somebody ended it. Whoever waits for its ok would wait for ever. As where its key changes, it comes back by
    pairing; a homeserver that lies about who is in a room reaches no more by it than by showing another key.
    """
    await CoalitionMembers(seat.tx).become(member.id, MemberState.SUSPENDED)
    said = await table.parted(seat, member)
    occasion = f"went {member.bot} {seat.now.isoformat()}"
    await seat.tell(views.went(member.label), *said, occasion=occasion)
