"""The parsing processes as the bot sees them; one piece of the result is held at a time."""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.files.parser_process import FREE, LENGTH, OVER
from commands.imports.gathering import Gathering
from commands.imports.read.pieces import LONGEST_PIECE, Nothing, from_line
from commands.imports.read.tables import NotAList, Unreadable

SECONDS: Final = 180.0
"""For one file, on a machine that has other things to do."""
ENDING: Final = 5.0
"""Seconds in which a process that has told everything ends."""
IDLE: Final = 60.0
"""Seconds after the last file until the template goes as well."""
AT_HAND: Final = 1 << 20
"""Letters of rows that are held; longer lists are staged so many at a time."""
MOST_TOLD: Final = 160 << 20
"""Bytes that may come back: the letters of the longest list, each written the longest way."""
MOST_PIECES: Final = 70_000
"""Pieces that may come back, however small: those of as many lists as there may be in one file."""
ROOT: Final = Path(__file__).resolve().parents[2]
SURROUNDINGS: Final = {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "LANG": "C.UTF-8",
    # One heap for one thread: address space is what is limited.
    "MALLOC_ARENA_MAX": "1",
}
"""All it sees of the environment; ours may hold secrets."""

Stage = Callable[[list[tuple[int, int, str]]], Awaitable[None]]


class FileParser:
    """Has files parsed, one at a time, each in a process of its own; keeps the template of these."""

    def __init__(self) -> None:
        self._template: Process | None = None
        self._orders: socket.socket | None = None
        self._leaving: asyncio.TimerHandle | None = None

    async def read(
        self, content: AsyncIterator[bytes], size: int, gathering: Gathering, stage: Stage
    ) -> None:
        """Have a file of ``size`` bytes parsed in a process of its own, and gather the result.

        Raises OSError when there is no process to be had, and whatever ``stage`` raises.
        """
        ended = False
        heard, into = await self._begin()
        feeding = asyncio.create_task(_feed(into, content, size))
        try:
            async with asyncio.timeout(SECONDS):
                whole = await _hear(heard, gathering, stage)
            ended = (whole or heard.at_eof()) and await self._has_ended()
        except (TimeoutError, ConnectionError):
            # Too slow; or ended, and left some of the file unread.
            whole = False
        except ValueError:
            # Nothing of ours writes that. Whoever took over the process gets no further than this.
            gathering.take(Nothing(NotAList(Unreadable.DAMAGED)))
            return
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
            into.close()
            if not ended:
                await self.close()
        self._leaving = asyncio.get_running_loop().call_later(IDLE, self._leave)
        if not whole:
            # It asked for more than its limits allow.
            gathering.take(Nothing(NotAList(Unreadable.TOO_LARGE)))

    async def _begin(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Have a process split off; what is read from it, and written to it."""
        if self._leaving is not None:
            self._leaving.cancel()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(await self._listening(), [b"."], [theirs.fileno()])
                return await asyncio.open_connection(sock=ours, limit=LONGEST_PIECE)
            except BaseException:
                ours.close()
                await self.close()
                raise

    async def _listening(self) -> socket.socket:
        """The socket on which a template listens: a new one where there is none, or it has ended."""
        if self._orders is not None and self._template and self._template.returncode is None:
            return self._orders
        await self.close()
        self._orders, theirs = socket.socketpair()
        self._orders.setblocking(False)
        with theirs:
            self._template = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-s", "-P", "-m", "bot.files.parser_process"),
                stdin=theirs.fileno(),
                stdout=DEVNULL,
                # A stack could show names.
                stderr=DEVNULL,
                cwd="/",
                env=SURROUNDINGS,
            )
        return self._orders

    async def _has_ended(self) -> bool:
        """Whether the process has ended by itself, which the template says."""
        if self._orders is None:
            return False
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(ENDING):
                loop = asyncio.get_running_loop()
                return await loop.sock_recv(self._orders, len(FREE)) == FREE
        return False

    def _leave(self) -> None:
        if self._orders is not None:
            # Then it has nobody left to listen to.
            self._orders.close()
            self._orders = None

    async def close(self) -> None:
        """End the template, and with it the process that reads, whatever it is at."""
        self._leave()
        template, self._template = self._template, None
        if template is not None:
            if template.returncode is None:
                with suppress(ProcessLookupError):
                    template.kill()
            await template.wait()


async def _feed(into: asyncio.StreamWriter, content: AsyncIterator[bytes], size: int) -> None:
    # It may end before it has read everything.
    with suppress(ConnectionError):
        into.write(size.to_bytes(LENGTH, "big"))
        async for part in content:
            into.write(part)
            await into.drain()
        into.write_eof()


async def _hear(heard: asyncio.StreamReader, gathering: Gathering, stage: Stage) -> bool:
    """Take what it tells; False when it ended before it had told everything."""
    told = pieces = 0
    while line := await heard.readline():
        if line == OVER:
            if gathering.staged:
                await stage(gathering.taken_out())
            return True
        told, pieces = told + len(line), pieces + 1
        if told > MOST_TOLD or pieces > MOST_PIECES:
            return False
        gathering.take(from_line(line))
        if gathering.letters > AT_HAND:
            await stage(gathering.taken_out())
        # Of what lies ready nothing is waited for: the others would wait for all of it.
        await asyncio.sleep(0)
    return False
