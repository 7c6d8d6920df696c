"""Starting bots and their commands without importing everything anew each time; see ``warm_bot``."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from demo.steward import ROOT, BotProcess, cold_start

SETTINGS = frozenset(
    {"PYTHONUNBUFFERED", "NO_COLOR", "PATH", "CREDENTIALS_DIRECTORY", "INVOCATION_ID"}
)
"""What may be set for a bot that is forked, beside what begins with STEWARD_: all is read when needed."""

FAULTY = "tests.support.ballot_faulty_bot"
PROGRAMS = frozenset({"bot", FAULTY})
"""What may be forked: the bot, and with a fault that is put in before it runs."""

_SECONDS = 60.0
"""For the first start, which imports everything, and for a command that is waited for."""


class WarmStart:
    """Bots forked from one process, which is started with the first of them and ends with us."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._news = threading.Condition()
        self._started: list[int] = []
        self._ended: dict[int, int] = {}
        self._warm: subprocess.Popen[bytes] | None = None
        self._lines: Any = None
        self._gone = False

    def start(self, line: Sequence[str], environment: Mapping[str, str], log: Path) -> BotProcess:
        """Start a bot or a command; cold if it is anything but ``python -m bot`` as we would run it."""
        begins, program = list(line[:2]), line[2]
        if begins != [sys.executable, "-m"] or program not in PROGRAMS or _another(environment):
            return cold_start(line, environment, log)
        return self._forked(program, line[3:], environment, log, log)

    def done(self, words: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
        """Run ``steward`` with these words to its end; ``more`` is set in its environment."""
        environment = {**_usual(), **more}
        assert not _another(environment)
        with (
            tempfile.NamedTemporaryFile("r", encoding="utf-8") as output,
            tempfile.NamedTemporaryFile("r", encoding="utf-8") as errors,
        ):
            bot = self._forked("bot", words, environment, Path(output.name), Path(errors.name))
            try:
                status = bot.wait(_SECONDS)
            finally:
                bot.kill()
            return subprocess.CompletedProcess(words, status, output.read(), errors.read())

    def _forked(
        self,
        program: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        errors: Path,
    ) -> "WarmBot":
        request = {
            "program": program,
            "words": list(words),
            "environment": dict(environment),
            "output": str(output.absolute()),
            "errors": str(errors.absolute()),
        }
        with self._turn, self._news:
            if self._warm is None:
                self._begin()
            print(json.dumps(request), file=self._lines, flush=True)
            self._news.wait_for(lambda: self._started or self._gone, _SECONDS)
            if not self._started:
                raise RuntimeError("the process that becomes bots does not answer")
            return WarmBot(self._started.pop(), self._news, self._ended)

    def close(self) -> None:
        """End the process that forks, and with it every bot that is left."""
        if self._warm is not None:
            self._warm.kill()
            self._warm.wait()

    def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._warm = subprocess.Popen(  # noqa: S603 (our own interpreter)
                [sys.executable, "-m", "tests.support.warm_bot", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Ctrl-C is for the tests; this one ends when its socket does.
                start_new_session=True,
            )
        self._lines = ours.makefile("rw")
        ours.close()
        threading.Thread(target=self._listen, name="warm bots", daemon=True).start()

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
            else:
                self._ended[told["ended"]] = told["status"]
            self._news.notify_all()


class WarmBot:
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
                raise subprocess.TimeoutExpired("bot", timeout or 0)
            return self._ended[self.pid]

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(9)


WARM = WarmStart()
"""The one of this process; closed at the end of the session."""


def _usual() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("STEWARD_")}


def _another(environment: Mapping[str, str]) -> bool:
    """Whether something else is set than what a fork looks at anew."""
    return _imported_with(environment) != _imported_with(os.environ)


def _imported_with(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("STEWARD_") and name not in SETTINGS
    }
