"""The network between homeservers on loopback: any two of them can be cut apart, and mended again.

Each homeserver has a way out of its own, a proxy that takes CONNECT. So it is known who speaks to whom
while all that they say goes through as it is, encrypted by TLS between the two; and a server's name
needs no DNS and no port that happens to be free.
"""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final, Self, TypeVar

_PIECE: Final = 64 << 10
_REFUSED: Final = b"HTTP/1.1 502 No way there\r\n\r\n"
_THROUGH: Final = b"HTTP/1.1 200 Go on\r\n\r\n"

Outcome = TypeVar("Outcome")

Pair = frozenset[str]
"""Two homeservers by name, in no order."""


class Wires:
    """Carries what homeservers say to each other, in a thread that lives until ``close``.

    In a thread, since tests end their event loops while homeservers go on.
    """

    def __init__(self) -> None:
        self.carried: defaultdict[Pair, int] = defaultdict(int)
        """Bytes between two homeservers, both ways together, TLS included."""
        self._ports: dict[str, int] = {}
        self._cut: set[Pair] = set()
        self._silent: set[Pair] = set()
        self._open: defaultdict[Pair, set[asyncio.StreamWriter]] = defaultdict(set)
        self._ways: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wires", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up everywhere and end the thread."""
        if self._loop.is_closed():
            return
        self._done(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def way_out(self, server: str) -> str:
        """Open a way out for a homeserver; returns the URL of its proxy."""
        return self._done(self._opened(server))

    def lead_to(self, server: str, port: int) -> None:
        """Say at which port on loopback a homeserver hears others, under its name with its port."""
        self._ports[server] = port

    def cut(self, one: str, other: str) -> None:
        """Cut two homeservers apart: what is open between them breaks, what is new is refused."""
        self._done(self._cut_apart(frozenset((one, other))))

    def silence(self, one: str, other: str) -> None:
        """Cut two homeservers apart so that neither hears anything: no refusal, no end."""
        self._silent.add(frozenset((one, other)))
        self.cut(one, other)

    def mend(self, one: str, other: str) -> None:
        """Let two homeservers reach each other again."""
        self._done(self._put_together(frozenset((one, other))))

    def are_apart(self, one: str, other: str) -> bool:
        """Whether two homeservers are cut apart."""
        return frozenset((one, other)) in self._cut

    def _done(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        waiting: Future[Outcome] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return waiting.result(timeout=10)

    # -- in the thread ---------------------------------------------------------------------------

    async def _opened(self, server: str) -> str:
        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._carry(server, reader, writer)
            writer.transport.abort()

        way = await asyncio.start_server(carry, "127.0.0.1", 0)
        self._ways.append(way)
        return f"http://127.0.0.1:{way.sockets[0].getsockname()[1]}"

    async def _carry(
        self, caller: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        callee = request.split(b" ", 2)[1].decode()
        pair, port = frozenset((caller, callee)), self._ports.get(callee)
        if pair in self._silent:
            self._open[pair].add(writer)
            try:
                await reader.read()
            finally:
                self._open[pair].discard(writer)
            return
        if not request.startswith(b"CONNECT ") or port is None or pair in self._cut:
            writer.write(_REFUSED)
            await writer.drain()
            return
        there, onward = await asyncio.open_connection("127.0.0.1", port)
        ends = {writer, onward}
        self._open[pair] |= ends
        try:
            if pair in self._cut:
                return
            writer.write(_THROUGH)
            await asyncio.gather(
                self._pass_on(reader, onward, pair), self._pass_on(there, writer, pair)
            )
        finally:
            self._open[pair] -= ends
            onward.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pair: Pair
    ) -> None:
        while piece := await reader.read(_PIECE):
            self.carried[pair] += len(piece)
            writer.write(piece)
            await writer.drain()
        writer.write_eof()

    async def _cut_apart(self, pair: Pair) -> None:
        self._cut.add(pair)
        self._hang_up(pair)

    async def _put_together(self, pair: Pair) -> None:
        self._cut.discard(pair)
        if pair in self._silent:
            self._silent.discard(pair)
            self._hang_up(pair)

    def _hang_up(self, pair: Pair) -> None:
        for end in tuple(self._open[pair]):
            end.transport.abort()

    async def _end(self) -> None:
        for way in self._ways:
            way.close()
        carrying = asyncio.all_tasks() - {asyncio.current_task()}
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
