"""An operator at the terminal of the bot's machine."""

import asyncio
import re
from asyncio.subprocess import PIPE, STDOUT, Process

from tests.support.world import World


class Operator:
    """Somebody at the terminal of the bot's machine, with ``steward verify`` running."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.seen = ""

    @classmethod
    async def sits_down(cls, here: World) -> "Operator":
        """Start ``steward verify`` and wait until it waits for somebody."""
        steward = here.steward
        process = await asyncio.create_subprocess_exec(
            *steward._line("verify"), env=steward._env({}), stdin=PIPE, stdout=PIPE, stderr=STDOUT
        )
        self = cls(process)
        await self.reads("Waiting for somebody")
        return self

    async def reads(self, words: str) -> None:
        """Read the terminal until the given words appear."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            while words not in self.seen:
                chunk = await self._process.stdout.read(4096)
                assert chunk, self.seen
                self.seen += chunk.decode()

    async def types(self, answer: str) -> None:
        """Type a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(answer.encode() + b"\n")

    async def ends(self) -> int:
        """Read to the end of the program; returns its exit status."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            self.seen += (await self._process.stdout.read()).decode()
            return await self._process.wait()

    @property
    def decimals(self) -> tuple[int, ...]:
        """Return the three decimals shown."""
        found = re.search(r"^ +(\d{4})  (\d{4})  (\d{4})$", self.seen, re.MULTILINE)
        assert found is not None, self.seen
        return tuple(int(part) for part in found.groups())
