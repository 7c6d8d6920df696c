"""After the play: whoever sits at the terminal types as any of the organizers."""

import asyncio
import contextlib
import sys
from typing import Final

from demo.organizer import Organizer
from demo.stage import NAMES, Stage

_HELP: Final = "/ana /ben /chi  who you are    /room /dm  where you type    /quit"
_DAY: Final = 86_400.0


async def talk(stage: Stage) -> None:
    """Read lines until /quit or the end of input; messages are shown as they arrive."""
    stage.remark(f"Now you. Type commands such as !help, or:  {_HELP}")
    watching = [asyncio.create_task(_watch(stage, name)) for name in NAMES]
    try:
        await _converse(stage)
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def _converse(stage: Stage) -> None:
    who, where = "ana", "room"
    while True:
        line = await _read_line(f"\n{who} ({'room' if where == 'room' else 'direct'})> ")
        if line is None or line.strip() == "/quit":
            return
        match line.strip():
            case "":
                continue
            case "/room":
                where = "room"
            case "/dm":
                where = "direct"
            case text if text.removeprefix("/") in NAMES and text.startswith("/"):
                who = text[1:]
            case text if text.startswith("/"):
                stage.console.print(_HELP)
            case text:
                room = stage.rooms["room" if where == "room" else who]
                await stage.organizers[who].send(room, text)


async def _watch(stage: Stage, name: str) -> None:
    """Show what the bot says; what it says in the room, only as Ana hears it."""
    organizer = stage.organizers[name]
    seen = len(organizer.messages)
    while True:
        await organizer.until(lambda: len(organizer.messages) > seen, _DAY)  # noqa: B023 (awaited)
        for message in organizer.messages[seen:]:
            seen += 1
            if message.sender != organizer.user and _is_mine(stage, organizer, message.room):
                sender = message.sender[1:].partition(":")[0]
                stage.show(sender, stage.place(message.room), message.body)


def _is_mine(stage: Stage, organizer: Organizer, room: str) -> bool:
    return room != stage.rooms["room"] or organizer is stage.organizers[NAMES[0]]


async def _read_line(prompt: str) -> str | None:
    """One line from the terminal; None at its end. The loop goes on meanwhile."""
    print(prompt, end="", flush=True)
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
