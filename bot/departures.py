"""Somebody left a committee's room: what they carried goes back to the pool, and the leads hear of it.

What the room shows is compared with who carries something, not with what it showed before. So nobody
is missed who left while the bot was down or out of the room, and a repetition finds nothing to do.
"""

from datetime import UTC, datetime

from bot import failpoints, logs
from bot.authority import Authority
from bot.dispatcher import Post, digest
from commands.framework.context import RoomId, UserId
from commands.turf.leaving import Leaving, leave
from storage.committees import Committees
from storage.contacts import Contacts
from storage.database import Database
from storage.departures import Departures
from storage.history import History
from storage.model import Kind
from storage.outbox import Parcel
from storage.small_print import SmallPrint
from storage.turf import Turf

log = logs.get("bot.departures")


async def look(
    database: Database, authority: Authority, room_id: str, device: str, now: datetime | None = None
) -> list[Parcel]:
    """Off-board whoever is no longer in a committee's room; the hand-over lists for its leads."""
    places = authority.places
    room = places.rooms.get(room_id)
    if room is None or not room.has(places.own):
        return []
    at = now or datetime.now(UTC)
    parcels: list[Parcel] = []
    async with database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId(room_id))
        if committee is None:
            return []
        day = at.astimezone(committee.zone).date()
        await SmallPrint(tx).keep_only(
            UserId(user)
            for each in await Committees(tx).all()
            if (theirs := places.rooms.get(each.room)) is not None
            for user in theirs.joined
        )
        departures = Departures(tx, committee.id, day)
        carrying = await Turf(tx, committee.id, day).people_with_duties()
        for person in sorted(user for user in carrying if not room.has(user)):
            carried = await departures.carried(person, day)
            if not (carried.contacts or carried.follow_ups or carried.backups):
                continue
            entry = await History(tx, committee.id, day).record(
                Kind.OFFBOARDED, UserId(places.own), at
            )
            contacts = Contacts(tx, committee.id, day)
            list_ = await leave(departures, contacts, entry, person, Leaving(at, day))
            post = Post(tx, device, f"left-{digest(f'{room_id} {person} {entry}')}")
            await post.say(list_, room_id, person, committee, authority)
            parcels += post.parcels
            log.info("departed")
        failpoints.reach("after_departures")
    return parcels
