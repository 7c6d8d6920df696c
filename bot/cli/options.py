"""What commands of the command line have in common, and how typer is told of their endings."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from bot.cli.terminal import interrupted, told
from bot.process.exit_codes import ExitCode

P = ParamSpec("P")

LoginTokenFile = Annotated[
    Path | None, typer.Option(readable=False, metavar="FILE", help="Or a token for one login.")
]
"""A file with a token for one login."""
AccessTokenFile = Annotated[
    Path | None,
    typer.Option(readable=False, metavar="FILE", help="Or the token of a new, unused session."),
]
"""A file with the access token of a session."""
ConfigPath = Annotated[
    Path,
    typer.Option("--config", "-c", readable=False, metavar="PATH", help="The configuration file."),
]


def plainly(command: Callable[P, None]) -> Callable[P, None]:
    """End a command with one plain message and its documented status, never with a traceback."""

    @functools.wraps(command)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        def work() -> ExitCode:
            try:
                command(*args, **kwargs)
            except typer.Exit as done:
                return ExitCode(done.exit_code)
            except typer.Abort:
                return interrupted()
            return ExitCode.OK

        raise typer.Exit(told(work))

    return ended
