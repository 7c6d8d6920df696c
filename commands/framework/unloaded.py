"""Modules of commands that are loaded when one of them is first given.

A start that loads all of them takes a sixth longer and 5 MB more, of which a committee uses a part.
What is known of each without its module stands in ``commands/index.py``, which ``make docs`` writes.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Final

from commands.framework.spec import Command, CommandNames, known_by_names

CommandIndex = Mapping[str, Mapping[str, CommandNames]]
"""Names of commands by module, then by function."""


class UnloadedCommands:
    """Stands for a module of commands. A type checker sees the module itself (``TYPE_CHECKING``)."""

    def __init__(self, module: str, index: CommandIndex) -> None:
        self.__name__: Final = module
        self._names = index.get(module, {})

    def __getattr__(self, name: str) -> Command:
        module = self.__name__
        here = vars(sys.modules[module]).get(name) if module in sys.modules else None
        if here is None and name in self._names:
            here = known_by_names((module, name), self._names[name])
        # A command that the index has not got yet costs a start what it takes to load.
        found: Command = getattr(import_module(module), name) if here is None else here
        return found
