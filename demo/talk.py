"""The interactive end of the demo: whoever sits at the terminal types as any of the organizers."""

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from typing import Final

from demo.device import Message
from demo.organizer import Organizer
from demo.stage import NAMES, Stage

_HELP: Final = "/ana /ben /chi  who you are    /room /dm  where you type    /quit"
_DAY: Final = 86_400.0


@dataclass
class Seat:
    """Which organizer the visitor is at the moment, and where they type."""

    who: str = NAMES[0]
    where: str = "room"

    def prompt(self) -> None:
        """Print the prompt."""
        print(f"\n{self.who} ({self.where})> ", end="", flush=True)


async def talk(stage: Stage) -> None:
    """Read lines until /quit or the end of input; messages are shown as they arrive."""
    stage.remark(f"Now you. Type commands such as !help, or:  {_HELP}")
    seat = Seat()
    watching = [asyncio.create_task(_watch(stage, name, seat)) for name in NAMES]
    try:
        await _converse(stage, seat)
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def _converse(stage: Stage, seat: Seat) -> None:
    while True:
        seat.prompt()
        line = await _read_line()
        if line is None or line.strip() == "/quit":
            return
        match line.strip():
            case "":
                continue
            case "/room":
                seat.where = "room"
            case "/dm":
                seat.where = "direct"
            case text if text.startswith("/") and text[1:] in NAMES:
                seat.who = text[1:]
            case text if text.startswith("/"):
                stage.console.print(_HELP)
            case text:
                room = stage.rooms["room" if seat.where == "room" else seat.who]
                await stage.organizers[seat.who].send(room, text)


async def _watch(stage: Stage, name: str, seat: Seat) -> None:
    organizer = stage.organizers[name]
    seen = len(organizer.messages)

    def more() -> bool:
        return len(organizer.messages) > seen

    while True:
        await organizer.until(more, _DAY)
        for message in organizer.messages[seen:]:
            seen += 1
            if _is_news(stage, organizer, message):
                sender = message.sender[1:].partition(":")[0]
                stage.show(sender, stage.place(message.room), message.body)
                seat.prompt()


def _is_news(stage: Stage, organizer: Organizer, message: Message) -> bool:
    """Not what was typed here; and what is said in the room only once, as the first hears it."""
    typed_here = any(message.sender == one.user for one in stage.organizers.values())
    first = stage.organizers[NAMES[0]]
    return not typed_here and (message.room != stage.rooms["room"] or organizer is first)


async def _read_line() -> str | None:
    """One line from the terminal; None at its end. The loop goes on meanwhile."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        # The terminal hands over whole lines, so that this never waits.
        if not line.done():
            line.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin, read)
    try:
        return await line or None
    finally:
        with contextlib.suppress(ValueError):
            loop.remove_reader(sys.stdin)
