"""The way in: ``steward run`` starts at once, every other command through ``bot/cli/command_line.py``."""

import os
import sys
from pathlib import Path

from bot.cli.run import run
from bot.cli.terminal import HERE
from bot.process import memory
from commands.zones import release


def main() -> None:
    """Run the command line; files and memory of any command are this user's alone."""
    os.umask(0o077)
    memory.keep_private()
    release.use_newest()
    config = asked_to_run(sys.argv[1:])
    if config is not None:
        sys.exit(run(config))
    # Imported late: the libraries that read options and write help take `run` 0.1 s and 4 MB.
    from bot.cli.command_line import app  # noqa: PLC0415

    app()


def asked_to_run(words: list[str]) -> Path | None:
    """The configuration that ``run`` names, where that is all that is typed; None for anything else."""
    match words:
        case ["run"]:
            return HERE
        case ["run", "--config" | "-c", path] if not path.startswith("-"):
            return Path(path)
        case _:
            return None
