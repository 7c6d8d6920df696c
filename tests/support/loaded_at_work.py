"""What a bot loads when it first needs it: at once, in a process from which bots are forked.

Each of them would do it anew, which takes a third of what a bot's start and its first answers take.
"""

import importlib
import pkgutil
import sys
from typing import Final

import commands
import storage
from commands.time.warm import warm
from commands.zones import gazetteer
from storage.core.lazy_pattern import LazyPattern

LIBRARIES: Final = (
    "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.interval",
    "concurrent.futures.process",
    "importlib.metadata",
    "tzdata.zoneinfo",
)
"""What a bot imports of libraries while it works."""
OURS: Final = frozenset({"bot", "commands", "storage"})


def load() -> None:
    """Load all commands and repositories, and make what is made of the loaded when it is first used."""
    for package in (commands, storage):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(each.name)
    for name in LIBRARIES:
        importlib.import_module(name)
    # As bot/jobs/reminders.py does, a while after the start.
    warm()
    # Each opens its files for itself.
    gazetteer._file.cache_clear()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for value in list(vars(module).values()):
                _make_whole(value)


def _make_whole(value: object) -> None:
    if isinstance(value, type):
        # Of storage/core/lazy_dataclass.py.
        getattr(value, "__dataclass_fields__", None)
    elif isinstance(value, LazyPattern):
        _ = value.match
