"""What is known of commands before their modules are loaded: index.json, which ``make docs`` writes."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from commands.framework.context import Role
from commands.framework.spec import Command, CommandNames, Where
from commands.framework.unloaded import CommandIndex, UnloadedCommands

FILE: Final = Path(__file__).with_name("index.json")


def unloaded(module: str) -> UnloadedCommands:
    """Stand for a module of commands until one of them is given."""
    return UnloadedCommands(module, known())


@cache
def known() -> CommandIndex:
    """Read the names of commands, by module and function; none where nobody has written them yet."""
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {
        module: {function: _names(*row) for function, row in rows.items()}
        for module, rows in kept.items()
    }


def _names(name: str, who: str, where: str, also: list[str], has_secret: bool) -> CommandNames:  # noqa: FBT001 (a row)
    return CommandNames(name, Role[who], Where[where], tuple(also), has_secret)


def written(commands: Iterable[Command]) -> str:
    """Return the content that index.json should have. Loads every module."""
    rows: dict[str, dict[str, object]] = {}
    for each in commands:
        names, (module, function) = each.names, each.home
        rows.setdefault(module, {})[function] = (
            *(names.name, names.who.name, names.where.name, names.also, names.has_secret),
        )
    modules = (
        f"{json.dumps(module)}: {{\n"
        + ",\n".join(f"{json.dumps(function)}: {json.dumps(row)}" for function, row in kept.items())
        + "\n}"
        for module, kept in sorted(rows.items())
    )
    return "{\n" + ",\n".join(modules) + "\n}\n"
