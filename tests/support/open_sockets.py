"""Who leaves sockets open: a plugin that writes down those which the garbage collector had to close.

    make test ARGS="-p tests.support.open_sockets"

It writes into ``build/sockets``, a file for each worker: in which test a socket was made and by whom, and in
which it was noticed. Of a transport of asyncio's the socket is told as well; the warning of the transport
itself is ignored (pyproject.toml), and which of the two comes first is chance.
"""

import gc
import os
import socket
import ssl
import sys
import weakref
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

FOLDER: Final = Path(__file__).resolve().parents[2] / "build" / "sockets"
DEEP: Final = 14
"""Callers that are written down."""


@dataclass(slots=True)
class Made:
    """A socket that is there."""

    test: str
    callers: str
    closed: bool = False


now = "before the first test"
made: dict[int, tuple[Made, "weakref.ref[socket.socket]"]] = {}
"""By ``id`` of the socket."""


def _callers() -> str:
    frame: FrameType | None = sys._getframe(2)
    rows: list[str] = []
    while frame is not None and len(rows) < DEEP:
        place = frame.f_code.co_filename.split("site-packages/")[-1]
        rows.append(f"  {place}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return "\n".join(rows)


def _gone(number: int, one: Made, reference: "weakref.ref[socket.socket]") -> None:
    if made.get(number, (None, None))[1] is reference:
        del made[number]
    if not one.closed:
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / str(os.getpid())).open("a", encoding="utf-8") as file:
            file.write(f"left open in {one.test}\nnoticed in {now}\n{one.callers}\n\n")


def _watch(kind: type[socket.socket], name: str) -> None:
    """Note when a method closes a socket, or hands its number on."""
    plainly = getattr(kind, name)

    def noting(self: socket.socket, *more: Any) -> Any:
        if id(self) in made:
            made[id(self)][0].closed = True
        return plainly(self, *more)

    setattr(kind, name, noting)


def pytest_configure() -> None:
    """Watch every socket of this process from here on."""
    plainly = socket.socket.__init__

    def noting(self: socket.socket, *words: Any, **more: Any) -> None:
        plainly(self, *words, **more)
        one = Made(now, _callers())
        made[id(self)] = one, weakref.ref(self, partial(_gone, id(self), one))

    setattr(socket.socket, "__init__", noting)  # noqa: B010 (to the type checker it is not to be replaced)
    for kind, name in (
        (socket.socket, "_real_close"),
        (ssl.SSLSocket, "_real_close"),
        (socket.socket, "detach"),
    ):
        _watch(kind, name)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Have what a test left collected while it is known which it was."""
    global now  # noqa: PLW0603 (a plugin is a module)
    now = item.nodeid
    try:
        return (yield)
    finally:
        gc.collect()
        now = f"after {item.nodeid}"
