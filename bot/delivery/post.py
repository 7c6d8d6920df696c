"""Queues what is said in the transaction that decides it; delivered once that has committed."""

import time
from dataclasses import replace
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.delivery import notice_words
from bot.delivery.clearance import Clearance, fit
from bot.delivery.outgoing import outgoing
from bot.delivery.threads import Thread, within
from bot.rooms.authority import Authority
from commands.framework.context import Committee, Role
from commands.framework.handles import handles
from commands.framework.i18n import SOURCE_LANGUAGE, on_clock
from commands.framework.naming import naming
from commands.framework.reply import Audience, Reply
from storage.chat.committees import Committees
from storage.chat.outbox import DeliveryTerms, MessageKind, OutboxTable, Outgoing, Parcel
from storage.chat.preferences import People
from storage.core.database import Transaction
from storage.core.model import UserId


class Delivering(Protocol):
    """The part of the outbox that queueing code needs."""

    @property
    def device(self) -> str:
        """The id of the sending device; transaction ids are valid only for one device."""

    def deliver(self, parcel: Parcel) -> None:
        """Send a message whose row in the outbox is committed."""


class Post:
    """Queues the messages of one occasion, under transaction ids that a repetition would make again.

    Each is handed to the outbox when the transaction has committed, and never if it is rolled back.
    """

    def __init__(
        self, tx: Transaction, outbox: Delivering, occasion: str, thread: Thread | None = None
    ) -> None:
        """``occasion``: how the transaction ids of its messages begin."""
        self._tx = tx
        self._outbox = outbox
        self._occasion = occasion
        self.thread = thread
        """Where it was asked; what goes to that room goes there."""
        self._count = 0
        self.parcels: list[Parcel] = []
        """What was queued so far. Delivered by itself once the transaction has committed."""

    async def put(
        self,
        message: Outgoing,
        *,
        room: str | None = None,
        recipient: str | None = None,
        terms: DeliveryTerms | None = None,
    ) -> None:
        """Queue one message. Without ``terms`` it is fixed words that tell nothing of a committee."""
        self._count += 1
        parcel = await OutboxTable(self._tx).put(
            f"{self._occasion}-{self._count}",
            within(self.thread, message, room),
            _now(),
            self._outbox.device,
            room=room,
            recipient=recipient,
            terms=terms,
        )
        if parcel is not None:
            self.parcels.append(parcel)
            self._tx.after_commit(partial(self._outbox.deliver, parcel))

    async def say(
        self,
        reply: Reply,
        here: str,
        person: str,
        committee: Committee,
        authority: Authority,
        why: str = "",
    ) -> None:
        """Address a reply and queue what it renders to, on the terms that hold at this moment."""
        if here == committee.room:
            # A command may just have brought another committee's records into this room.
            committee = await Committees(self._tx).by_room(committee.room) or committee
        rooms, people = await self.addressees(reply, here, person, committee, authority)
        clearance = Clearance(authority)
        answers = reply.audience in {Audience.HERE, Audience.PERSON}
        kind, named = MessageKind.ANSWER if answers else MessageKind.TELL, handles(reply)

        async def terms_of(user: str) -> DeliveryTerms:
            terms = await clearance.terms_for(self._tx, committee, user, kind, why, named)
            if reply.export is None:
                return terms
            return replace(terms, export=reply.export, least=int(Role.KEEPER))

        in_room = {
            room: await terms_of(person)
            if room != committee.room
            else clearance.terms_in(committee, kind, why)
            for room in rooms
        }
        to_people = {user: await terms_of(user) for user in people}
        once = outgoing(reply) if reply.anew is None else None
        for room, terms in in_room.items():
            for message in once or await self.worded(reply, committee, room, person):
                await self.put(message, room=room, terms=terms)
        for recipient, terms in to_people.items():
            for message in once or await self.worded(reply, committee, "", recipient):
                await self.put(message, recipient=recipient, terms=terms)
        if reply.audience is Audience.HERE and here == committee.room and not rooms:
            why_not = notice_words.why_not_in_the_room(committee)
            for message in await self.worded(why_not, committee, "", person):
                await self.put(message, recipient=person)

    async def worded(
        self, reply: Reply, committee: Committee | None, room: str, person: str
    ) -> list[Outgoing]:
        """The messages of a reply for a room, or for a person: in its language and on its clock, or on theirs."""
        if reply.anew is None:
            return outgoing(reply)
        language = await reads(self._tx, committee, room, person)
        clock = await reads_on(self._tx, committee, room, person)
        with naming(committee), on_clock(clock):
            return outgoing(reply.spoken(language))

    async def addressees(
        self, reply: Reply, here: str, person: str, committee: Committee, authority: Authority
    ) -> tuple[list[str], list[str]]:
        """The rooms, and the people by direct message, that an audience stands for."""
        match reply.audience:
            case Audience.HERE:
                room = authority.places.rooms.get(here)
                if here == committee.room and person and room is not None and not fit(room):
                    # Whoever asked gets it alone: the room may be read by anybody.
                    return [], list(await authority.taking_part(self._tx, committee, [person]))
                return [here], []
            case Audience.ROOM:
                return [str(committee.room)], []
            case Audience.LEADS:
                return [], await authority.leads(self._tx, committee)
            case Audience.NAMED:
                return [], list(await authority.taking_part(self._tx, committee, reply.to))
            case Audience.PERSON:
                alone = authority.places.direct_partner(here) == person
                return ([here], []) if alone and here != committee.room else ([], [person])


def _now() -> int:
    return time.time_ns() // 1_000_000


async def reads(tx: Transaction, committee: Committee | None, room: str, person: str) -> str:
    """The language in which a room is spoken to, or a person directly; ``committee`` is theirs, if known."""
    if committee is None:
        own = await People(tx).language(UserId(person)) if person else None
        return own or SOURCE_LANGUAGE
    if room == committee.room or not person:
        return committee.language
    return await People(tx).reads(UserId(person), committee)


async def reads_on(
    tx: Transaction, committee: Committee | None, room: str, person: str
) -> ZoneInfo | None:
    """The clock on which a room is told times, or a person directly; None where nobody knows."""
    if committee is not None and (room == committee.room or not person):
        return committee.zone
    own = await People(tx).zone(UserId(person)) if person else None
    return own or (None if committee is None else committee.zone)
