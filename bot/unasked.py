"""What the bot says without being asked: greetings, warnings, explanations. Each once, never many."""

import time
from collections import defaultdict, deque
from collections.abc import Sequence

from bot import notices
from bot.dispatcher import Post, digest
from bot.matrix.guard import Refused, Rejection
from bot.matrix.render import render
from bot.matrix.rooms import Room
from bot.outbox import Outbox
from bot.places import Places, Settlement
from bot.threads import Thread, thread_of
from commands.framework.context import Committee
from commands.framework.reply import Reply
from storage.checkpoint import Tally
from storage.database import Database, Transaction
from storage.identities import Pin
from storage.outbox import Parcel

MOST_UNASKED, UNASKED_WITHIN = 10, 600.0
"""Explanations in one room, and within how many seconds: the rest is only counted."""


class Unasked:
    """Remembers in the database what was said, so that a restart does not say it again."""

    def __init__(self, database: Database, places: Places, outbox: Outbox, device: str) -> None:
        self._database = database
        self._places = places
        self._outbox = outbox
        self._device = device
        self._said: defaultdict[str, deque[float]] = defaultdict(deque)
        """When something was explained, by room; monotonic."""

    async def greet(self, tx: Transaction, room: Room, hello: Reply) -> list[Parcel]:
        """The first words in a room; nothing where they were said before."""
        if not await Tally(tx).first_time(digest(f"hello {room.id}"), _now()):
            return []
        return await self._say(tx, hello, room.id, f"hi-{digest(room.id)}")

    async def warn_of_change(
        self, tx: Transaction, pin: Pin, committees: Sequence[Committee]
    ) -> list[Parcel]:
        """Warn once a day for each identity that was left behind.

        Whoever changes it again and again is suspended all the same, and shall not fill the room.
        """
        warning = notices.identity_changed(pin.person)
        parcels: list[Parcel] = []
        for committee in self._places.committees_of(pin.person, committees):
            subject = f"changed {committee.room} {pin.person} {pin.pinned} {notices.now():%F}"
            if await Tally(tx).first_time(digest(subject), _now()):
                parcels += await self._say(tx, warning, committee.room, f"id-{digest(subject)}")
        return parcels

    async def explain(
        self, room: Room, rejection: Rejection, committees: Sequence[Committee], event_id: str
    ) -> None:
        """Say why something was not done, in a room that is a committee's or a member's.

        Each edit is told by itself: whoever tries again has not understood.
        """
        if room.replaced:
            return
        reply = notices.explanation(rejection)
        if reply is None:
            return
        kind = self._places.settle(room, committees)
        partner = room.partner(self._places.own) or ""
        members = self._places.committees_of(partner, committees)
        if kind is not Settlement.COMMITTEE and not (kind is Settlement.DIRECT and members):
            return
        said, now = self._said[room.id], time.monotonic()
        while said and now - said[0] > UNASKED_WITHIN:
            said.popleft()
        if len(said) >= MOST_UNASKED:
            return
        subject = f"{rejection.reason} {room.id} {rejection.sender} {rejection.device}"
        if rejection.reason is Refused.EDIT:
            subject = f"{rejection.reason} {room.id} {event_id}"
        thread = thread_of(room.id, rejection.relation.thread, event_id)
        async with self._database.transaction() as tx:
            if not await Tally(tx).first_time(digest(subject), _now()):
                return
            post = await self._say(tx, reply, room.id, f"no-{digest(subject)}", thread)
        said.append(now)
        self._outbox.add(post)

    async def _say(
        self,
        tx: Transaction,
        reply: Reply,
        room: str,
        occasion: str,
        thread: Thread | None = None,
    ) -> list[Parcel]:
        post = Post(tx, self._device, occasion, thread)
        for content in render(reply):
            await post.put(content, room=room)
        return post.parcels


def _now() -> int:
    return time.time_ns() // 1_000_000
