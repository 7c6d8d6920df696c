"""Exceptions as types and places: what a log may say of them. No message, no value, no path."""

import re
from collections.abc import Iterator
from types import CodeType, TracebackType
from typing import Final

FRAMES: Final = 40
CHAIN: Final = 8


def describe(error: BaseException) -> str:
    """Types and places of an exception and its causes; no message, no value."""
    return " <- ".join(f"{type_name(one)} [{_stack(one.__traceback__)}]" for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, the members of its groups, and its causes, each once."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting and len(seen) < CHAIN:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        led_here = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if led_here is not None:
            waiting.append(led_here)


def type_name(error: BaseException) -> str:
    """The qualified name of an exception's type; "unnamed" where the name is not plain ASCII."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return name if re.fullmatch(r"[\w.<>]{1,120}", name, re.ASCII) else "unnamed"


def _stack(traceback: TracebackType | None) -> str:
    places: list[str] = []
    while traceback is not None:
        places.append(_place(traceback.tb_frame.f_code, traceback.tb_lineno))
        traceback = traceback.tb_next
    # The first frames say who called, the last where it broke; recursion fills the middle.
    if len(places) > FRAMES:
        places = [*places[: FRAMES // 2], "...", *places[-FRAMES // 2 :]]
    return " > ".join(places)


def _place(code: CodeType, line: int | None) -> str:
    function = code.co_name if re.fullmatch(r"[\w<>]{1,80}", code.co_name, re.ASCII) else "?"
    return f"{source(code.co_filename)}:{line or 0}:{function}"


def source(path: str) -> str:
    """The last two parts of a source path: the rest may hold the operator's own name."""
    short = "/".join(path.replace("\\", "/").split("/")[-2:])
    return short if re.fullmatch(r"[\w./-]{1,120}\.pyc?", short, re.ASCII) else "generated"
