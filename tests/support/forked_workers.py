"""Workers of xdist forked from one process that has collected the tests, and not each started to collect them anew.

Six of them took 5 s of a processor each before they ran anything. To xdist they are what it would have started:
``warm_worker`` is what forks, and is spoken to as a new Python is.
"""

import os
import select
import signal
import socket
import tempfile
from pathlib import Path
from typing import Final

import execnet.gateway_io
import pytest
from execnet.gateway_base import ExecModel, Popen2IO

from tests.support.forks import Fork, Forks

COLLECTED_WITHIN: Final = 600.0
"""Seconds. Of a new clone all is compiled first, and a machine may be busy."""

SPEAKS: Final = "from __main__ import speak; speak(channel)"
"""What a worker is told to run, in place of all that xdist would have a new Python do."""


class ForkedIO(Popen2IO):
    """How execnet speaks with a fork: as with a process that it has started."""

    def __init__(self, fork: Fork, spoken: socket.socket, execmodel: ExecModel) -> None:
        super().__init__(spoken.makefile("wb"), spoken.makefile("rb"), execmodel)
        self._fork = fork

    def wait(self) -> int:
        """Return the exit status once it has ended."""
        return self._fork.wait()

    def kill(self) -> None:
        """End it at once."""
        self._fork.kill()


class ForkedWorkers:
    """Has xdist's workers forked, for as long as a run lasts; a worker that died is replaced in the same way."""

    def __init__(self, config: pytest.Config) -> None:
        told = config.invocation_params
        words = [str(told.dir), *map(str, told.args)]
        self._collected = Forks("tests.support.warm_worker", words, COLLECTED_WITHIN)
        self._forks: list[Fork] = []
        self._patch = pytest.MonkeyPatch()

    def pytest_xdist_setupnodes(self) -> None:
        """Fork what execnet would start."""
        self._patch.setattr(execnet.gateway_io, "create_io", self._forked)

    def pytest_xdist_getremotemodule(self) -> str:
        """Return what each fork is told to run."""
        return SPEAKS

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Pass Ctrl-C on: a fork is not of the terminal's group."""
        # Of this kind is also what ends a run early.
        for each in self._forks if excinfo.type is KeyboardInterrupt else ():
            each.send_signal(signal.SIGINT)

    def pytest_unconfigure(self) -> None:
        """End the process that forks."""
        self._patch.undo()
        self._collected.close()

    def _forked(self, spec: execnet.XSpec, execmodel: ExecModel) -> ForkedIO:
        with (
            tempfile.TemporaryDirectory(prefix="steward-worker-") as folder,
            socket.socket(socket.AF_UNIX) as called,
        ):
            place = Path(folder) / "socket"
            called.bind(str(place))
            called.listen()
            nowhere = Path(os.devnull)
            fork = self._collected.start(str(spec.id), (), os.environ, nowhere, nowhere, place)
            self._forks.append(fork)
            while not select.select([called], [], [], 1)[0]:
                if fork.poll() is not None:
                    raise RuntimeError("a worker ended before it spoke")
            spoken, _ = called.accept()
            with spoken:
                return ForkedIO(fork, spoken, execmodel)
