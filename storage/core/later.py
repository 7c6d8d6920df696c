"""Libraries that are loaded when something of them is first used, and answers that are forgotten after a while."""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

_FORGETTING: Final[list[Callable[[], None]]] = []


class Later:
    """Stands for a module of a library. A type checker sees the module itself (``TYPE_CHECKING``)."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def for_a_while(most: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """Remember the last ``most`` answers of a function, as ``functools.lru_cache`` does, until all is forgotten.

    For what is asked with words that people typed: they are not to stay in memory until others take their place, as
    in a quiet week none do.
    """

    def remembering(answer: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        remembered = lru_cache(maxsize=most)(answer)
        _FORGETTING.append(remembered.cache_clear)
        return remembered

    return remembering


def forget_what_was_typed() -> None:
    """Forget the answers of all functions that remember them for a while."""
    for forget in _FORGETTING:
        forget()
