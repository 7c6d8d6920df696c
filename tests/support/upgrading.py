"""A program that opens databases in children that kill themselves at the N-th statement, like a power cut.

Each line of standard input is a JSON list: a file, its key in hexadecimal digits, N (0: never). For each a
child that has everything imported already opens the file as a start of the bot does, and closes it again.
Says, a line for each: how the child ended, as os.waitstatus_to_exitcode() tells it, and how many statements
there were.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from storage.core import driver
from storage.core.database import Database


async def opened(path: Path, key: bytes, last: int) -> int:
    """Open and close the file; the number of statements."""
    count = 0
    plainly = driver.open_connection

    def passed(_statement: str) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(path: Path, key: bytes | None) -> driver.Connection:
        connection = plainly(path, key)
        connection.set_trace_callback(passed)
        return connection

    driver.open_connection = watched
    await (await Database.open(path, key)).close()
    return count


def in_a_child(path: str, key: str, last: int) -> tuple[int, int]:
    """How the child that opened the file ended, and its number of statements; 0 if it said none."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        count = asyncio.run(opened(Path(path), bytes.fromhex(key), last))
        os.write(mouth, str(count).encode())
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as said:
        count = int(said.read() or 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), count


def main() -> None:
    """Answer one line after the other."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(in_a_child(*json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
