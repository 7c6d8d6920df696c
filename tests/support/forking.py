"""What a process does that has imported everything, and becomes others by forking: ``forks`` asks it to.

What forks has no thread, no key, no connection and no configuration.
"""

import atexit
import json
import os
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Never, Self

from demo.processes import die_with_parent


@dataclass(frozen=True, slots=True)
class Request:
    """What a fork is to be: a module with its words, in an environment, writing to two files, reading a third."""

    program: str
    words: list[str]
    environment: dict[str, str]
    output: str
    errors: str
    input: str = os.devnull

    @classmethod
    def read(cls, line: str) -> Self:
        """Read one from a line as it came over the socket."""
        return cls(**json.loads(line))


SHARED: Final = "shared"
"""Follows the number of a socket by which many may ask."""


def handed_over() -> socket.socket:
    """Return the socket whose number the command line has. If it is shared, return only in forks: the caller's own."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    if sys.argv[2:] != [SHARED]:
        return asked
    # The kernel is to forget those that have ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    die_with_us = die_with_parent()
    while True:
        _, numbers, _, _ = socket.recv_fds(asked, 1, 1)
        if not numbers:
            sys.exit()
        (number,) = numbers
        if os.fork() == 0:
            die_with_us()
            asked.close()
            return socket.socket(fileno=number)
        os.close(number)


def serve(asked: socket.socket, ready: Callable[[Request], None]) -> Request | None:
    """Fork for each line of the socket, once ``ready`` has imported what is missing, and tell of the ended.

    In each fork, returns what it is to be; at the end of the socket, None.
    """
    os.set_inheritable(asked.fileno(), False)
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wakes.fileno())
    die_with_us = die_with_parent()
    with selectors.DefaultSelector() as news, asked.makefile("rw") as lines:
        print(json.dumps({"forks": os.getpid()}), file=lines, flush=True)
        news.register(asked, selectors.EVENT_READ)
        news.register(woken, selectors.EVENT_READ)
        while True:
            for key, _events in news.select():
                if key.fileobj is woken:
                    woken.recv(4096)
                    _tell_of_the_ended(lines)
                    continue
                line = lines.readline()
                if not line:
                    return None
                request = Request.read(line)
                ready(request)
                assert threading.active_count() == 1
                pid = os.fork()
                if pid == 0:
                    die_with_us()
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for ours in (asked, woken, wakes):
                        ours.close()
                    return request
                print(json.dumps({"started": pid}), file=lines, flush=True)


def _tell_of_the_ended(lines: Any) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        ended = {"ended": pid, "status": os.waitstatus_to_exitcode(status)}
        print(json.dumps(ended), file=lines, flush=True)


def begin(request: Request) -> None:
    """Be a process as if just started: a session, files, an environment and words of its own."""
    os.setsid()
    places = ((request.input, os.O_RDONLY), (request.output, _APPEND), (request.errors, _APPEND))
    for place, (path, how) in enumerate(places):
        opened = os.open(path, how, 0o600)
        os.dup2(opened, place)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    sys.argv = [request.program, *request.words]


def end(by: SystemExit) -> Never:
    """End as Python does once its threads have, but leave what was imported to the system.

    To take it apart, each fork would first have to copy all of it.
    """
    if not isinstance(by.code, int):
        # No status, or words that Python writes first.
        raise by
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(by.code)


_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT
