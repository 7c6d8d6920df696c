"""Departures: withdraws what is on its way to people who left a committee's room or count for less.

What they carried goes back to the pool, and the leads hear of it. What the room shows is compared
with who has anything here, not with what it showed before. So nobody is missed who left while the
bot was down or out of the room, and a repetition finds nothing to do.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

from bot.delivery.clearance import Clearance, MessageFate, fit, gone_on
from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import LEFT, digest, stem
from bot.delivery.withdrawal import withdraw_export
from bot.logging import logs
from bot.matrix.guard import Refused
from bot.matrix.rooms import Room
from bot.membership.offboarding import Effects, Offboarding
from bot.process import failpoints
from bot.rooms.authority import Authority
from bot.rooms.directory import LEAD_LEVEL
from commands.framework.context import Committee, RoomId, UserId
from commands.framework.reply import Reply
from commands.roles.standing import Role
from commands.structure_tests.sheets.lengths import FOR_LEADS
from commands.turf import departure_views
from commands.turf.offboarding import Leaving, leave
from storage.chat.committees import Committees
from storage.chat.rooms import Rooms
from storage.chat.said_once import SaidOnce
from storage.chat.under_way import UnderWay, Withdrawn
from storage.contacts.contacts import Contacts
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryKind
from storage.history.entries import History
from storage.polls.small_print import SmallPrint
from storage.privacy.exports import Exports
from storage.turf.departures import Departures
from storage.turf.turf import Turf

Noting = Callable[[Transaction, Committee, datetime], Awaitable[None]]
"""Writes down who is in a committee's room, and says what follows from that."""

log = logs.get("bot.membership.departures")


async def offboard_leavers(
    database: Database,
    authority: Authority,
    room_id: str,
    outbox: Delivering,
    now: datetime | None = None,
    *,
    effects: Effects,
    noting: Noting | None = None,
) -> None:
    """Write down who is in a committee's room, end what the others had, and tell the leads."""
    places = authority.places
    room = places.rooms.get(room_id)
    if room is None or not room.has(places.own):
        return
    at = now or datetime.now(UTC)
    async with database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId(room_id))
        if committee is None:
            return
        # In one transaction: that they left, and that nothing is on its way to them any more.
        await (noting or _noting(authority))(tx, committee, at)
        await SmallPrint(tx).keep_only(
            UserId(user)
            for each in await Committees(tx).all()
            if (theirs := places.rooms.get(each.room)) is not None
            for user in theirs.joined
        )
        day = at.astimezone(committee.zone).date()
        ending = _Ending(tx, authority, committee, room, at, day, outbox, effects)
        await ending.look()
        failpoints.reach("before_withdrawal")
    failpoints.reach("after_departures")


def _noting(authority: Authority) -> Noting:
    async def note(tx: Transaction, committee: Committee, at: datetime) -> None:
        await authority.look(tx, committee, at)

    return note


async def look_at_direct(database: Database, authority: Authority, room_id: str) -> bool:
    """Have our invitation of a person who takes no part taken back; whether there was one.

    They left while the room was being made for them.
    """
    places = authority.places
    room = places.rooms.get(room_id)
    if room is None or room.founder != places.own or len(room.members) != 2:
        return False
    invited = [user for user, how in room.members.items() if how == "invite"]
    if not invited:
        return False
    async with database.transaction() as tx:
        if await Committees(tx).by_room(RoomId(room_id)) is not None:
            return False
        if await Clearance(authority).wanted(tx, invited[0]):
            return False
        await Rooms(tx).uninvite_from(room_id, invited[0])
    return True


@dataclass(frozen=True, slots=True)
class _Ending:
    """One look at one committee."""

    tx: Transaction
    authority: Authority
    committee: Committee
    room: Room
    at: datetime
    day: date
    outbox: Delivering
    effects: Effects

    @property
    def under_way(self) -> UnderWay:
        """What the committee has under way for people."""
        return UnderWay(self.tx, self.committee.id)

    async def look(self) -> None:
        """Withdraw what is on its way to people who left or count for less; tell the leads."""
        await self._warn()
        carrying = await Turf(self.tx, self.committee.id).people_with_duties()
        waiting, gone = await self.under_way.people(self.day), 0
        for person in sorted(carrying | waiting):
            if not self.room.has(person):
                if self._may_have_gone_on(person):
                    continue
                await self._left(person)
                gone += 1
            elif person in waiting:
                standing = await self.authority.standing(self.tx, self.committee, person)
                if standing.role is None or person in self.room.gone:
                    # Whoever was away for a moment, too: what waits was for who they were.
                    await self._withdraw(person)
                else:
                    await self._lessened(person, standing.role)
        await self._exports()
        if gone:
            log.info("departed", people=gone)

    def _may_have_gone_on(self, person: UserId) -> bool:
        """Whether they left a room that was replaced: its records may yet follow them to the other."""
        if self.room.gone.get(person) or not self.room.rightly_replaced(LEAD_LEVEL):
            return False
        places = self.authority.places
        unknown = self.room.successor not in places.rooms
        return unknown or gone_on(places, self.committee, person)

    async def _left(self, person: UserId) -> None:
        """Not in the room any more. The leads hear of what that leaves behind."""
        departures = Departures(self.tx, self.committee.id)
        carried = await departures.carried(person, self.day)
        duties = carried.contacts or carried.follow_ups or carried.backups
        withdrawn = await self._withdraw(person)
        stands_by = await departures.absences(person, self.day) or await departures.buddies(
            person, self.day
        )
        if not duties and not stands_by:
            await departures.forget(person)
            if withdrawn.is_news:
                words = departure_views.withdrawn(person, withdrawn)
                await self._tell(person, words, digest(f"{self.at}"))
            return
        own = UserId(self.authority.places.own)
        history = History(self.tx, self.committee.id, own, self.at)
        entry = await history.record(EntryKind.OFFBOARDED)
        contacts = Contacts(self.tx, self.committee.id, self.day)
        leaving = Leaving(self.at, self.day)
        list_ = await leave(departures, contacts, entry, person, leaving, withdrawn)
        await self._tell(person, list_, str(entry))

    async def _tell(self, person: UserId, reply: Reply, which: str) -> None:
        room_id = self.committee.room
        post = Post(self.tx, self.outbox, stem(LEFT, f"{room_id} {person} {which}"))
        await post.say(reply, room_id, person, self.committee, self.authority, "left")

    async def _withdraw(self, person: UserId) -> Withdrawn:
        """Everything under way of somebody whose part has ended."""
        withdrawn = await self.under_way.end(person, self.at)
        if withdrawn.messages:
            await SaidOnce(self.tx).count(Refused.WITHDRAWN, withdrawn.messages)
        leavetaking = Offboarding(self.authority, self.tx, self.committee, self.effects)
        await leavetaking.withdraw(person)
        return withdrawn

    async def _lessened(self, person: UserId, role: Role) -> None:
        """What needs more than the role that counts now."""
        most = FOR_LEADS if role < Role.LEAD else 2**31
        withdrawn = await self.under_way.lessen(person, int(role), names=most)
        if withdrawn.messages:
            await SaidOnce(self.tx).count(Refused.WITHDRAWN, withdrawn.messages)
            self.tx.after_commit(self.effects.look_again)

    async def _exports(self) -> None:
        """Copies that somebody asked for or approved who might not now."""
        if self.room.rightly_replaced(LEAD_LEVEL):
            # People are on their way to another room; that is looked at when a file is to go.
            return
        clearance = Clearance(self.authority, lambda: self.at)
        for one in await Exports(self.tx, self.committee.id).waiting():
            fate = None
            if not await clearance.may_still_ask(self.tx, self.committee, one):
                fate = MessageFate.WITHDRAWN
            elif one.decided_by is not None and not await clearance.is_still_approved(
                self.tx, self.committee, one
            ):
                fate = MessageFate.UNAPPROVED
            if fate is not None:
                await withdraw_export(self.tx, self.committee, one, fate, clearance, self.outbox)

    async def _warn(self) -> None:
        """The leads, once a day, of a room in which nothing is said because others may read it."""
        if fit(self.room) or self.room.replaced:
            return
        subject = digest(f"unfit {self.committee.room} {self.day}")
        if not await SaidOnce(self.tx).first_time(subject, int(self.at.timestamp() * 1000)):
            return
        await self._tell(UserId(""), departure_views.unfit(self.committee.name), subject)
