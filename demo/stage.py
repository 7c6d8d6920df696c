"""The stage of the demo: a homeserver, four accounts, the bot, and a terminal that shows all of it."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from demo.device import Message
from demo.homeserver import Homeserver
from demo.organizer import NotHeard, Organizer
from demo.steward import ROOT, Steward

PASSWORD: Final = "solidarity"  # noqa: S105 (for accounts that live for minutes)
NAMES: Final = ("ana", "ben", "chi", "eva", "flo", "gus", "hal")
GUEST: Final = "dana"
"""An account without any device, for a visitor with an app of their own."""

MEMORY: Final = Path("/dev/shm")  # noqa: S108 (that is memory, which is the point)
"""Where Linux keeps files in memory: the keys of secret polls go nowhere else."""

SETTINGS: Final = """
[polls]
joined_hours = 0
keys_dir = "{keys}"
"""
"""In the demo's week everybody has just joined."""

_COLOURS: Final = {"ana": "magenta", "ben": "cyan", "chi": "yellow", "steward": "green"}


class Missing(Exception):
    """The bot did not give an answer the script expects."""


@dataclass
class Stage:
    """The running demo. ``rooms`` maps ``room`` and each organizer's name to a room id."""

    homeserver: Homeserver
    steward: Steward
    organizers: dict[str, Organizer]
    console: Console
    rooms: dict[str, str] = field(default_factory=dict)

    def remark(self, text: str) -> None:
        """Show a remark of the narrator."""
        self.console.print(Text(f"\n{text}", style="italic dim"))

    def show(self, who: str, where: str, text: str) -> None:
        """Show one message: who and where on the first line, the words below."""
        place = "in the room" if where == "room" else "in a direct chat"
        if where not in {"room", who}:
            place = f"to {where.capitalize()}, in a direct chat"
        name = "Steward" if who == "steward" else who.capitalize()
        colour = _COLOURS.get(who, "white")
        self.console.print(Text.assemble((f"\n{name}", f"bold {colour}"), (f" {place}", "dim")))
        self.console.print(Text("\n".join(f"  {line}" for line in text.splitlines())))

    async def say(self, who: str, where: str, text: str) -> int:
        """Let an organizer type in the ``room`` or in the ``direct`` chat; returns where to listen.

        The position is to be handed to ``answer`` of the same person.
        """
        mark = len(self.organizers[who].messages)
        self.show(who, "room" if where == "room" else who, text)
        await self.organizers[who].send(self.rooms["room" if where == "room" else who], text)
        return mark

    async def answer(self, who: str, since: int, *expected: str, seconds: float = 20) -> Message:
        """Show the bot's answer, which must hold every expected fragment."""

        def complete(message: Message) -> bool:
            return message.encrypted and all(part in message.body for part in expected)

        try:
            heard = await self.organizers[who].hear(
                complete, of=self.steward.user, since=since, seconds=seconds
            )
        except NotHeard as silence:
            wanted = ", ".join(repr(part) for part in expected)
            raise Missing(f"Expected an answer with {wanted}.\n{silence}") from None
        self.show("steward", self.place(heard.room), heard.body)
        return heard

    async def ask(self, who: str, where: str, text: str, *expected: str) -> Message:
        """Type, and show an answer that holds every expected fragment."""
        return await self.answer(who, await self.say(who, where, text), *expected)

    async def open_direct(self, who: str, *expected: str) -> None:
        """An organizer opens a direct chat with the bot and is greeted."""
        organizer = self.organizers[who]
        mark = len(organizer.messages)
        self.rooms[who] = await organizer.direct(self.steward.user)
        await organizer.settled(self.rooms[who], self.steward.user)
        await self.answer(who, mark, *expected)

    def place(self, room: str) -> str:
        """Return ``room``, or whose direct chat a room is."""
        return next((name for name, known in self.rooms.items() if known == room), "somebody")


@asynccontextmanager
async def opened(console: Console) -> AsyncIterator[Stage]:
    """Start everything in a throw-away directory, and remove everything at the end."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steward-demo-")))
        console.print("Starting a homeserver on this machine ...")
        compiled = asyncio.create_task(_compiled())
        homeserver = await stack.enter_async_context(Homeserver())
        console.print(f"  {homeserver.url}, reachable from this machine only")
        await asyncio.gather(
            *(homeserver.register(name, PASSWORD) for name in (*NAMES, GUEST, "steward"))
        )
        await compiled
        console.print("Signing in seven people, each with an encrypted client of their own ...")
        people = asyncio.create_task(_signed_in(homeserver, stack))
        stack.callback(people.cancel)
        console.print("Setting up the bot meanwhile: steward init ...")
        in_memory = MEMORY if MEMORY.is_dir() else directory
        keys = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="steward-demo-", dir=in_memory)
        )
        user = f"@steward:{homeserver.server_name}"
        settings = SETTINGS.format(keys=keys)
        bot = Steward(directory / "steward", homeserver.url, user, PASSWORD, settings=settings)
        steward = await stack.enter_async_context(bot)
        await steward.init()
        console.print("Starting it: steward run ...")
        await steward.start()
        yield Stage(homeserver, steward, await people, console)


async def _compiled() -> None:
    """In a new clone the bot's modules are compiled once: by another processor while the homeserver starts."""
    modules = "import bot.app, bot.cli.command_line, bot.setup.initialisation"
    await (await asyncio.create_subprocess_exec(sys.executable, "-c", modules, cwd=ROOT)).wait()


async def _signed_in(homeserver: Homeserver, stack: AsyncExitStack) -> dict[str, Organizer]:
    async def one(name: str) -> Organizer:
        return await stack.enter_async_context(
            await Organizer.sign_in(homeserver.url, name, PASSWORD, signed_only=True)
        )

    return dict(zip(NAMES, await asyncio.gather(*map(one, NAMES)), strict=True))
