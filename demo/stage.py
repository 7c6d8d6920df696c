"""The stage of the demo: homeservers, people, a bot in each town, and a terminal that shows all of it."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from demo.device import Message
from demo.federation import Federation
from demo.homeserver import Homeserver
from demo.organizer import NotHeard, Organizer
from demo.processes import ROOT
from demo.steward import Steward

PASSWORD: Final = "solidarity"  # noqa: S105 (for accounts that live for minutes)
NAMES: Final = ("ana", "ben", "chi", "eva", "flo", "gus", "hal")
MILANESE: Final = ("mia", "leo")
"""Who is in the second chapter."""
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

_COLOURS: Final = {
    "ana": "magenta",
    "ben": "cyan",
    "chi": "yellow",
    "mia": "blue",
    "leo": "blue",
    "steward": "green",
}


class Missing(Exception):
    """The bot did not give an answer the script expects."""


@dataclass
class Stage:
    """A running committee of the demo. ``rooms`` maps ``room`` and each organizer's name to a room id.

    ``town`` is named with whoever speaks, where it is not the first committee's.
    """

    homeserver: Homeserver
    steward: Steward
    organizers: dict[str, Organizer]
    console: Console
    town: str = ""
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
        name = f"{name} of {self.town}" if self.town else name
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


@dataclass(frozen=True, slots=True)
class Founded:
    """The first committee's stage, and the second's, which is built while the first plays."""

    madrid: Stage
    milan: asyncio.Task[Stage]


@asynccontextmanager
async def opened(
    console: Console, federation: Federation, starting: asyncio.Task[list[Homeserver]]
) -> AsyncIterator[Founded]:
    """Start everything else in a throw-away directory, and remove everything at the end."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steward-demo-")))
        in_memory = MEMORY if MEMORY.is_dir() else directory
        keys = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="steward-demo-", dir=in_memory)
        )
        compiled = asyncio.create_task(_compiled())
        (homeserver,) = await starting
        console.print(f"  {homeserver.url}, reachable from this machine only")
        await asyncio.gather(homeserver.register(GUEST, PASSWORD), _registered(homeserver, NAMES))
        await compiled
        console.print("Signing in seven people, each with an encrypted client of their own ...")
        people = asyncio.create_task(_signed_in(homeserver, NAMES, stack))
        stack.callback(people.cancel)
        console.print("Setting up the bot meanwhile: steward init ...")
        steward = await _set_up(homeserver, directory / "madrid", SETTINGS.format(keys=keys), stack)
        console.print("Starting it: steward run ...")
        await steward.start()
        madrid = Stage(homeserver, steward, await people, console)
        milan = asyncio.create_task(_in_milan(federation, directory / "milan", console, stack))
        try:
            yield Founded(madrid, milan)
        finally:
            # It may still be begun when the first one ends: nothing is left half open.
            milan.cancel()
            await asyncio.gather(milan, return_exceptions=True)


async def _in_milan(
    federation: Federation, directory: Path, console: Console, stack: AsyncExitStack
) -> Stage:
    """Start the second chapter's homeserver and bot, and sign its people in."""
    (homeserver,) = await federation.open("milan")
    await _registered(homeserver, MILANESE)
    people = asyncio.create_task(_signed_in(homeserver, MILANESE, stack))
    stack.callback(people.cancel)
    steward = await _set_up(homeserver, directory, "", stack)
    await steward.start()
    return Stage(homeserver, steward, await people, console, "Milan")


async def _registered(homeserver: Homeserver, names: Iterable[str]) -> None:
    await asyncio.gather(*(homeserver.register(name, PASSWORD) for name in (*names, "steward")))


async def _set_up(
    homeserver: Homeserver, directory: Path, settings: str, stack: AsyncExitStack
) -> Steward:
    user = f"@steward:{homeserver.server_name}"
    bot = Steward(directory, homeserver.url, user, PASSWORD, settings=settings)
    steward = await stack.enter_async_context(bot)
    await steward.init()
    return steward


async def _compiled() -> None:
    """In a new clone the bot's modules are compiled once: by another processor while the homeserver starts.

    Those too that a bot loads when a committee begins to act with others.
    """
    modules = "import bot.app, bot.cli.command_line, bot.coalition.parts, bot.setup.initialisation, commands.coalition.table"
    await (await asyncio.create_subprocess_exec(sys.executable, "-c", modules, cwd=ROOT)).wait()


async def _signed_in(
    homeserver: Homeserver, names: Sequence[str], stack: AsyncExitStack
) -> dict[str, Organizer]:
    async def one(name: str) -> Organizer:
        return await stack.enter_async_context(
            await Organizer.sign_in(homeserver.url, name, PASSWORD, signed_only=True)
        )

    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))
