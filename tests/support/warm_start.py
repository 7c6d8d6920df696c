"""Starting bots, their commands and homeservers without importing everything anew each time.

See ``warm_bot`` and ``warm_homeserver``.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.processes import Process, cold_start
from tests.support.forks import SECONDS, Fork, Forks

SETTINGS = frozenset(
    {"PYTHONUNBUFFERED", "NO_COLOR", "PATH", "CREDENTIALS_DIRECTORY", "INVOCATION_ID"}
)
"""What may be set for a bot that is forked, beside what begins with STEWARD_: all is read when needed."""

FAULTY = "tests.support.ballot_faulty_bot"
PROGRAMS = frozenset({"bot", FAULTY})
"""What may be forked: the bot, and with a fault that is put in before it runs."""


class WarmStart:
    """Bots forked from one process, which is started with the first of them and ends with us."""

    def __init__(self) -> None:
        self.forks = Forks("tests.support.warm_bot")

    def start(self, line: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
        """Start a bot or a command; cold if it is anything but ``python -m bot`` as we would run it."""
        begins, program = list(line[:2]), line[2]
        if begins != [sys.executable, "-m"] or program not in PROGRAMS or _another(environment):
            return cold_start(line, environment, log)
        return self.forks.start(program, line[3:], environment, log, log)

    def done(self, words: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
        """Run ``steward`` with these words to its end; ``more`` is set in its environment."""
        environment = {**_usual(), **more}
        assert not _another(environment)
        with (
            tempfile.NamedTemporaryFile("r", encoding="utf-8") as output,
            tempfile.NamedTemporaryFile("r", encoding="utf-8") as errors,
        ):
            places = Path(output.name), Path(errors.name)
            bot = self.forks.start("bot", words, environment, *places)
            try:
                status = bot.wait(SECONDS)
            finally:
                bot.kill()
            return subprocess.CompletedProcess(words, status, output.read(), errors.read())

    def part(
        self, program: str, words: Sequence[str], pipe: Path, output: Path, **more: str
    ) -> Fork:
        """Start a program of ours that runs a part of the bot, told by a pipe; ``more`` is set in its environment."""
        return self.forks.start(program, words, {**_usual(), **more}, output, output, pipe)

    def close(self) -> None:
        """End the process that forks, and with it every bot that is left."""
        self.forks.close()


class WarmHomeservers:
    """Homeservers forked from one process, which is started with the first of them and ends with us."""

    def __init__(self) -> None:
        self.forks = Forks("tests.support.warm_homeserver")

    def start(self, line: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
        """Start a homeserver, with what comes after the module in its line."""
        assert list(line[:2]) == [sys.executable, "-m"]
        return self.forks.start(line[2], line[3:], environment, log, log)

    def close(self) -> None:
        """End the process that forks, and with it every homeserver that is left."""
        self.forks.close()


WARM = WarmStart()
HOMESERVERS = WarmHomeservers()
"""Those of this process; closed at the end of the session."""


def share() -> None:
    """Start both at once, for all that this process becomes by forking."""
    WARM.forks.share()
    HOMESERVERS.forks.share()


def let_go() -> None:
    """Have what is shared end with the last of those that this process has become."""
    WARM.forks.let_go()
    HOMESERVERS.forks.let_go()


def forking_for_us() -> set[int]:
    """Return the processes that fork bots and homeservers for this one, as far as there are any."""
    by = (each.forks.forks_by for each in (WARM, HOMESERVERS))
    return {pid for pid in by if pid is not None}


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
