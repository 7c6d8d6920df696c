"""What is loaded when something of it is first used, and answers that are forgotten after a while."""

import time
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

_OURS: Final = tuple(Path(__file__).parents[2] / floor for floor in ("bot", "commands", "storage"))
_BEGAN: Final = time.time()
_FORGETTING: Final[list[Callable[[], None]]] = []


class Later:
    """Stands for a module of a library. A type checker sees the module itself (``TYPE_CHECKING``)."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def were_replaced() -> bool:
    """Whether files of the program are newer than this process: what is loaded from now on may not fit what is.

    Looks at each of them, which takes a hundredth of a second.
    """
    try:
        return any(each.stat().st_ctime > _BEGAN for floor in _OURS for each in floor.rglob("*.py"))
    except OSError:
        # Somebody is at it.
        return True


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
