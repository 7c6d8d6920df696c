"""How commands of the command line speak and end; the commands themselves are in the modules beside."""

import asyncio
import functools
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, ParamSpec, TypeVar

import typer
from rich.console import Console

from bot.cli.exit_status import ending
from bot.logging import logs
from bot.process.exit_codes import ExitCode, Stop

P = ParamSpec("P")
T = TypeVar("T")

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", metavar="PATH", help="The configuration file.")
]
HERE: Final = Path("config.toml")


def plainly(command: Callable[P, None]) -> Callable[P, None]:
    """End a command with one plain message and its documented status, never with a traceback."""

    @functools.wraps(command)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except (KeyboardInterrupt, EOFError, typer.Abort):
            typer.echo("\nStopped. The same command goes on from here.", err=True)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:  # noqa: BLE001  (the last stop before the terminal)
            stop = ending(error)
            _note(error, stop)
            warn(stop.message)
            raise typer.Exit(stop.code) from None

    return ended


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
    Console(highlight=False, markup=False, emoji=False, soft_wrap=True).print(text)


def warn(text: str) -> None:
    """Print a line to stderr."""
    Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True).print(text)
