"""Processes forked from one that has imported all they need; ``forking`` is what that one runs."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from demo.processes import ROOT
from tests.support import forking

SECONDS = 60.0
"""For the first start, which imports everything, and for a command that is waited for."""


class Forks:
    """Processes forked from one, which is started with the first of them and ends with us.

    ``warm`` is the module that it runs, with ``words``; it may take ``seconds`` to have imported all.
    """

    def __init__(self, warm: str, words: Sequence[str] = (), seconds: float = SECONDS) -> None:
        self._module = warm
        self._words = words
        self._seconds = seconds
        self._turn = threading.Lock()
        self._news = threading.Condition()
        self._started: list[int] = []
        self._ended: dict[int, int] = {}
        self._warm: subprocess.Popen[bytes] | None = None
        self._shared: socket.socket | None = None
        self._lines: Any = None
        self._gone = False
        self.forks_by: int | None = None
        """The process that forks, once it has said so: below this one unless it is shared."""

    def share(self) -> None:
        """Start it at once, for those that this process becomes by forking: for each of them, a fork of it forks."""
        self._shared, theirs = socket.socketpair()
        with theirs:
            self._warm = self._started_with(theirs, forking.SHARED)

    def start(
        self,
        program: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
        input_: Path = Path(os.devnull),
    ) -> "Fork":
        """Fork a program with its words; what it says goes to the ends of two files, what it is told is in a third."""
        request = {
            "program": program,
            "words": list(words),
            "environment": dict(environment),
            "output": str(output.absolute()),
            "errors": str(errors.absolute()),
            "input": str(input_.absolute()),
        }
        with self._turn, self._news:
            if self._lines is None:
                self._begin()
            print(json.dumps(request), file=self._lines, flush=True)
            self._news.wait_for(lambda: self._started or self._gone, self._seconds)
            if not self._started:
                raise RuntimeError(f"the process that runs {self._module} does not answer")
            return Fork(self._started.pop(), self._news, self._ended)

    def close(self) -> None:
        """End the process that forks, and with it every one that is left; of a shared one, what forks for us."""
        if self._shared is None:
            if self._warm is not None:
                self._warm.kill()
                self._warm.wait()
            return
        with self._news:
            if self.forks_by is not None and not self._gone:
                os.kill(self.forks_by, signal.SIGKILL)
                self._news.wait_for(lambda: self._gone, self._seconds)

    def let_go(self) -> None:
        """Let a shared one end with the last of those that this process has become."""
        if self._shared is not None:
            self._shared.close()

    def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            if self._shared is None:
                self._warm = self._started_with(theirs)
            else:
                socket.send_fds(self._shared, [b"."], [theirs.fileno()])
            self._lines = ours.makefile("rw")
        threading.Thread(target=self._listen, name=self._module, daemon=True).start()

    def _started_with(self, theirs: socket.socket, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 (our own interpreter)
            [sys.executable, "-m", self._module, str(theirs.fileno()), *words, *self._words],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # Ctrl-C is for the tests; this one ends when its socket does.
            start_new_session=True,
        )

    def _listen(self) -> None:
        # A process that fails to import what it should has said why, and is asked no more.
        with contextlib.suppress(OSError):
            for line in self._lines:
                self._hear(json.loads(line))
        with self._news:
            self._gone = True
            self._news.notify_all()

    def _hear(self, told: Mapping[str, int]) -> None:
        with self._news:
            if "started" in told:
                self._started.append(told["started"])
            elif "forks" in told:
                self.forks_by = told["forks"]
            else:
                self._ended[told["ended"]] = told["status"]
            self._news.notify_all()


class Fork:
    """One of them, with what is used of ``subprocess.Popen``."""

    def __init__(self, pid: int, news: threading.Condition, ended: Mapping[int, int]) -> None:
        self.pid = pid
        self._news = news
        self._ended = ended

    def poll(self) -> int | None:
        """Return the exit status, a negative signal; None while it runs."""
        return self._ended.get(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once it has ended. Raises subprocess.TimeoutExpired."""
        with self._news:
            if not self._news.wait_for(lambda: self.pid in self._ended, timeout):
                raise subprocess.TimeoutExpired("a fork", timeout or 0)
            return self._ended[self.pid]

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            # Nobody tells of its end where the one that forks was killed first.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(9)
