"""The parsing process as the bot sees it; one piece of the result is held at a time."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.files.parser_process import LENGTH, OVER
from commands.imports.read.pieces import LONGEST_PIECE, Nothing, from_line
from commands.imports.read.tables import NotAList, Unreadable
from commands.imports.upload import Gathering

SECONDS: Final = 180.0
"""For one file, on a machine that has other things to do."""
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


async def read(
    content: AsyncIterator[bytes], size: int, gathering: Gathering, stage: Stage
) -> None:
    """Have a file of ``size`` bytes parsed in a process of its own, and gather the result.

    Raises OSError when there is no process to be had, and whatever ``stage`` raises.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-s", "-P", "-m", "bot.files.parser_process"),
        stdin=PIPE,
        stdout=PIPE,
        # A stack could show names.
        stderr=DEVNULL,
        cwd="/",
        env=SURROUNDINGS,
        limit=LONGEST_PIECE,
    )
    feeding = asyncio.create_task(_feed(child, content, size))
    try:
        async with asyncio.timeout(SECONDS):
            whole = await _hear(child, gathering, stage)
            if whole:
                # It ends by itself; killed at that moment it would be taken for somebody else's.
                await child.wait()
    except TimeoutError:
        whole = False
    except ValueError:
        # Nothing of ours writes that. Whoever took over the process gets no further than this.
        gathering.take(Nothing(NotAList(Unreadable.DAMAGED)))
        return
    finally:
        await _end(child, feeding)
    if not whole:
        # It asked for more than its limits allow.
        gathering.take(Nothing(NotAList(Unreadable.TOO_LARGE)))


async def _feed(child: Process, content: AsyncIterator[bytes], size: int) -> None:
    into = child.stdin
    if into is None:
        return
    # It may end before it has read everything.
    with suppress(ConnectionError):
        into.write(size.to_bytes(LENGTH, "big"))
        async for part in content:
            into.write(part)
            await into.drain()
        into.close()


async def _hear(child: Process, gathering: Gathering, stage: Stage) -> bool:
    """Take what it tells; False when it ended before it had told everything."""
    out = child.stdout
    told = pieces = 0
    while out is not None and (line := await out.readline()):
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


async def _end(child: Process, feeding: "asyncio.Task[None]") -> None:
    """End the process, whatever it is at."""
    feeding.cancel()
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
    await asyncio.gather(feeding, child.wait(), return_exceptions=True)
