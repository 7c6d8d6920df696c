"""A driver of messages that costs little, so that the bots and the homeserver are what is timed.

An ordinary client sets up rooms and keys and encrypts the messages beforehand; then it rests, and
plain requests send them and wait for the answers' events. The requests read as a device of their own,
without keys: what the bots send to the resting client's device meanwhile, room keys above all, waits for it.
"""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlencode

from demo.matrix_api import MatrixApi
from demo.organizer import Organizer


class Driver:
    """Sends prepared encrypted events and counts the answers that arrive."""

    def __init__(self, organizer: Organizer, password: str) -> None:
        self._organizer = organizer
        self._password = password
        self._reading = MatrixApi(organizer.api.homeserver)
        self._prepared: dict[str, deque[Mapping[str, Any]]] = {}
        self._since = ""
        self._filter = ""
        self._heard: Counter[tuple[str, str]] = Counter()
        self.came: list[tuple[float, str]] = []
        """When which sender's answers were received, by ``time.perf_counter``."""
        self._news = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None

    async def prepare(self, room: str, text: str, count: int) -> None:
        """Encrypt messages for a room, to be sent later."""
        content = {"msgtype": "m.text", "body": text}
        queue = self._prepared.setdefault(room, deque())
        for _ in range(count):
            queue.append(await self._organizer.encrypt(room, "m.room.message", content))

    async def __aenter__(self) -> Self:
        await self._organizer.pause()
        await self._reading.login(self._organizer.user, self._password, "reader of the benchmark")
        nothing: dict[str, Any] = {"types": [], "limit": 0}
        wanted = {
            "presence": nothing,
            "account_data": nothing,
            "room": {
                "timeline": {
                    "types": ["m.room.encrypted"],
                    "not_senders": [self._organizer.user],
                    "limit": 100,
                },
                "state": nothing,
                "ephemeral": nothing,
                "account_data": nothing,
            },
        }
        self._filter = json.dumps(wanted)
        await self._read(hold=0)
        self._heard.clear()
        self._reader = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self._reading.close()

    async def _listen(self) -> None:
        while True:
            await self._read(hold=30_000)

    async def _read(self, *, hold: int) -> None:
        query = {"filter": self._filter, "timeout": str(hold), "set_presence": "offline"}
        if self._since:
            query["since"] = self._since
        answer = await self._reading.call("GET", f"/sync?{urlencode(query)}")
        self._since = answer["next_batch"]
        for room, joined in answer.get("rooms", {}).get("join", {}).items():
            for event in joined["timeline"]["events"]:
                self._heard[room, event["sender"]] += 1
                self.came.append((time.perf_counter(), event["sender"]))
        async with self._news:
            self._news.notify_all()

    async def send(self, room: str) -> None:
        """Send the next prepared message of a room."""
        await self._organizer.api.send_clear(
            room, "m.room.encrypted", self._prepared[room].popleft()
        )

    async def send_all(self, rooms: Sequence[str], each: int) -> None:
        """Send the next prepared messages of many rooms as fast as possible, in order in each."""

        async def write(room: str) -> None:
            for _ in range(each):
                await self.send(room)

        await asyncio.gather(*(write(room) for room in rooms))

    async def heard(self, rooms: Mapping[str, int], sender: str, seconds: float = 60) -> None:
        """Wait until each room has had the given number of answers since the beginning."""

        def complete() -> bool:
            return all(self._heard[room, sender] >= wanted for room, wanted in rooms.items())

        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(complete)

    async def heard_until_quiet(
        self, rooms: Mapping[str, int], sender: str, *, first: float, quiet: float
    ) -> None:
        """Like ``heard``, but given up after so many seconds without the first or any further answer."""
        async with self._news:
            while any(self._heard[room, sender] < wanted for room, wanted in rooms.items()):
                before = len(self.came)
                try:
                    async with asyncio.timeout(quiet if before else first):
                        await self._news.wait_for(lambda: len(self.came) > before)  # noqa: B023
                except TimeoutError:
                    return

    def count(self, room: str, sender: str) -> int:
        """Return the number of answers so far."""
        return self._heard[room, sender]

    async def round_trip(self, room: str, sender: str) -> float:
        """Send one message and return the milliseconds until its answer was received."""
        wanted = self._heard[room, sender] + 1
        started = time.perf_counter()
        await self.send(room)
        await self.heard({room: wanted}, sender)
        return (time.perf_counter() - started) * 1000

    async def burst(self, rooms: list[str], each: int, sender: str) -> float:
        """Send messages to many rooms as fast as possible; returns answers per second."""
        wanted = {room: self._heard[room, sender] + each for room in rooms}
        started = time.perf_counter()
        await self.send_all(rooms, each)
        await self.heard(wanted, sender, 120)
        return len(rooms) * each / (time.perf_counter() - started)
