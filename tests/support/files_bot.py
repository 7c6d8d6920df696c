"""The part of the bot that reads files, as a process that can be limited and killed.

Told of files on standard input, a JSON object on each line; says on standard output which it answered,
and how. Loads what the whole bot loads, so that its memory is that of the whole bot.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import bot.app
from bot.config.limits import A_LOT, Limits
from storage.imports.imports import ImportState
from tests.support.file_house import FileHouse, file_house

LOOKED_EVERY = 0.1
"""Seconds between two looks at whether a file is answered: each is work for what is measured."""
TYPED_EVERY = 0.5
"""Seconds between two commands of somebody else."""
CHECKED_EVERY = 25
"""Of so many files one is checked as well, if it is a list."""


async def answered(house: FileHouse, event_id: str) -> None:
    """Wait until a file is no longer waiting."""
    while True:
        if all(each.event_id != event_id for each in await house.waiting()):
            return
        await asyncio.sleep(LOOKED_EVERY)


async def heard(house: FileHouse, who: str) -> str:
    """Return what was said to somebody since the last call, and delete the messages."""
    async with house.database.transaction() as tx:
        rows = await tx.all(
            "SELECT id, content FROM outbox WHERE room = ? OR recipient = ? ORDER BY id",
            (f"!direct-{who}", f"{who}:files.test"),
        )
        for row in rows:
            await tx.execute("DELETE FROM outbox WHERE id = ?", (row["id"],))
    return "\n".join(str(json.loads(row["content"])["body"]) for row in rows)


async def checked(house: FileHouse, who: str, number: str) -> bool:
    """Have a list checked, which is the long work on it; returns whether it was."""
    await house.say(who, f"!import check {number}")
    async with asyncio.timeout(600):
        while (state := await house.state_of(number)) is ImportState.CHECKING:  # noqa: ASYNC110
            await asyncio.sleep(LOOKED_EVERY)
    return state is ImportState.CHECKED


async def one(house: FileHouse, told: dict[str, Any]) -> dict[str, Any]:
    """Send a file as somebody, and wait for the answer."""
    who = str(told["who"])
    await house.send(who, told["file"], told["name"], number=int(told["number"]))
    await answered(house, f"$event{told['number']}")
    said = await heard(house, who)
    found = re.search(r"Import (\d+)", said)
    check = found is not None and int(told["number"]) % CHECKED_EVERY == 0
    was_checked = check and found is not None and await checked(house, who, found[1])
    await house.drop_lists(who)
    await heard(house, who)
    return {
        "number": told["number"],
        "list": found is not None,
        "checked": was_checked,
        "said": said[:80],
    }


async def others(house: FileHouse, times: list[float]) -> None:
    """Somebody else types now and then."""
    while True:
        begun = time.perf_counter()
        await house.say("@ana", "!me")
        times.append(time.perf_counter() - begun)
        await heard(house, "@ana")
        await asyncio.sleep(TYPED_EVERY)


async def main(folder: Path, url: str) -> None:
    """Read lines until there are no more; answer each with a line."""
    plenty = Limits(
        files_waiting=A_LOT, files_per_hour=A_LOT, files_per_day=A_LOT, file_megabytes_per_day=A_LOT
    )
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    times: list[float] = []
    async with file_house(folder, url, plenty) as house:
        # Whatever is typed beside the files has numbers that no file has.
        house.count = time.time_ns()
        typing = asyncio.create_task(others(house, times))

        async def answer(told: dict[str, Any]) -> None:
            say(await one(house, told))

        say({"ready": True, "loaded": bot.app.__name__})
        # A failure ends the process, so that nobody waits for an answer that does not come.
        async with asyncio.TaskGroup() as running:
            while line := await reader.readline():
                running.create_task(answer(json.loads(line)))
        typing.cancel()
        say({"times": times})


def say(what: dict[str, Any]) -> None:
    """Write a JSON object as a line to standard output."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
