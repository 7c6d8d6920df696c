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
from tests.support.file_house import FileHouse, file_house

CHECKED_EVERY = 25
"""So many lists are looked at once more and checked, which is the long work on them."""


async def answered(house: FileHouse, event_id: str) -> None:
    """Wait until a file is no longer waiting."""
    while True:
        if all(each.event_id != event_id for each in await house.waiting()):
            return
        await asyncio.sleep(0.02)


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


async def one(house: FileHouse, told: dict[str, Any]) -> dict[str, Any]:
    """Send a file as somebody, and wait for the answer."""
    who = str(told["who"])
    await house.send(who, told["file"], told["name"], number=int(told["number"]))
    await answered(house, f"$event{told['number']}")
    said = await heard(house, who)
    found = re.search(r"Import (\d+)", said)
    if found is not None:
        if int(told["number"]) % CHECKED_EVERY == 0:
            await house.say(who, f"!import check {found[1]}")
            async with asyncio.timeout(120):
                while True:
                    if re.search(r"checked|column has the names", await heard(house, who)):
                        break
                    await asyncio.sleep(0.02)
        for number in re.findall(r"Import (\d+):", said):
            await house.say(who, f"!import drop {number}")
        await heard(house, who)
    return {"number": told["number"], "list": found is not None, "said": said[:80]}


async def others(house: FileHouse, times: list[float]) -> None:
    """Somebody else types now and then."""
    while True:
        begun = time.perf_counter()
        await house.say("@ana", "!me")
        times.append(time.perf_counter() - begun)
        await heard(house, "@ana")
        await asyncio.sleep(0.25)


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
