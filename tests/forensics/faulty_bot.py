"""The bot as a process with a chosen fault: ``python -m tests.forensics.faulty_bot FAULT run ...``.

``crashing``: storing a talk whose note names the trigger raises an exception full of what was
typed. ``naked``: the same, and the protections are off: databases without a key, and logs as
Python writes them. That is the control: what would be found if they did not work.
"""

import logging
import sys
from pathlib import Path
from typing import Any, Final, Literal

from bot.cli import main as cli
from bot.logging import logs
from storage.contacts.conversations import Conversations
from storage.core import driver
from storage.core.model import Talk

Fault = Literal["crashing", "naked"]
TRIGGER: Final = "pull the trigger"


def main() -> None:
    """Put the fault in and hand over to the real command line."""
    fault = sys.argv.pop(1)
    _crash_on_trigger()
    if fault == "naked":
        _forget_the_key()
        _log_everything()
    cli.main()


def _crash_on_trigger() -> None:
    store = Conversations.log

    async def log(self: Conversations, entry: Any, contact: Any, talk: Talk) -> int:
        logged = await store(self, entry, contact, talk)
        if TRIGGER in (talk.note or ""):
            logging.getLogger("nio.forensics").error("cannot store %r", talk)
            raise RuntimeError(f"cannot store {talk!r}")
        return logged

    Conversations.log = log  # type: ignore[method-assign]


def _forget_the_key() -> None:
    opened = driver.open_connection

    def naked(path: Path, key: bytes | None) -> driver.Connection:
        del key
        return opened(path, None)

    driver.open_connection = naked


def _log_everything() -> None:
    def install(*_: object, **__: object) -> None:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)

    def write(log: logs.Log, level: int, event: str, fields: Any, **more: Any) -> None:
        log._logger.log(level, "%s %s %s", event, fields, more, exc_info=more.get("error"))

    # setattr, because to the type checker these are not to be replaced.
    for owner, name, stand_in in (
        (logs, "install", install),
        (logs, "watch", lambda _: None),
        (logs, "mask", logs.Masked),
        (logs.Log, "_write", write),
    ):
        setattr(owner, name, stand_in)


if __name__ == "__main__":
    main()
