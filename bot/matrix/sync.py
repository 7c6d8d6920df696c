"""The sync endpoint: our own filter, our own token, gaps filled oldest first."""

import json
import secrets
from collections.abc import AsyncGenerator, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urlencode

from bot import clock
from bot.matrix.client import (
    AFTER_NONSENSE,
    Client,
    JsonObject,
    MatrixError,
    NotNow,
    quoted,
)
from bot.matrix.native_polls import RESPONSES
from bot.matrix.rooms import STATE_TYPES
from storage.core.lazy_dataclass import dataclass

SLACK = 20.0
"""Seconds a held request may take longer than it was asked to."""

SHORTEST_HOLD = 0.3
"""Seconds a request is held at least while a moment is waited for that has passed."""

PAGE = 100
"""Events per page; Synapse gives no more."""

MARKS = 256
"""Wordings of the same question: so seldom do two processes, one after the other, have the same."""

MOST_PAGES = 2_000
"""Pages of one gap at most: a bound for the case that a homeserver never comes to an end."""

TIMELINE_TYPES = (
    "m.room.encrypted",
    "m.room.message",
    # In clear, so that somebody who tries to vote like that can be told.
    "m.reaction",
    "m.key.verification.*",
    *sorted(RESPONSES),
    *STATE_TYPES,
)


STARTED = "org.steward.start"
"""What in the account's own data says which process of the bot was started last (bot/matrix/starts.py)."""


def sync_filter(own: str) -> JsonObject:
    """Only what the bot uses; above all not the echo of its own messages."""
    nothing: JsonObject = {"types": [], "limit": 0}
    return {
        "presence": nothing,
        "account_data": {"types": [STARTED]},
        "room": {
            "state": {"types": list(STATE_TYPES), "lazy_load_members": False},
            "timeline": {"types": list(TIMELINE_TYPES), "not_senders": [own], "limit": PAGE},
            "ephemeral": nothing,
            "account_data": nothing,
        },
    }


@dataclass(slots=True)
class Sync:
    """Requests to the sync endpoint with the bot's filter."""

    client: Client
    long_poll: float
    """Seconds the homeserver may hold a request while there is nothing new."""
    filter_id: str = ""
    """What the homeserver calls our filter; from ``prepare`` on."""
    _mark: str = field(default_factory=lambda: " " * secrets.randbelow(MARKS))
    """Nothing, in a number of signs of this process's own, until ``ask_anew``."""

    async def prepare(self) -> None:
        """Leave the filter with the homeserver, so that each request from then on carries only its id."""
        path = f"/user/{quoted(self.client.user)}/filter"
        answer = await self.client.insist(
            "POST", path, sync_filter(self.client.user), wanted="filter_id"
        )
        self.filter_id = str(answer["filter_id"])

    async def next(
        self, since: str | None, *, wait: bool = True, until: float | None = None
    ) -> JsonObject:
        """Request one response, ended at ``until`` (Unix seconds) at the latest if all is well.

        Raises NotNow when there was none; the same token is then asked again.
        """
        patient = wait and since is not None and not self.client.reading.away
        hold = self.long_poll if patient else 0.0
        if until is not None:
            hold = min(hold, max(SHORTEST_HOLD, until - clock.unix_time()))
        asked = quoted(self.filter_id if patient and self.filter_id else self._whole_filter())
        query = f"filter={asked}&timeout={round(hold * 1000)}&set_presence=offline"
        if since is not None:
            query += f"&since={quoted(since)}"
        # A first sync of many rooms may take the homeserver minutes.
        limit = hold + SLACK if since is not None else 600.0
        answer = await self.client.request("GET", f"/sync?{query}", timeout=limit)
        if not isinstance(answer.get("next_batch"), str):
            raise NotNow(AFTER_NONSENSE)
        return answer

    def _whole_filter(self) -> str:
        """The filter for a request that is answered at once, worded as no other process words it.

        Synapse keeps an answer for two minutes, and gives it again to whoever asks the same: a bot that was killed
        and started again would read who was in its rooms before. Asked again by this process, it may be the same,
        until ``ask_anew``.
        """
        return json.dumps(sync_filter(self.client.user)) + self._mark

    def ask_anew(self) -> None:
        """Word what is answered at once in another way: nothing that was kept of it is wanted any more."""
        self._mark = " " * ((len(self._mark) + 1) % MARKS)

    async def gap(self, room: str, newest: str, oldest: str) -> list[Any]:
        """Events between two points of a room, oldest first.

        Asked for backwards from the newer end, because only that end is known to the room.
        """
        events: list[Any] = []
        async for page in self._pages(room, newest, oldest):
            events.extend(page)
        events.reverse()
        return events

    async def since_joining(self, room: str, newest: str) -> list[Any]:
        """Events of a room after our own joining, oldest first: what came before is not for us."""
        events: list[Any] = []
        async for page in self._pages(room, newest, None, own=True):
            for event in page:
                if _is_joining(event, self.client.user):
                    events.reverse()
                    return events
                events.append(event)
        return []

    async def history(self, room: str, newest: str) -> AsyncGenerator[list[Any], None]:
        """Pages of a room, newest first, back to our own joining; ours are among them."""
        async for page in self._pages(room, newest, None, own=True):
            ours = [n for n, event in enumerate(page) if _is_joining(event, self.client.user)]
            yield page[: ours[0]] if ours else page
            if ours:
                return

    async def _pages(
        self, room: str, newest: str, oldest: str | None, *, own: bool = False
    ) -> AsyncGenerator[list[Any], None]:
        point = newest
        for _ in range(MOST_PAGES):
            page = await self._page(room, point, oldest, own=own)
            yield listing(page, "chunk")
            # A page may be empty though more follow: what we may not see is left out of it.
            following = section(page).get("end")
            if not isinstance(following, str) or following == point:
                return
            point = following

    async def _page(
        self, room: str, point: str, until: str | None, *, own: bool = False
    ) -> JsonObject | None:
        """One page backwards; None when the homeserver refuses (we may have left meanwhile)."""
        wanted: JsonObject = {"types": list(TIMELINE_TYPES)}
        if not own:
            wanted["not_senders"] = [self.client.user]
        query = {"dir": "b", "from": point, "limit": str(PAGE), "filter": json.dumps(wanted)}
        if until is not None:
            query["to"] = until
        try:
            return await self.client.insist(
                "GET", f"/rooms/{quoted(room)}/messages?{urlencode(query)}"
            )
        except MatrixError:
            return None


async def state_of(client: Client, room: str) -> list[Any]:
    """The whole state of a room, ours included; what we set ourselves is filtered out of sync."""
    try:
        answer = await client.insist("GET", f"/rooms/{quoted(room)}/state")
    except MatrixError:
        return []
    return listing(answer, "array")


def _is_joining(event: object, own: str) -> bool:
    """Our own member event that made us join, not one that changed a name while in the room."""
    if not isinstance(event, dict) or event.get("type") != "m.room.member":
        return False
    before = section(event, "unsigned", "prev_content")
    return (
        event.get("state_key") == own
        and section(event, "content").get("membership") == "join"
        and before.get("membership") != "join"
    )


def section(value: object, *path: str) -> Mapping[str, Any]:
    """An object inside a response, empty where missing or of another type."""
    for step in path:
        if not isinstance(value, dict):
            return {}
        value = value.get(step)
    return value if isinstance(value, dict) else {}


def listing(value: object, *path: str) -> list[Any]:
    """A list inside a response, empty where missing or of another type."""
    for step in path:
        if not isinstance(value, dict):
            return []
        value = value.get(step)
    return value if isinstance(value, list) else []
