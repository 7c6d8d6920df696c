"""Settings from the environment and ``.env``: ``STEWARD_TIMEOUTS__REQUEST_SECONDS=20``."""

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_origin, get_type_hints

from bot.config.messages import PREFIX
from bot.process import file_trouble

_WITHIN: Final = "__"
"""Stands between a table of config.toml and its key."""


def from_environment(variables: Mapping[str, str], settings: type) -> dict[str, Any]:
    """The values of the settings that are named; other variables are somebody else's business.

    Names may be in capitals or not; an empty value counts as none. What is a list or a table in
    config.toml is written in JSON: ValueError where it is not.
    """
    found: dict[str, Any] = {}
    # A whole table comes first, so that a single key wins over it.
    for name, text in sorted(_named(variables).items()):
        if _known(name, settings):
            _put(found, name.split(_WITHIN), text, settings)
    return found


def from_dotenv(path: Path, settings: type) -> dict[str, Any]:
    """The values of settings in a file, with every other variable of ours under its whole name.

    The file is ours, so a name that is no setting is a mistake. Raises ValueError, OSError.
    """
    if not (file_trouble.present(path) and (path.is_file() or path.is_fifo())):
        return {}
    # Imported late: few have such a file.
    from dotenv import dotenv_values  # noqa: PLC0415

    variables = {name: text for name, text in dotenv_values(path, encoding="utf-8").items() if text}
    others = {name: text for name, text in _named(variables).items() if not _known(name, settings)}
    return from_environment(variables, settings) | others


def _named(variables: Mapping[str, str]) -> dict[str, str]:
    """What is not empty, under names without our prefix and in small letters; the last of a name wins."""
    ours = PREFIX.lower()
    return {
        name.lower().removeprefix(ours): text
        for name, text in variables.items()
        if name.lower().startswith(ours) and text
    }


def _known(name: str, settings: type) -> bool:
    """Whether a name is a setting's, or of a table that there is, whatever it says within."""
    first, within, _key = name.partition(_WITHIN)
    return _table(first, settings) is not None if within else first in _fields(settings)


def _put(into: dict[str, Any], keys: list[str], text: str, settings: type | None) -> None:
    key, *within = keys
    table = _table(key, settings)
    if within:
        inner = into.setdefault(key, {})
        if isinstance(inner, dict):
            _put(inner, within, text, table)
    elif table is not None or get_origin(_kind(key, settings)) in {tuple, dict}:
        into[key] = json.loads(text)
    else:
        into[key] = text


def _table(key: str, settings: type | None) -> type | None:
    kind = _kind(key, settings)
    return kind if isinstance(kind, type) and is_dataclass(kind) else None


def _kind(key: str, settings: type | None) -> Any:
    return None if settings is None else _fields(settings).get(key)


@cache
def _fields(settings: type) -> Mapping[str, Any]:
    return get_type_hints(settings)
