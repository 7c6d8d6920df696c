"""How commands of the command line speak and end; the commands themselves are in the modules beside."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.cli.exit_status import ending
from bot.logging import logs
from bot.process.exit_codes import ExitCode, Stop

T = TypeVar("T")

HERE: Final = Path("config.toml")


def told(work: Callable[[], ExitCode]) -> ExitCode:
    """Do a command's work; what stops it is told in one plain message, never with a traceback."""
    try:
        return work()
    except (KeyboardInterrupt, EOFError):
        return interrupted()
    except Exception as error:  # noqa: BLE001  (the last stop before the terminal)
        stop = ending(error)
        _note(error, stop)
        # Where the words go may be the disk that is full: how it ended is told by the status all the same.
        with contextlib.suppress(OSError):
            warn(stop.message)
        return stop.code


def interrupted() -> ExitCode:
    """Say that a person stopped the command; its exit status."""
    print("\nStopped. The same command goes on from here.", file=sys.stderr)  # noqa: T201
    return ExitCode.INTERRUPTED


def _note(error: Exception, stop: Stop) -> None:
    # The place of an expected ending helps only somebody who looks for a fault of ours.
    if logs.installed() and stop.code is not ExitCode.INTERNAL:
        logs.get("bot.cli.main").debug("ended", code=stop.code, error=logs.places(error))


def quiet_logs() -> None:
    """Log only critical lines on a terminal, or all with ``STEWARD_LOG_LEVEL=debug``."""
    level = os.environ.get("STEWARD_LOG_LEVEL", "").lower()
    logs.install("debug" if level == "debug" else "critical")


async def watched(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; log what fails in the background."""
    logs.watch(asyncio.get_running_loop())
    return await work


def say(text: str) -> None:
    """Print a line to stdout."""
    _print(text, errors=False)


def warn(text: str) -> None:
    """Print a line to stderr."""
    _print(text, errors=True)


def _print(text: str, *, errors: bool) -> None:
    # Imported late: a running bot prints nothing.
    from rich.console import Console  # noqa: PLC0415

    Console(stderr=errors, highlight=False, markup=False, emoji=False, soft_wrap=True).print(text)
