"""Whether a message may go: asked when it is made, and again at the moment before it is encrypted.

What is written down with a message (``storage.chat.outbox.DeliveryTerms``) is the most that was allowed when it was
made. Whoever may less when it is their turn to read does not get it.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from bot.matrix.rooms import Room
from bot.rooms.authority import Authority
from bot.rooms.directory import LEAD_LEVEL, RoomDirectory
from commands.framework.context import Committee, UserId
from commands.privacy.exports import APPROVES, ASKS, VALID
from commands.roles.rules import DenialReason, Need, refusal
from commands.roles.standing import Role
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, DeliveryTerms, MessageKind, Parcel
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.privacy.exports import Export, ExportStep, Orders
from storage.turf.responsible import Whose


class MessageFate(Enum):
    """The outcome for a message whose turn to be sent has come."""

    GOES = auto()
    WAITS = auto()
    """The room takes no messages now: it is open to the public, or was replaced."""
    WITHDRAWN = auto()
    """The reader may not have the message any more."""
    REWORDED = auto()
    """The message names somebody whom its reader may not see any more."""
    EXPIRED = auto()
    """A file whose time is over."""
    UNAPPROVED = auto()
    """A file whose approval does not count any more."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The outcome for a message, and where the message goes."""

    fate: MessageFate
    room: str | None = None
    """The committee's room as it is now, for what is for everybody in it."""
    committees: frozenset[str] = frozenset()
    """The rooms of all committees: none of them is anybody's direct chat."""


_GOES, _WITHDRAWN = Ruling(MessageFate.GOES), Ruling(MessageFate.WITHDRAWN)

HELD_FOR = timedelta(hours=24)
"""How long a message waits for a room that takes nothing."""


@dataclass(slots=True)
class Clearance:
    """Sets the terms under which a message may be delivered, and checks them at delivery."""

    authority: Authority
    now: Callable[[], datetime] = lambda: datetime.fromtimestamp(time.time(), UTC)

    # -- when something is made

    async def terms_for(
        self,
        tx: Transaction,
        committee: Committee,
        person: str,
        kind: MessageKind,
        why: str,
        handles: Iterable[int] = (),
    ) -> DeliveryTerms:
        """The terms of a message for one person: as much as they may at this moment."""
        now = self.now()
        standing = await self.authority.standing(tx, committee, person)
        settings = self.authority.settings
        user = UserId(person)
        if standing.role is None or refusal(standing, Need(), now, settings) is not None:
            # They are told so and nothing else.
            return DeliveryTerms(MessageKind.NOTICE, why, person=user)
        care = Whose(tx, committee.id)
        named = await care.bearing(set(handles))
        day = now.astimezone(committee.zone).date()
        own = () if standing.role >= Role.LEAD else await care.of(user, named, day)
        people = refusal(standing, Need(people=True), now, settings) is None
        return DeliveryTerms(kind, why, committee.id, user, int(standing.role), people, named, own)

    @staticmethod
    def terms_in(committee: Committee, kind: MessageKind, why: str = "") -> DeliveryTerms:
        """The terms of a message for everybody in a committee's room."""
        return DeliveryTerms(kind, why, committee.id)

    # -- when it is sent

    async def rule(self, tx: Transaction, parcel: Parcel) -> Ruling:
        """What becomes of a message now."""
        terms = parcel.terms
        if parcel.kind is ContentKind.REDACTION:
            return _GOES
        if terms.kind is MessageKind.COALITION:
            return self._among_bots(parcel)
        if terms.committee is None:
            return await self._beside(tx, parcel)
        every = await Committees(tx).all()
        committee = next((each for each in every if each.id == terms.committee), None)
        if committee is None:
            # We are in its room no more.
            return _WITHDRAWN
        if terms.person is None:
            return self._in_room(committee)
        refused = await self._for_person(tx, committee, terms, terms.person)
        return refused or Ruling(
            MessageFate.GOES, committees=frozenset(each.room for each in every)
        )

    async def _for_person(
        self, tx: Transaction, committee: Committee, terms: DeliveryTerms, person: UserId
    ) -> Ruling | None:
        """Why a message for one person may not go; None: it may."""
        need = Need(Role(terms.least), people=terms.people)
        why = await self.authority.may(tx, committee, person, need, self.now())
        if why is DenialReason.STRANGER and gone_on(self.authority.places, committee, person):
            return Ruling(MessageFate.WAITS)
        if why is not None:
            return _WITHDRAWN
        if terms.export is not None:
            refused = await self._file(tx, committee, terms.export)
            if refused is not None:
                return refused
        if terms.named and await self._changed_hands(tx, committee, terms):
            return Ruling(MessageFate.REWORDED)
        return None

    async def hears(self, tx: Transaction, person: str, room: str | None) -> bool:
        """Whether a person takes part in the committee of ``room``; None stands for any committee."""
        for committee in await Committees(tx).all():
            if room not in {None, committee.room}:
                continue
            if await self.authority.may(tx, committee, person, Need(), self.now()) is None:
                return True
        return False

    async def wanted(self, tx: Transaction, person: str) -> bool:
        """Whether a direct chat is opened for somebody: who is in a committee's room."""
        return bool(self.authority.places.committees_of(person, await Committees(tx).all()))

    async def spoken_in(self, tx: Transaction, room_id: str) -> bool:
        """Whether a room may be spoken in: a committee's that is closed to others, a member's chat."""
        room = self.authority.places.rooms.get(room_id)
        if room is None or not fit(room):
            return False
        partner = room.direct_partner(self.authority.places.own)
        return partner is None or await self._known(tx, partner)

    def is_theirs(self, room: Room, person: str) -> bool:
        """Whether a room is somebody's direct chat and nobody else's at this moment."""
        return fit(room) and room.direct_partner(self.authority.places.own) == person

    def _in_room(self, committee: Committee) -> Ruling:
        room = self.authority.places.rooms.get(committee.room)
        own = self.authority.places.own
        if room is not None and (not fit(room) or room.closed_to(own)):
            return Ruling(MessageFate.WAITS, committee.room)
        return Ruling(MessageFate.GOES, committee.room)

    def _among_bots(self, parcel: Parcel) -> Ruling:
        """What is said in a coalition's room: nothing once the committee has left it."""
        places, name = self.authority.places, parcel.room or ""
        if name not in places.closed:
            return _WITHDRAWN
        room = places.rooms.get(name)
        waits = room is None or not fit(room) or room.closed_to(places.own)
        return Ruling(MessageFate.WAITS if waits else MessageFate.GOES)

    async def _beside(self, tx: Transaction, parcel: Parcel) -> Ruling:
        """What belongs to no single committee: fixed words, digests, and what an old release left."""
        terms, places = parcel.terms, self.authority.places
        if terms.export is not None:
            return _WITHDRAWN
        room = None if parcel.room is None else places.rooms.get(parcel.room)
        person: str | None = terms.person
        if room is not None and person is None:
            person = room.direct_partner(places.own)
        if person is None:
            waits = room is not None and (not fit(room) or room.closed_to(places.own))
            return Ruling(MessageFate.WAITS if waits else MessageFate.GOES)
        if terms.kind is MessageKind.NOTICE:
            to_open = parcel.recipient is not None
            told = await (self.wanted(tx, person) if to_open else self._known(tx, person))
            return _GOES if told else _WITHDRAWN
        need = Need(Role(terms.least), people=terms.people)
        for committee in await Committees(tx).all():
            if await self.authority.may(tx, committee, person, need, self.now()) is None:
                return _GOES
        return _WITHDRAWN

    async def _known(self, tx: Transaction, person: str) -> bool:
        """Whether fixed words may be said to somebody: who is in a room of ours, or may bring us there."""
        return self.authority.places.may_invite(person) or await self.wanted(tx, person)

    async def _changed_hands(
        self, tx: Transaction, committee: Committee, terms: DeliveryTerms
    ) -> bool:
        """Whether a record it names was deleted, or is not in its reader's care any more."""
        care = Whose(tx, committee.id)
        if await care.gone(terms.named):
            return True
        if not terms.care or terms.person is None:
            return False
        standing = await self.authority.standing(tx, committee, terms.person)
        if (standing.role or Role.ORGANIZER) >= Role.LEAD:
            return False
        day = self.now().astimezone(committee.zone).date()
        return set(await care.of(terms.person, terms.care, day)) != set(terms.care)

    async def _file(self, tx: Transaction, committee: Committee, export: int) -> Ruling | None:
        """Why a file may not go; None: it may."""
        one = await Orders(tx).by_id(export)
        if one is None or one.step not in {ExportStep.APPROVED, ExportStep.MADE}:
            return _WITHDRAWN
        if one.approved is None or self.now() - one.approved > VALID:
            return Ruling(MessageFate.EXPIRED)
        if not await self.may_still_ask(tx, committee, one):
            return _WITHDRAWN
        if not await self.is_still_approved(tx, committee, one):
            return Ruling(MessageFate.UNAPPROVED)
        return None

    async def may_still_ask(self, tx: Transaction, committee: Committee, one: Export) -> bool:
        """Whether the author of an export request would be allowed to ask for that export now."""
        return await self.authority.may(tx, committee, one.author, ASKS, self.now()) is None

    async def is_still_approved(self, tx: Transaction, committee: Committee, one: Export) -> bool:
        """Whether whoever approved a copy might approve it now."""
        by = one.decided_by
        if by is None:
            return False
        return await self.authority.may(tx, committee, by, APPROVES, self.now()) is None


def gone_on(places: RoomDirectory, committee: Committee, person: str) -> bool:
    """Whether somebody went on to the room that replaces a committee's, where its records may follow."""
    old = places.rooms.get(committee.room)
    if old is None or not old.rightly_replaced(LEAD_LEVEL):
        return False
    new = places.rooms.get(old.successor)
    return new is not None and new.has(person)


def fit(room: Room) -> bool:
    """Whether a room is one that anything may be said in: encrypted, and not open to the public."""
    return room.encrypted and not room.public


@dataclass(frozen=True, slots=True)
class Hearing:
    """Asks, in a transaction of its own, whether something may still be said."""

    database: Database
    clearance: Clearance

    async def hears(self, person: str, of: str | None) -> bool:
        """Whether somebody takes part in the committee of this room; None: in any."""
        async with self.database.transaction() as tx:
            return await self.clearance.hears(tx, person, of)

    async def spoken_in(self, room: str) -> bool:
        """Whether a room may be spoken in."""
        async with self.database.transaction() as tx:
            return await self.clearance.spoken_in(tx, room)
