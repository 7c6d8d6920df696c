"""``make demo``: starts a real homeserver, organizers and the bot, and plays a committee's week."""

import asyncio
import importlib
import sys
import time

from demo.federation import Federation
from demo.homeserver import HomeserverError


async def demonstrate() -> int:
    """Start the homeserver first: in a new clone, loading everything else takes as long. Returns the exit status."""
    began = time.monotonic()
    print("Starting a homeserver on this machine ...", flush=True)
    async with Federation() as federation:
        starting = asyncio.create_task(federation.open("madrid"))
        try:
            await asyncio.to_thread(importlib.import_module, "demo.week")
            from demo.week import demonstrate as whole  # noqa: PLC0415 (loaded by the line above)

            return await whole(federation, starting, began)
        finally:
            starting.cancel()


def main() -> int:
    """Run the demo to its end, Ctrl-C included."""
    try:
        return asyncio.run(demonstrate())
    except KeyboardInterrupt:
        return 130
    except HomeserverError as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
