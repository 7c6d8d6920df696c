"""A process that has imported all of the bot, and becomes a bot by forking: ``warm_start`` asks it to.

A start costs two seconds of a processor, of which four fifths go into imports; tests start bots by the
hundred.
"""

import functools
import gc
import importlib
import os
import runpy
from pathlib import Path

from bot import clock
from bot.process import failpoints
from commands.zones import release
from tests.support import forking, loaded_at_work

READ_THE_ENVIRONMENT = (clock, failpoints)
"""When they are imported; whatever else is set has a bot started cold (``warm_start.SETTINGS``)."""

OF_COMMANDS = (
    "bot.backup.offline",
    "bot.backup.panic",
    "bot.backup.restore",
    "bot.cli.command_line",
    "bot.cli.dead_letters",
    "bot.cli.doctor",
    "bot.cli.verify",
    "bot.setup.initialisation",
    "rich.console",
)
"""What commands other than ``run`` import when they are typed."""


def main() -> None:
    """Fork a bot for each line of the socket that is handed over, and tell of each that ended."""
    # In the order of bot/cli/main.py.
    release.use_newest()
    for module in ("bot.cli.main", "bot.app"):
        importlib.import_module(module)
    loaded_at_work.load()
    gc.freeze()
    request = forking.serve(forking.handed_over(), _ready)
    if request is not None:
        _become(request)


def _ready(request: forking.Request) -> None:
    if "run" not in request.words:
        _ready_for_commands()


@functools.cache
def _ready_for_commands() -> None:
    for module in OF_COMMANDS:
        importlib.import_module(module)
    gc.freeze()


def _become(request: forking.Request) -> None:
    """Run as if started by ``python -m bot``."""
    forking.begin(request)
    for module in READ_THE_ENVIRONMENT:
        importlib.reload(module)
    try:
        runpy.run_module(request.program, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        forking.end(end)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    main()
