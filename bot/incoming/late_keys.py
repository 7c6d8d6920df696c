"""Messages whose key is late: kept until it comes, or until nobody can expect it any more."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from bot.incoming.checkpoint import Unsaved
from bot.incoming.router import Router
from bot.matrix.guard import Guard, Refused, Rejection, Sealed, Unknown, what_is_judged
from bot.matrix.rooms import Room
from bot.matrix.sync import section
from bot.rooms.directory import RoomDirectory
from storage.chat.undecrypted import WaitingEvent

GRACE = 20_000
"""Milliseconds a message waits for its key, which may travel more slowly than the message."""

MOST_WAITING = 10_000
"""Messages that wait for a key at most; more can only be a flood."""


class LateKeys:
    """Keeps messages whose room key is missing, and judges them again."""

    def __init__(
        self, guard: Guard, router: Router, places: RoomDirectory, unsaved: Unsaved
    ) -> None:
        self._guard = guard
        self._router = router
        self._places = places
        self._unsaved = unsaved
        self._waiting: dict[str, WaitingEvent] = {}
        self._all_at_once = True
        """Whether everything is judged again. An earlier run may have got keys and ended before it looked."""

    def restore(self, waiting: Iterable[WaitingEvent]) -> None:
        """Take up what an earlier run kept."""
        self._waiting = {each.event_id: each for each in waiting}

    def keep(self, room: Room, event: Mapping[str, Any]) -> None:
        """Keep a message until its key comes."""
        event_id = str(event["event_id"])
        if event_id in self._waiting:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._unsaved.refused[Refused.UNREADABLE] += 1
            return
        kept = WaitingEvent(event_id, room.id, what_is_judged(event), _now())
        self._waiting[event_id] = self._unsaved.sealed[event_id] = kept

    async def look(self, arrived: set[tuple[str, str]], *, more: bool) -> None:
        """Judge waiting messages again: for keys that came (room and session), and for time that ran out.

        ``more``: keys are still being handed out, so nobody's time has run out yet.
        """
        everything, self._all_at_once = self._all_at_once, False
        for waiting in list(self._waiting.values()):
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
                await self._router.reject(room or Room(waiting.room), rejection, waiting.event_id)
            elif room is not None:
                await self._router.act(room, verdict, waiting.event_id)
            del self._waiting[waiting.event_id]
            self._unsaved.opened.add(waiting.event_id)


def _now() -> int:
    return time.time_ns() // 1_000_000
