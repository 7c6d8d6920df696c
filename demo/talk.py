"""The interactive end of the demo: whoever sits at the terminal types as any of the organizers."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final, TextIO

from demo.days import days_go_by, open_polls
from demo.device import Message
from demo.organizer import Organizer
from demo.stage import NAMES, Stage

_HELP: Final = (
    f"/{' /'.join(NAMES)}  who you are\n"
    "/room /dm  where you type\n"
    "/close  let days go by until every open poll is over\n"
    "/quit"
)
_WHOLE_BALLOTS: Final = ("approve", "score", "rank")
"""How the kinds begin whose ballots take a letter or a digit for each option."""
_DAY: Final = 86_400.0
_LONG: Final = 5
"""Lines above which words that several people get alike are shown once."""


@dataclass
class Seat:
    """Which organizer the visitor is at the moment, where they type, and what they were shown."""

    who: str = NAMES[0]
    where: str = "room"
    shown: set[str] = field(default_factory=set)
    """How long words began that were shown: everybody's ballot of a poll is the same."""

    def prompt(self) -> None:
        """Print the prompt."""
        print(f"\n{self.who} ({self.where})> ", end="", flush=True)


async def talk(stage: Stage, terminal: TextIO) -> None:
    """Read lines until /quit or the end of input; messages are shown as they arrive."""
    stage.remark(f"Now you. Type commands such as !help, or:\n{_HELP}")
    seat = Seat()
    watching = [asyncio.create_task(_watch(stage, name, seat)) for name in NAMES]
    try:
        await _converse(stage, seat, terminal)
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def _converse(stage: Stage, seat: Seat, terminal: TextIO) -> None:
    while True:
        seat.prompt()
        line = await _read_line(terminal)
        if line is None or line.strip() == "/quit":
            return
        match line.strip():
            case "":
                continue
            case "/room":
                seat.where = "room"
            case "/dm":
                seat.where = "direct"
            case "/close":
                await _close(stage)
            case text if text.startswith("/") and text[1:] in NAMES:
                seat.who = text[1:]
            case text if text.startswith("/"):
                stage.console.print(_HELP)
            case text:
                await stage.organizers[seat.who].send(await _room(stage, seat), text)


async def _room(stage: Stage, seat: Seat) -> str:
    """Where the visitor types; a direct chat that somebody does not have yet is opened."""
    if seat.where == "room":
        return stage.rooms["room"]
    if seat.who not in stage.rooms:
        await stage.open_direct(seat.who, "Hello")
    return stage.rooms[seat.who]


async def _close(stage: Stage) -> None:
    if not open_polls(stage):
        stage.remark(
            'No secret poll is open. One opens with   !poll temp "Are we ready?"   and !ok'
        )
        return
    stage.remark(
        "Days go by. Nobody can close a secret poll early, so the bot's clock is set ahead."
    )
    closed = await days_go_by(stage)
    stage.remark(f"Today again. Closed: {', '.join(closed) or 'none'}.")


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
                _show(stage, message, seat)
                seat.prompt()


def _show(stage: Stage, message: Message, seat: Seat) -> None:
    sender, place = message.sender[1:].partition(":")[0], stage.place(message.room)
    lines = message.body.splitlines()
    begins = "\n".join(lines[:_LONG])
    if len(lines) > _LONG and begins in seat.shown:
        stage.show(sender, place, f"{lines[0]} ... (the same as above)")
        return
    seat.shown.add(begins)
    stage.show(sender, place, message.body)
    if place == "room" and message.body.startswith("Secret poll ") and open_polls(stage):
        stage.remark(how_to_vote(open_polls(stage)[-1], lines[0]))


def how_to_vote(code: str, announced: str) -> str:
    """Say how several people vote; ``announced`` is the line that names the poll's kind."""
    if any(f"({kind}" in announced for kind in _WHOLE_BALLOTS):
        example = f"vote {code} ...  as the ballot in each direct chat says."
    else:
        # 01 and 02 are on each ballot on which one code is chosen.
        example = f"vote {code} 01  /chi  vote {code} 02  and so on."
    return (
        f"Vote as several people:  /ben  /dm  {example}"
        "\nOnce five have voted, /close lets days go by, and the result comes."
    )


def _is_news(stage: Stage, organizer: Organizer, message: Message) -> bool:
    """Not what was typed here; and what is said in the room only once, as the first hears it."""
    typed_here = any(message.sender == one.user for one in stage.organizers.values())
    first = stage.organizers[NAMES[0]]
    return not typed_here and (message.room != stage.rooms["room"] or organizer is first)


async def _read_line(terminal: TextIO) -> str | None:
    """One line from the terminal; None at its end. The loop goes on meanwhile."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        # The terminal hands over whole lines, so that this never waits.
        if not line.done():
            line.set_result(terminal.readline())

    loop.add_reader(terminal, read)
    try:
        return await line or None
    finally:
        with contextlib.suppress(ValueError):
            loop.remove_reader(terminal)
