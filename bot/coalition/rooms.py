"""Which rooms are a coalition's, and who is read and reads there: kept in memory as the database has it."""

from collections.abc import Mapping
from functools import partial

from bot.matrix.closed_rooms import ClosedRooms
from storage.coalition.coalitions import CoalitionMembers, EveryCoalition
from storage.coalition.model import CoalitionId, MemberState
from storage.coalition.pairings import Knocks
from storage.core.database import Transaction

_ADMITTED = frozenset({MemberState.IN, MemberState.INVITED})
"""Who reads what is said: also whoever is about to come in."""


async def look(tx: Transaction, closed: ClosedRooms) -> None:
    """Take over which rooms are coalitions', and who is in them, once the transaction has committed."""
    rooms: dict[str, Mapping[str, str]] = {}
    for each in await EveryCoalition(tx).all():
        if each.room is not None:
            rooms[each.room] = await _admitted(tx, each.id)
    for knock in await Knocks(tx).all():
        if knock.room is not None and knock.agreed:
            rooms[knock.room] = await _admitted(tx, knock.coalition)
    tx.after_commit(partial(_take_over, closed, rooms))


def _take_over(closed: ClosedRooms, rooms: Mapping[str, Mapping[str, str]]) -> None:
    closed.rooms = rooms


async def _admitted(tx: Transaction, coalition: CoalitionId) -> dict[str, str]:
    members = await CoalitionMembers(tx).of(coalition)
    return {each.bot: each.master for each in members if each.state in _ADMITTED}
