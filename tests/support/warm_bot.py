"""A process that has imported all of the bot, and becomes a bot by forking: ``warm_start`` asks it to.

A start costs two seconds of a processor, of which four fifths go into imports; tests start bots by the
hundred. What forks has no thread, no key, no connection and no configuration.
"""

import functools
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bot import clock
from bot.process import failpoints
from commands.zones import release
from demo.homeserver import die_with_parent

READ_THE_ENVIRONMENT = (clock, failpoints)
"""When they are imported; whatever else is set has a bot started cold (``warm_start.SETTINGS``)."""

OF_COMMANDS = (
    "bot.backup.offline",
    "bot.backup.panic",
    "bot.backup.restore",
    "bot.cli.command_line",
    "bot.cli.dead_letters",
    "bot.cli.doctor",
    "bot.cli.verify",
    "bot.setup.initialisation",
    "rich.console",
)
"""What commands other than ``run`` import when they are typed."""


def main() -> None:
    """Fork a bot for each line of the socket that is handed over, and tell of each that ended."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(asked.fileno(), False)
    # In the order of bot/cli/main.py.
    release.use_newest()
    for module in ("bot.cli.main", "bot.app"):
        importlib.import_module(module)
    assert threading.active_count() == 1
    gc.freeze()
    request = _serve(asked)
    if request is not None:
        _become(request)


def _serve(asked: socket.socket) -> dict[str, Any] | None:
    """In each fork, return what it is to be; at the end of the socket, None."""
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wakes.fileno())
    die_with_us = die_with_parent()
    with selectors.DefaultSelector() as ready, asked.makefile("rw") as lines:
        ready.register(asked, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        while True:
            for key, _events in ready.select():
                if key.fileobj is woken:
                    woken.recv(4096)
                    _tell_of_the_ended(lines)
                    continue
                line = lines.readline()
                if not line:
                    return None
                request: dict[str, Any] = json.loads(line)
                if "run" not in request["words"]:
                    _ready_for_commands()
                pid = os.fork()
                if pid == 0:
                    die_with_us()
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for ours in (asked, woken, wakes):
                        ours.close()
                    return request
                print(json.dumps({"started": pid}), file=lines, flush=True)


@functools.cache
def _ready_for_commands() -> None:
    for module in OF_COMMANDS:
        importlib.import_module(module)
    assert threading.active_count() == 1
    gc.freeze()


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


def _become(request: dict[str, Any]) -> None:
    """Run as if started by ``python -m bot``, with this environment, writing to these files."""
    os.setsid()
    places = ((os.devnull, os.O_RDONLY), (request["output"], _APPEND), (request["errors"], _APPEND))
    for place, (path, how) in enumerate(places):
        opened = os.open(path, how, 0o600)
        os.dup2(opened, place)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    for module in READ_THE_ENVIRONMENT:
        importlib.reload(module)
    sys.argv = [request["program"], *request["words"]]
    runpy.run_module(request["program"], run_name="__main__", alter_sys=True)


_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT

if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    main()
