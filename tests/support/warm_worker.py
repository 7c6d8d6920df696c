"""A process that has collected the tests, and becomes xdist's workers by forking: ``forked_workers`` asks it to.

Until it forks it does what ``xdist.remote`` does in a worker, and keeps what that would have told. Each fork tells it
as its own, and goes on from there: seen from pytest, a worker that took long to begin.
"""

import contextlib
import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final, Never

import pytest
from _pytest.config import _prepareconfig
from execnet.gateway_base import get_execmodel
from execnet.gateway_io import popen_bootstrapline

from tests.support import forking, warm_start

CHANNELS: Final = queue.SimpleQueue[Any]()
ENDED: Final = threading.Event()


def speak(channel: object) -> None:
    """Hand over what the controller speaks by, and stay until the session has ended: then it is closed."""
    CHANNELS.put(channel)
    ENDED.wait()


class Unspoken:
    """What a worker tells before there is anybody to tell it to."""

    def __init__(self) -> None:
        self.gateway = self
        self.execmodel = get_execmodel("main_thread_only")
        self.told: list[object] = []

    def send(self, item: object) -> None:
        """Keep what is told."""
        self.told.append(item)


class Collected:
    """Forks where a worker has collected its tests."""

    def __init__(self, asked: socket.socket, config: pytest.Config, remote: Any) -> None:
        self._asked = asked
        self._config: Any = config
        self._unspoken = Unspoken()
        self._worker = remote.WorkerInteractor(config, self._unspoken)
        # Where that module's own code looks for it.
        remote.interactor = self._worker
        self._serving: threading.Thread | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Collect, and fork, whatever came of it: what went wrong goes wrong in each fork, which tells of it."""
        try:
            return (yield)
        except pytest.UsageError as wrong:
            sys.stderr.write(f"ERROR: {wrong}\n")
            raise
        finally:
            self._fork()

    def _fork(self) -> None:
        """Fork for each that is asked for. Returns in forks only."""
        capture = self._config.pluginmanager.getplugin("capturemanager")
        # Its files would be one for all forks.
        capture.stop_global_capturing()
        request = forking.serve(self._asked, lambda _request: None)
        if request is None:
            _wait_for_forks()
        self._begin(request)
        capture.start_global_capturing()
        capture.suspend_global_capture()

    def _begin(self, request: forking.Request) -> None:
        os.environ.clear()
        os.environ.update(request.environment)
        self._serving = threading.Thread(target=_serve, args=(request.input,), daemon=True)
        self._serving.start()
        channel = CHANNELS.get()
        given, _, options, _ = channel.receive()
        self._become(channel, given, options["basetemp"])

    def _become(self, channel: Any, given: dict[str, Any], folder: str) -> None:
        """Be the worker that xdist means, as ``xdist.remote`` would have made it."""
        os.environ["PYTEST_XDIST_TESTRUNUID"] = given["testrunuid"]
        os.environ["PYTEST_XDIST_WORKER"] = given["workerid"]
        os.environ["PYTEST_XDIST_WORKER_COUNT"] = str(given["workercount"])
        self._config._parser.prog = Path(given["mainargv"][0]).name
        self._config.workerinput.update(given)
        self._config.option.basetemp = folder
        self._config._tmp_path_factory._given_basetemp = Path(folder)
        self._worker.workerid, self._worker.testrunuid = given["workerid"], given["testrunuid"]
        self._worker.channel = channel
        for each in self._unspoken.told:
            channel.send(each)

    def end(self) -> None:
        """Let the controller close what it speaks by, and end with it."""
        ENDED.set()
        assert self._serving is not None
        # Ctrl-C may have come to the session's end.
        with contextlib.suppress(KeyboardInterrupt):
            self._serving.join()


def _serve(place: str) -> None:
    """Do what execnet asks of a new Python by its standard input."""
    with socket.socket(socket.AF_UNIX) as spoken:
        spoken.connect(place)
        for number in (0, 1):
            os.dup2(spoken.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for as long as we live)
    exec(popen_bootstrapline, {})  # noqa: S102 (execnet's own line)


def _wait_for_forks() -> Never:
    """End once all have: they see for themselves that nobody speaks with them, and clear away."""
    signal.set_wakeup_fd(-1)
    warm_start.let_go()
    try:
        while True:
            os.wait()
    except ChildProcessError:
        os._exit(0)


def main() -> None:
    """Collect, fork for each line of the socket that is handed over; in a fork, run what the controller gives."""
    asked, directory, words = socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3:]
    sys.argv = ["-c"]
    # The controller alone says how far tests are.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    os.chdir(directory)
    config: Any = _prepareconfig(words)
    # Not before: pytest rewrites the assertions of its plugins as they are imported.
    from xdist import remote  # type: ignore[import-untyped] # noqa: PLC0415

    remote.setup_config(config, None)
    config.workerinput = {"workerid": "?", "testrunuid": "?"}
    config.workeroutput = {}
    collected = Collected(asked, config, remote)
    config.pluginmanager.register(collected)
    with contextlib.suppress(pytest.UsageError):
        config.hook.pytest_cmdline_main(config=config)
    collected.end()
    forking.end(SystemExit(0))


if __name__ == "__main__":
    main()
