"""A process that has imported all of the bot, and becomes a bot by forking: ``warm_start`` asks it to.

A start costs two seconds of a processor, of which four fifths go into imports; tests start bots by the
hundred.
"""

import functools
import gc
import importlib
import os
import pkgutil
import runpy
import socket
import sys
from pathlib import Path

import commands
import storage
from bot import clock
from bot.process import failpoints
from commands.zones import release
from storage.core.lazy_pattern import LazyPattern
from tests.support import forking

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

AT_WORK = (
    "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.interval",
    "concurrent.futures.process",
    "importlib.metadata",
    "tzdata.zoneinfo",
)
"""What a bot imports of libraries while it works."""
OURS = frozenset({"bot", "commands", "storage"})


def main() -> None:
    """Fork a bot for each line of the socket that is handed over, and tell of each that ended."""
    # In the order of bot/cli/main.py.
    release.use_newest()
    for module in ("bot.cli.main", "bot.app"):
        importlib.import_module(module)
    _load_what_comes_later()
    gc.freeze()
    request = forking.serve(socket.socket(fileno=int(sys.argv[1])), _ready)
    if request is not None:
        _become(request)


def _load_what_comes_later() -> None:
    """Load what a bot loads once it is at work, and make what is made of it when first used.

    Each bot would do it anew, for a fifth of what its start and its first answers take.
    """
    for package in (commands, storage):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(each.name)
    for name in AT_WORK:
        importlib.import_module(name)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for value in list(vars(module).values()):
                _make_whole(value)


def _make_whole(value: object) -> None:
    if isinstance(value, type):
        # storage/core/lazy_dataclass.py
        getattr(value, "__dataclass_fields__", None)
    elif isinstance(value, LazyPattern):
        _ = value.match


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
    runpy.run_module(request.program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    main()
