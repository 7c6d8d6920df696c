"""One answer of sync from end to end: state, keys, trust, messages, and only then the token."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from bot import clock
from bot.backup.after_restore import AfterRestore
from bot.delivery import notice_words
from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.set_aside import SetAside
from bot.logging import logs
from bot.matrix.guard import (
    Guard,
    Message,
    Reaction,
    Refused,
    Rejection,
    Sealed,
    Unknown,
    Verdict,
    Vote,
    what_is_judged,
)
from bot.matrix.machine import Machine
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import LOOKED_AT, Room, stripped
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.sync import Sync, listing, section, state_of
from bot.matrix.trust import Trust
from bot.matrix.verification import VerificationStep, to_device
from bot.polls.build import Polling
from bot.process import failpoints
from bot.process.retry import persist
from bot.rooms.directory import RoomDirectory, Settlement
from bot.rooms.invitations import Invitations
from bot.rooms.members import MemberWatch
from bot.rooms.onboarding import RoomOnboarding
from bot.state import SharedState
from bot.verification.sessions import Verifications
from commands.all import CATALOGUE
from commands.framework.answer import is_command
from commands.framework.context import Committee, Place, RoomId
from storage.chat.committees import Committees
from storage.chat.facts import HEARD, SYNC_TOKEN, Facts
from storage.chat.identities import Identities
from storage.chat.inbox import Inbox
from storage.chat.rooms import Rooms
from storage.chat.said_once import SaidOnce
from storage.chat.undecrypted import UndecryptedEvents, WaitingEvent
from storage.core.database import Database

GRACE = 20_000
"""Milliseconds a message waits for its key, which may travel more slowly than the message."""

MANY_KEYS = 50
"""To-device messages in one answer that suggest that more are waiting (Synapse gives 100)."""

MOST_WAITING = 10_000
"""Messages that wait for a key at most; more can only be a flood."""

log = logs.get("bot.incoming.processor")


class SyncProcessor:
    """Takes answers of sync one after the other. The token is saved last."""

    def __init__(
        self,
        database: Database,
        sync: Sync,
        *,
        machine: Machine,
        trust: Trust,
        keys: RoomKeys,
        places: RoomDirectory,
        members: MemberWatch,
        onboarding: RoomOnboarding,
        invitations: Invitations,
        notices: Notices,
        dispatcher: Dispatcher,
        outbox: Outbox,
        polls: Polling,
        verifications: Verifications,
        expiry: SessionExpiry,
        state: SharedState,
    ) -> None:
        self._database = database
        self._sync = sync
        self._machine = machine
        self._trust = trust
        self._keys = keys
        self._places = places
        self._members = members
        self._onboarding = onboarding
        self._invitations = invitations
        self._notices = notices
        self._dispatcher = dispatcher
        self._outbox = outbox
        self._polls = polls
        self._verifications = verifications
        self._expiry = expiry
        self._state = state
        self._set_aside = SetAside(dispatcher)
        self._guard = Guard(machine, trust, places.own)
        self._unread: dict[str, WaitingEvent] = {}
        self._restored = True
        self._refused: Counter[str] = Counter()
        self._named: set[str] = set()
        """Committees' rooms whose members' names are known; they are in memory alone."""
        self._unsaved: _Changes = _Changes()
        self._comeback: AfterRestore | None = None
        self._nothing_saved = True
        self.token: str | None = None

    @property
    def _committees(self) -> tuple[Committee, ...]:
        return self._state.committees.known

    async def restore(self) -> None:
        """Stand where the last checkpoint left off."""
        await self._expiry.restore()
        async with self._database.transaction() as tx:
            self.token = await Facts(tx).get(SYNC_TOKEN)
            heard = await Facts(tx).get(HEARD)
            self._comeback = await AfterRestore.load(Facts(tx))
            snapshots = await Rooms(tx).all()
            self._unread = {each.event_id: each for each in await UndecryptedEvents(tx).all()}
        if heard is not None:
            self._state.pulse.received = int(heard)
        for room_id, snapshot in snapshots.items():
            self._places.rooms[room_id] = room = Room.restore(snapshot)
            if not room.greeted:
                self._onboarding.waiting.add(room_id)
        await self._state.committees.load(self._database)
        # As the run before saw them: what the homeserver shows from now on makes nobody a founder.
        await self._members.look_at(self._places.rooms.keys())
        self._trust.track(self._everybody())
        for committee in self._committees:
            await self._polls.presence.look(committee.room)

    async def take(self, answer: Mapping[str, Any]) -> None:
        """Handle everything in one answer, then save the token that comes after it."""
        came, received = clock.unix_time(), _now()
        fresh = self._apply_state(answer)
        await self._learn(fresh | self._half_made(answer) | self._half_known() | self._unpeopled())
        for room_id in fresh:
            # Who came and went before we came says nothing about those who are there now.
            self._places.rooms[room_id].begin_here()
        self._trust.mark_stale(
            user for user in listing(answer, "device_lists", "changed") if isinstance(user, str)
        )
        self._machine.note_counts(answer)
        failpoints.reach("before_keys")
        keys = listing(answer, "to_device", "events")
        arrived = self._machine.take(keys)
        failpoints.reach("after_keys")
        await self._machine.publish_keys()
        await self._look_into_trust()
        await self._machine.mend_sessions()
        await self._settle()
        for step in filter(None, map(to_device, keys)):
            await self._verifications.hear(step)
        await self._open_late(arrived, more=len(keys) >= MANY_KEYS)
        await self._read(answer, fresh)
        await self._polls.votes.answered()
        failpoints.reach("before_checkpoint")
        await self._checkpoint(answer, received)
        self._state.pulse.beat(came, received)

    # -- state ---------------------------------------------------------------------------------

    def _apply_state(self, answer: Mapping[str, Any]) -> set[str]:
        """Membership, power and the rest, before any message is looked at; the rooms new to us."""
        fresh = set()
        for room_id, joined in section(answer, "rooms", "join").items():
            if room_id not in self._places.rooms:
                fresh.add(room_id)
                self._places.rooms[room_id] = Room(room_id)
                self._unsaved.rooms.add(room_id)
            room = self._places.rooms[room_id]
            state = (*listing(joined, "state", "events"), *listing(joined, "timeline", "events"))
            if room.apply_all(state):
                self._unsaved.rooms.add(room_id)
            # Our own joining is filtered out; what precedes it, such as our invitation, is not.
            room.members[self._places.own] = "join"
        for room_id in section(answer, "rooms", "leave"):
            if self._places.rooms.pop(room_id, None) is not None:
                self._keys.forget(room_id)
                self._machine.olm.reading.left(room_id)
            self._unsaved.left.add(room_id)
        for room_id, invite in section(answer, "rooms", "invite").items():
            self._unsaved.invites[room_id] = stripped(
                listing(invite, "invite_state", "events"), self._places.own
            )
        return fresh

    async def _learn(self, unknown: set[str]) -> None:
        """The state of rooms that are new to us, in full."""
        for room_id in unknown:
            room = self._places.rooms[room_id]
            room.apply_all(await state_of(self._sync.client, room_id))
            room.settings.whole = True
            room.looked_at = LOOKED_AT
            self._named.add(room_id)
            self._unsaved.rooms.add(room_id)
        rooms = {committee.room for committee in self._committees} & self._places.rooms.keys()
        for room_id in rooms - self._named:
            # An earlier run knew them; no disk says what people call themselves.
            self._named.add(room_id)
            room = self._places.rooms[room_id]
            before = room.snapshot()
            room.apply_all(await state_of(self._sync.client, room_id))
            if room.snapshot() != before:
                # Sync says something else: whoever is shown here alone is looked at as well.
                self._unsaved.rooms.add(room_id)

    def _half_made(self, answer: Mapping[str, Any]) -> set[str]:
        """Rooms in which something happens and that are not encrypted as far as we know.

        An earlier run may have ended between making a direct room and learning all about it: our
        own events do not come by sync.
        """
        rooms = self._places.rooms
        return {room for room in section(answer, "rooms", "join") if not rooms[room].encrypted}

    def _half_known(self) -> set[str]:
        """Rooms an earlier release knew, which looked at less of their state."""
        rooms = self._places.rooms
        return {name for name, room in rooms.items() if room.looked_at < LOOKED_AT}

    def _unpeopled(self) -> set[str]:
        """At the start: rooms of our making that an earlier run may not have seen whole."""
        own, rooms = self._places.own, self._places.rooms
        alone = (name for name, room in rooms.items() if room.members.keys() <= {own})
        return (
            {name for name in alone if rooms[name].founder == own}
            if self._state.pulse.last is None
            else set()
        )

    def _everybody(self) -> set[str]:
        return {
            user
            for room in self._places.rooms.values()
            for user in room.joined
            if user != self._places.own
        }

    async def _look_into_trust(self) -> None:
        """Know the keys of everybody in our rooms, and tell when somebody's identity changed."""
        self._trust.track(self._everybody())
        await self._trust.refresh()
        news = tuple(self._trust.news)
        if not news:
            return
        async with self._database.transaction() as tx:
            for pin in news:
                await Identities(tx).pin(pin.person, pin.pinned, pin.pinned_at)
                await Identities(tx).offer(pin.person, pin.offered, pin.offered_at or 0)
                if pin.offered is not None:
                    await self._notices.warn_of_change(tx, pin, self._committees)
            tx.after_commit(lambda: self._trust.noted(len(news)))

    # -- rooms ---------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Find out what rooms are that changed, follow invitations, and greet."""
        changes = self._unsaved
        await self._members.look_at(self._members.introductions.due() & self._places.rooms.keys())
        for room_id in sorted(self._onboarding.waiting - changes.rooms):
            if room_id in self._places.rooms:
                await self._settle_one(self._places.rooms[room_id])
        if not (changes.rooms or changes.left or changes.invites):
            return
        async with self._database.transaction() as tx:
            invitations = {each.room: each for each in await Rooms(tx).invitations()}
        for room_id in sorted(changes.rooms & self._places.rooms.keys()):
            room = self._places.rooms[room_id]
            self._onboarding.introduce(room, invitations.get(room_id))
            await self._settle_one(room)
            await self._members.look_at({room_id})
            await self._polls.presence.look(room.id)
        for room_id, invited in changes.invites.items():
            if self._invitations.suitable(invited, self._committees):
                await self._invitations.invited(room_id, invited)
            else:
                self._refused[Refused.INVITATION] += 1
        changes.invites.clear()
        if changes.left:
            await self._leave_behind(changes.left)
        self._outbox.wake()

    async def _settle_one(self, room: Room) -> None:
        if not await self._onboarding.settle(room):
            self._refused[Refused.INVITATION] += 1

    async def _leave_behind(self, rooms: Iterable[str]) -> None:
        async with self._database.transaction() as tx:
            for room_id in rooms:
                committee = await Committees(tx).by_room(RoomId(room_id))
                if committee is not None:
                    await Committees(tx).remove(committee.id, notice_words.now())
        await self._state.committees.load(self._database)
        for room_id in rooms:
            await self._invitations.withdrawn(room_id)

    # -- messages ------------------------------------------------------------------------------

    async def _read(self, answer: Mapping[str, Any], fresh: set[str]) -> None:
        self._dispatcher.begin_batch()
        # Whoever said little does not wait for what others said in their rooms.
        for room_id, joined in sorted(section(answer, "rooms", "join").items(), key=_how_much):
            room = self._places.rooms[room_id]
            events = listing(joined, "timeline", "events")
            before = section(joined, "timeline").get("prev_batch")
            if room_id in fresh:
                # What was said before we came is not for us.
                events = await self._sync.since_joining(room_id, str(answer["next_batch"]))
            elif section(joined, "timeline").get("limited") and self.token and before:
                missed = await self._sync.gap(room_id, str(before), self.token)
                if room.missed(missed):
                    await self._members.look_at({room_id})
                events = [*missed, *events]
            for event in events:
                await self._look_at(room, event)
        await self._set_aside.finish()

    async def _look_at(self, room: Room, event: Any) -> None:
        verdict = self._guard.judge(room, event)
        if isinstance(verdict, Unknown):
            self._trust.doubt(verdict.sender)
            await self._look_into_trust()
            verdict = self._guard.judge(room, event)
        if isinstance(verdict, Sealed | Unknown):
            if self._comeback is None or not self._comeback.is_too_late_for(event):
                self._keep(room, event)
            return
        await self._act(room, verdict, str(event.get("event_id")))

    async def _act(self, room: Room, verdict: Verdict, event_id: str) -> None:
        if isinstance(verdict, Message | Vote):
            attempt = self._polls.votes.meant(room, verdict, self._committees)
            if attempt is not None:
                # Before anything is written about it: a vote leaves no row.
                await persist(
                    lambda: self._polls.votes.take(attempt),
                    lambda error_id: self._polls.votes.fail(attempt, error_id),
                )
            elif isinstance(verdict, Message) and not await self._set_aside.takes(verdict):
                await persist(
                    lambda: self._dispatcher.handle(verdict),
                    lambda error_id: self._dispatcher.set_aside(verdict, error_id),
                )
                await self._members.look_at_regrouped()
        elif isinstance(verdict, VerificationStep):
            await self._verifications.hear(verdict)
        elif isinstance(verdict, Reaction):
            self._polls.votes.reacted(room, verdict, self._committees)
        elif isinstance(verdict, Rejection):
            await self._reject(room, verdict, event_id)

    async def _reject(self, room: Room, rejection: Rejection, event_id: str) -> None:
        kind = self._places.settle(room, self._committees)
        talk = len(room.members) > 2 or kind is Settlement.COMMITTEE
        place = Place.ROOM if talk else Place.DIRECT
        told = rejection.body is None or is_command(rejection.body, place, CATALOGUE)
        if not told and not await self._edits_a_command(rejection):
            return
        if rejection.reason is Refused.REPLAYED and await self._was_handled(event_id):
            # The same message under its own name: nobody plays anything.
            return
        if not (place is Place.DIRECT and self._state.pulse.is_watched()):
            # What is refused in direct chats may have been a vote.
            self._refused[rejection.reason] += 1
            log.info("refused", reason=rejection.reason)
        if self._polls.votes.refused(room, rejection, event_id, self._committees):
            return
        await self._notices.explain(room, rejection, event_id, self._committees)

    async def _edits_a_command(self, rejection: Rejection) -> bool:
        """Whether somebody made talk of what was a command, or tried to take it back like that."""
        return rejection.reason is Refused.EDIT and await self._was_handled(
            rejection.relation.replaces
        )

    async def _was_handled(self, event_id: str) -> bool:
        async with self._database.transaction() as tx:
            return await Inbox(tx).knows(event_id)

    # -- messages whose key is late --------------------------------------------------------------

    def _keep(self, room: Room, event: Mapping[str, Any]) -> None:
        event_id = str(event["event_id"])
        if event_id not in self._unread:
            if len(self._unread) >= MOST_WAITING:
                self._refused[Refused.UNREADABLE] += 1
                return
            self._unread[event_id] = WaitingEvent(event_id, room.id, what_is_judged(event), _now())
            self._unsaved.sealed.add(event_id)

    async def _open_late(self, arrived: set[tuple[str, str]], *, more: bool) -> None:
        """Look again at what waited: for keys that came, and for time that ran out.

        ``more``: keys are still being handed out, so nobody's time has run out yet.
        """
        # An earlier run may have got keys and ended before it looked.
        everything, self._restored = self._restored, False
        for waiting in list(self._unread.values()):
            room = self._places.rooms.get(waiting.room)
            session = section(waiting.event, "content").get("session_id")
            overdue = _now() - waiting.since > GRACE
            came = everything or (waiting.room, session) in arrived
            if room is not None and not overdue and not came:
                continue
            verdict = self._guard.judge(room, waiting.event) if room is not None else None
            if isinstance(verdict, Sealed | Unknown):
                if more or not overdue:
                    continue
                rejection = Rejection(Refused.UNREADABLE, verdict.sender, str(session))
                await self._reject(room or Room(waiting.room), rejection, waiting.event_id)
            elif room is not None:
                await self._act(room, verdict, waiting.event_id)
            del self._unread[waiting.event_id]
            self._unsaved.opened.add(waiting.event_id)

    # -- the checkpoint --------------------------------------------------------------------------

    async def _checkpoint(self, answer: Mapping[str, Any], received: int) -> None:
        """Save the token, unless there was no news: the one before then leads to the same."""
        self.token = str(answer["next_batch"])
        changed = self._unsaved or self._refused or self._places.learned
        if self._nothing_saved or changed or _is_news(answer):
            self._nothing_saved = False
            await self._save(self.token, received)
            failpoints.reach("after_checkpoint")
            await self._expiry.committed()

    async def _save(self, token: str, received: int) -> None:
        changes, self._unsaved = self._unsaved, _Changes()
        refused, self._refused = self._refused, Counter()
        if self._machine.malformed:
            refused[Refused.MALFORMED] += self._machine.malformed
            self._machine.malformed = 0
        async with self._database.transaction() as tx:
            await Facts(tx).put(SYNC_TOKEN, token)
            await Facts(tx).put(HEARD, str(received))
            for room_id in changes.rooms | self._places.learned:
                room = self._places.rooms.get(room_id)
                if room is not None:
                    await Rooms(tx).save(room_id, room.snapshot())
                    await Rooms(tx).uninvite(room_id)
            for room_id in changes.left:
                await Rooms(tx).drop(room_id)
            for event_id in changes.sealed & self._unread.keys():
                await UndecryptedEvents(tx).keep(self._unread[event_id])
            for event_id in changes.opened:
                await UndecryptedEvents(tx).drop(event_id)
            for reason, times in refused.items():
                await SaidOnce(tx).count(reason, times)
            await self._expiry.save(tx)
            if self._comeback is not None:
                await self._comeback.say(tx, self._committees, self._outbox)
        self._comeback = None
        self._places.learned.clear()


class _Changes:
    """What the next checkpoint has to save."""

    def __init__(self) -> None:
        self.rooms: set[str] = set()
        self.left: set[str] = set()
        self.invites: dict[str, Room] = {}
        self.sealed: set[str] = set()
        self.opened: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.rooms or self.left or self.invites or self.sealed or self.opened)


def _how_much(joined: tuple[str, Any]) -> tuple[bool, int]:
    """How much there is to read in a room's part of an answer; a gap may hold anything."""
    limited = bool(section(joined[1], "timeline").get("limited"))
    return limited, len(listing(joined[1], "timeline", "events"))


def _is_news(answer: Mapping[str, Any]) -> bool:
    """Whether anything came; our own messages, which the filter keeps back, make an answer too."""
    return bool(
        listing(answer, "to_device", "events")
        or listing(answer, "device_lists", "changed")
        or any(section(answer, "rooms", how) for how in ("invite", "leave"))
        or any(
            listing(joined, "state", "events")
            or listing(joined, "timeline", "events")
            or section(joined, "timeline").get("limited")
            for joined in section(answer, "rooms", "join").values()
        )
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
