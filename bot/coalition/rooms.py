"""Which rooms are a coalition's, and who is read and reads there: kept in memory as the database has it."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.matrix.closed_rooms import ClosedRooms
from bot.rooms.directory import RoomDirectory
from storage.chat.committees import Committees
from storage.coalition.coalitions import CoalitionMembers, EveryCoalition
from storage.coalition.model import CoalitionId, Knock, MemberState
from storage.coalition.pairings import Knocks
from storage.core.database import Transaction
from storage.core.model import RoomId

BOT_LEVEL: Final = 100
"""Each bot's power: none that is honest can put another out. Nobody else may say or change anything."""
_ADMITTED = frozenset({MemberState.IN, MemberState.INVITED})
"""Who reads what is said: also whoever is about to come in."""


async def look(tx: Transaction, places: RoomDirectory) -> None:
    """Take over which rooms are coalitions', and who is in them, once the transaction has committed."""
    rooms: dict[str, Mapping[str, str]] = {}
    for each in await EveryCoalition(tx).all():
        if each.room is not None:
            rooms[each.room] = await _admitted(tx, each.id)
    for knock in await Knocks(tx).all():
        if knock.room is None or not knock.agreed or not await _is_free(tx, knock.room):
            continue
        # Whoever brings us in names the room: one that we are in already may be a committee's or a person's.
        if knock.room not in places.rooms or fits(places, knock):
            rooms[knock.room] = await _admitted(tx, knock.coalition)
    tx.after_commit(partial(_take_over, places.closed, rooms))


def fits(places: RoomDirectory, knock: Knock) -> bool:
    """Whether the room that another bot named was made for bots, by others, and that bot can let us in there.

    All there have the same power, this bot too, so that nobody puts it out again. Only of whoever made a room
    of version 12 that cannot be had (MSC4289): honest bots make such a room where it is their homeserver's usual one.
    """
    room = None if knock.room is None else places.rooms.get(knock.room)
    if room is None or not room.of_bots or not room.encrypted or room.join_rule != "invite":
        return False
    if room.founder == places.own or not room.has(knock.bot) or room.level(knock.bot) < BOT_LEVEL:
        return False
    above = max([room.default_level, *room.levels.values()]) > BOT_LEVEL
    only_founder = not room.modern or set(room.creators) <= {room.founder}
    return room.level(places.own) >= BOT_LEVEL and only_founder and not above


async def is_stray(tx: Transaction, places: RoomDirectory, knock: Knock) -> bool:
    """Whether a typed code led into a room that never will be one for bots, and is nobody else's here.

    What is looked at is said when a room is made, so it is known as soon as anything is.
    """
    room = None if knock.room is None else places.rooms.get(knock.room)
    if room is None or not room.founder or room.inviter or room.founder == places.own:
        return False
    return not (room.of_bots and room.encrypted) and await _is_free(tx, RoomId(room.id))


async def is_expected(tx: Transaction, places: RoomDirectory, knock: Knock) -> bool:
    """Whether a committee may take its seat in the room that a typed code led to, as everything is now."""
    if knock.room is None or not await Knocks(tx).expects(knock.room, knock.bot):
        return False
    return await _is_free(tx, knock.room) and fits(places, knock)


async def _is_free(tx: Transaction, room: RoomId) -> bool:
    """Whether a room is no committee's, and no coalition's."""
    if await EveryCoalition(tx).by_room(room) is not None:
        return False
    return all(each.room != room for each in await Committees(tx).all())


def _take_over(closed: ClosedRooms, rooms: Mapping[str, Mapping[str, str]]) -> None:
    closed.rooms = rooms


async def _admitted(tx: Transaction, coalition: CoalitionId) -> dict[str, str]:
    members = await CoalitionMembers(tx).of(coalition)
    return {each.bot: each.master for each in members if each.state in _ADMITTED}
