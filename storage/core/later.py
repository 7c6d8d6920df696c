"""Libraries that are loaded when something of them is first used."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module of a library. A type checker sees the module itself (``TYPE_CHECKING``)."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self.__name__), name)
        setattr(self, name, value)
        return value
