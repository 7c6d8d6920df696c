"""A program that opens a database and kills itself at the N-th statement, like a power cut.

Arguments: the file, N (0: never). Its key comes on standard input, in hexadecimal digits. Says how many
statements there were.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from storage.core import driver
from storage.core.database import Database


async def main(path: Path, last: int, key: bytes) -> None:
    """Open the file as a start of the bot does, and close the file again."""
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
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), bytes.fromhex(sys.stdin.read())))
