"""Unsolicited messages: greetings, warnings, explanations. Each once, never many."""

import time
from collections import defaultdict, deque
from collections.abc import Sequence

from bot.delivery import notice_words, unreadable_devices
from bot.delivery.clearance import Clearance
from bot.delivery.post import Delivering, Post
from bot.delivery.threads import Thread, thread_of
from bot.delivery.transaction_ids import (
    GREETING,
    IDENTITY_CHANGED,
    REFUSED,
    TAKEN_AWAY,
    digest,
    stem,
)
from bot.matrix.guard import Refused, Rejection
from bot.matrix.rooms import Room
from bot.rooms.authority import Authority
from bot.rooms.directory import RoomDirectory, Settlement
from commands.all import CATALOGUE
from commands.framework.context import Committee
from commands.framework.reply import Reply
from commands.framework.room_lines import may_not_wait
from storage.chat.account_move import AccountMoves
from storage.chat.committees import Committees
from storage.chat.identities import Pin
from storage.chat.outbox import ContentKind, DeliveryTerms, MessageKind, Outgoing
from storage.chat.said_once import SaidOnce
from storage.core.database import Database, Transaction
from storage.core.model import RoomId

MOST_UNASKED, UNASKED_WITHIN = 10, 600.0
"""Explanations in one room, and within how many seconds: the rest is only counted."""


class Notices:
    """Remembers in the database what was said, so that a restart does not say it again."""

    def __init__(self, database: Database, places: RoomDirectory, outbox: Delivering) -> None:
        self._database = database
        self._places = places
        self._outbox = outbox
        self._said: defaultdict[str, deque[float]] = defaultdict(deque)
        """When something was explained, by room; monotonic."""

    async def greet(self, tx: Transaction, room: Room, hello: Reply) -> None:
        """Say the first words in a room; nothing where this account said them before."""
        moved = await AccountMoves(tx).last()
        subject = room.id if moved is None else f"{room.id} {moved.user}"
        if not await SaidOnce(tx).first_time(digest(f"hello {subject}"), _now()):
            return
        await self._say(tx, hello, room.id, stem(GREETING, subject))

    async def tell_leads(
        self, tx: Transaction, said: Reply, committee: Committee, authority: Authority, why: str
    ) -> None:
        """Tell a committee's leads something that follows from how it is greeted; once for each ``why``."""
        post = Post(tx, self._outbox, stem(GREETING, f"leads {committee.room} {why}"))
        await post.say(said, str(committee.room), "", committee, authority)

    async def warn_of_change(
        self, tx: Transaction, pin: Pin, committees: Sequence[Committee]
    ) -> None:
        """Warn once a day for each identity that was left behind.

        Whoever changes it again and again is suspended all the same, and shall not fill the room.
        """
        warning = notice_words.identity_changed(pin.person)
        for committee in self._places.committees_of(pin.person, committees):
            subject = f"changed {committee.room} {pin.person} {pin.pinned} {notice_words.now():%F}"
            if await SaidOnce(tx).first_time(digest(subject), _now()):
                occasion, terms = (
                    stem(IDENTITY_CHANGED, subject),
                    Clearance.terms_in(committee, MessageKind.TELL),
                )
                await self._say(tx, warning, committee.room, occasion, terms=terms)

    async def explain(
        self, room: Room, rejection: Rejection, event_id: str, committees: Sequence[Committee]
    ) -> None:
        """Say why something was not done, to members and whoever may bring us somewhere.

        Each edit is told by itself: whoever tries again has not understood.
        """
        apart = rejection.reason in notice_words.LEFT_OUT
        reply = None if apart else notice_words.explanation(rejection)
        if room.replaced or not (apart or reply):
            return
        if not self._is_ours(room, committees):
            return
        talk = self._places.settle(room, committees) is Settlement.COMMITTEE
        if (
            rejection.reason is Refused.EDIT
            and talk
            and may_not_wait(rejection.body or "", CATALOGUE)
        ):
            await self._take_away(room, event_id)
        if self._too_many(room.id):
            return
        subject = f"{rejection.reason} {room.id} {rejection.sender} {rejection.device}"
        if rejection.reason is Refused.EDIT:
            subject = f"{rejection.reason} {room.id} {event_id}"
        now = _now()
        thread = thread_of(room.id, rejection.relation.thread, event_id)
        async with self._database.transaction() as tx:
            if reply is not None:
                if not await SaidOnce(tx).first_time(digest(subject), now):
                    return
                await self._say(tx, reply, room.id, stem(REFUSED, subject), thread)
            else:
                if not await SaidOnce(tx).due(digest(subject), now, unreadable_devices.AGAIN_AFTER):
                    return
                post = Post(tx, self._outbox, stem(REFUSED, f"{subject} {event_id}"))
                # Nobody is shamed in the room where there is another way.
                rooms = [each.room for each in committees]
                alone = self._places.direct_with(rejection.sender, rooms) if talk else None
                if alone is None:
                    await post.put(unreadable_devices.to_device(rejection, event_id), room=room.id)
                else:
                    await post.put(unreadable_devices.in_direct_chat(rejection), room=alone.id)
            tx.after_commit(lambda: self._said[room.id].append(time.monotonic()))

    async def _take_away(self, room: Room, event_id: str) -> None:
        """Remove an edit that nobody acted upon: it shows what was not done, and may name somebody."""
        async with self._database.transaction() as tx:
            removal = Outgoing({}, ContentKind.REDACTION, event_id)
            await Post(tx, self._outbox, stem(TAKEN_AWAY, event_id)).put(removal, room=room.id)

    def _is_ours(self, room: Room, committees: Sequence[Committee]) -> bool:
        """A committee's room, a member's chat with us, or one whose purpose we asked for."""
        kind = self._places.settle(room, committees)
        if kind is Settlement.DIRECT:
            partner = room.direct_partner(self._places.own) or ""
            return bool(self._places.committees_of(partner, committees))
        return kind in {Settlement.COMMITTEE, Settlement.UNCLEAR}

    def _too_many(self, room: str) -> bool:
        said, now = self._said[room], time.monotonic()
        while said and now - said[0] > UNASKED_WITHIN:
            said.popleft()
        return len(said) >= MOST_UNASKED

    async def _say(
        self,
        tx: Transaction,
        reply: Reply,
        room: str,
        occasion: str,
        thread: Thread | None = None,
        terms: DeliveryTerms | None = None,
    ) -> None:
        post = Post(tx, self._outbox, occasion, thread)
        committee = await Committees(tx).by_room(RoomId(room))
        known = self._places.rooms.get(room)
        partner = None if known is None else known.direct_partner(self._places.own)
        if committee is None and partner is not None:
            theirs = self._places.committees_of(partner, await Committees(tx).all())
            committee = next(iter(theirs), None)
        for message in await post.worded(reply, committee, room, partner or ""):
            await post.put(message, room=room, terms=terms)


def _now() -> int:
    return time.time_ns() // 1_000_000
