"""Processes one sync response: state, keys, trust, messages, and only then the token."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from bot import clock
from bot.coalition.desk import CoalitionDesk
from bot.delivery.outbox import Outbox
from bot.incoming.checkpoint import Checkpoint
from bot.incoming.identity_changes import IdentityChanges
from bot.incoming.late_keys import LateKeys
from bot.incoming.room_state import RoomState
from bot.incoming.router import Router
from bot.matrix.guard import Guard, Sealed, Unknown
from bot.matrix.machine import Machine
from bot.matrix.rooms import Room
from bot.matrix.sync import Sync, listing, section
from bot.matrix.trust import Trust
from bot.matrix.verification import to_device
from bot.membership.members import MemberWatch
from bot.polls.build import Polling
from bot.process import failpoints
from bot.rooms.directory import RoomDirectory
from bot.state import SharedState
from bot.verification.sessions import Verifications

MANY_KEYS = 50
"""To-device messages in one answer that suggest that more are waiting (Synapse gives 100)."""


class SyncProcessor:
    """Processes sync responses one after the other; the token is saved last."""

    def __init__(
        self,
        sync: Sync,
        checkpoint: Checkpoint,
        *,
        machine: Machine,
        guard: Guard,
        trust: Trust,
        identities: IdentityChanges,
        places: RoomDirectory,
        members: MemberWatch,
        rooms: RoomState,
        late_keys: LateKeys,
        router: Router,
        polls: Polling,
        verifications: Verifications,
        coalition: CoalitionDesk,
        outbox: Outbox,
        state: SharedState,
    ) -> None:
        self._sync = sync
        self.checkpoint = checkpoint
        self._machine = machine
        self._guard = guard
        self._trust = trust
        self._identities = identities
        self._places = places
        self._members = members
        self._rooms = rooms
        self._late_keys = late_keys
        self._router = router
        self._polls = polls
        self._verifications = verifications
        self._coalition = coalition
        self._outbox = outbox
        self._state = state

    @property
    def token(self) -> str | None:
        """Where the next answer of sync begins."""
        return self.checkpoint.token

    async def ask(self) -> None:
        """Ask for what the first answer needs beside it, as far as it can be known: names, and everybody's keys."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._rooms.ask())
            await self._trust.refresh()

    async def restore(self) -> None:
        """Stand where the last checkpoint left off."""
        self._late_keys.restore(await self.checkpoint.restore())
        await self._rooms.restore()
        await self._coalition.restore()
        self._identities.track()
        for committee in self._state.committees.known:
            await self._polls.presence.look(committee.room)

    async def take(
        self, answer: Mapping[str, Any], asked: float | None = None, *, waited: bool = False
    ) -> None:
        """Process everything in one response, then save the token that comes after it.

        ``asked``: when it was asked for (Unix seconds; None: just now). What was said later may not be in it, however
        long it was on its way. ``waited``: whether it lay here since.
        """
        async with self.checkpoint.handling():
            await self._take(answer, clock.unix_time() if asked is None else asked, waited=waited)

    async def _take(self, answer: Mapping[str, Any], asked: float, *, waited: bool) -> None:
        received = _now()
        if waited:
            received -= round(max(0.0, clock.unix_time() - asked) * 1000)
        fresh = await self._rooms.take(answer)
        self._identities.mark_stale(listing(answer, "device_lists", "changed"))
        self._machine.note_counts(answer)
        failpoints.reach("before_keys")
        keys = listing(answer, "to_device", "events")
        arrived = self._machine.take(keys)
        failpoints.reach("after_keys")
        await self._machine.publish_keys()
        await self._identities.look()
        await self._machine.mend_sessions()
        await self._coalition.look()
        await self._rooms.settle()
        self._state.rooms_known.set()
        for step in filter(None, map(to_device, keys)):
            await self._verifications.hear(step)
        await self._late_keys.look(arrived, more=len(keys) >= MANY_KEYS)
        await self._read(answer, fresh)
        await self._polls.votes.answered()
        urgent = self.checkpoint.has_news
        if not urgent:
            # That answers were sent is written with it; and two things at once keep each other waiting.
            await self._outbox.quiet()
        failpoints.reach("before_checkpoint")
        await self.checkpoint.save(answer, received)
        self._state.pulse.beat(asked, received)
        if urgent:
            await self._outbox.quiet()

    async def _read(self, answer: Mapping[str, Any], fresh: set[str]) -> None:
        """Read what was said; ``fresh``: the rooms that are new to us."""
        self._router.begin()
        # Whoever said little does not wait for what others said in their rooms.
        for room_id, joined in sorted(section(answer, "rooms", "join").items(), key=_how_much):
            room = self._places.rooms.get(room_id)
            if room is None:
                # We left it: by this very answer, or of ourselves since.
                continue
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
                events = await self._completed(room, events, str(before))
            for event in events:
                await self._look_at(room, event)
        await self._router.finish()

    async def _completed(self, room: Room, events: list[Any], before: str) -> list[Any]:
        """Put what other homeservers said earlier before events that came after a gap; loaded when one comes."""
        from bot.matrix.other_homeservers import OtherHomeservers  # noqa: PLC0415

        others = OtherHomeservers(self._sync, self._trust, self._machine.olm.reading)
        return await others.complete(room, events, before)

    async def _look_at(self, room: Room, event: Any) -> None:
        if not isinstance(event, dict):
            # A homeserver that sends such things is not to end the reading of what else it sent.
            return
        verdict = self._guard.judge(room, event)
        if isinstance(verdict, Unknown):
            await self._identities.doubt(verdict.sender)
            verdict = self._guard.judge(room, event)
        if not isinstance(verdict, Sealed | Unknown):
            await self._router.act(room, verdict, str(event.get("event_id")))
        elif not self.checkpoint.is_too_late_for(event):
            self._late_keys.keep(room, event)


def _how_much(joined: tuple[str, Any]) -> tuple[bool, int]:
    """How much there is to read in a room's part of an answer; a gap may hold anything."""
    limited = bool(section(joined[1], "timeline").get("limited"))
    return limited, len(listing(joined[1], "timeline", "events"))


def _now() -> int:
    return time.time_ns() // 1_000_000
