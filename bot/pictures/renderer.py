"""The drawing process as the bot sees it: started when there is something to draw, soon ended.

A process of its own, because drawing keeps a processor busy, and because the library and the names it
drew are out of memory when it is over.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Final

from bot.logging import logs
from bot.pictures.protocol import Drawn, lengths, parse

SECONDS: Final = 60.0
"""For one picture."""
LINGERS: Final = 5.0
"""Seconds it stays for the next page; half of its work is the start."""
ROOT: Final = Path(__file__).resolve().parents[2]
SURROUNDINGS: Final = {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
}
"""All it sees of the environment; ours may hold secrets."""

log = logs.get("bot.pictures")


class NotDrawn(Exception):
    """Raised when a picture cannot be drawn."""


class PictureRenderer:
    """Draws one picture after the other."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._ending: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether there is a drawing process."""
        return self._child is not None

    async def draw(self, description: str) -> Drawn:
        """Draw what a description (JSON on one line) says. Raises NotDrawn."""
        async with self._turn:
            self._stay()
            try:
                async with asyncio.timeout(SECONDS):
                    drawn = await self._drawn(description)
            except (TimeoutError, OSError, EOFError, ValueError):
                log.warning("not_drawn")
                raise NotDrawn from None
            else:
                self._ending = asyncio.create_task(self._linger())
                return drawn
            finally:
                if self._ending is None:
                    await self._end()

    async def run(self) -> None:
        """Wait until cancelled; then end the process, whatever it is at."""
        try:
            await asyncio.Event().wait()
        finally:
            self._stay()
            await self._end()

    async def _drawn(self, description: str) -> Drawn:
        if self._child is None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-s", "-P", "-m", "bot.pictures.draw"),
                stdin=PIPE,
                stdout=PIPE,
                # A stack could show names.
                stderr=DEVNULL,
                cwd="/",
                env=SURROUNDINGS,
            )
        out, into = self._child.stdout, self._child.stdin
        if out is None or into is None:
            raise EOFError
        into.write(description.encode() + b"\n")
        await into.drain()
        head = await out.readline()
        return parse(head, await out.readexactly(sum(lengths(head))))

    def _stay(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    async def _linger(self) -> None:
        await asyncio.sleep(LINGERS)
        async with self._turn:
            self._ending = None
            await self._end()

    async def _end(self) -> None:
        child = self._child
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        if child.returncode is None:
            child.kill()
        try:
            await child.wait()
        finally:
            self._child = None
