"""Processes that the demo starts: bots and homeservers."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

ROOT: Final = Path(__file__).resolve().parent.parent
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Process(Protocol):
    """What is used of ``subprocess.Popen``."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...


class Start(Protocol):
    """Starts a process by a line of words, with an environment; what it says goes to the end of a log."""

    def __call__(
        self, line: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> Process: ...


def cold_start(line: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    """Start a new process."""
    with log.open("ab") as output:
        # Not asyncio's: it outlives the loop that started it, as a module's fixture does.
        return subprocess.Popen(
            line,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # No debris if whoever started us is killed, and no Ctrl-C meant for the demo.
            preexec_fn=die_with_parent(),  # noqa: PLW1509 (one system call, no locks)
            start_new_session=True,
        )


def die_with_parent() -> Callable[[], None]:
    """For ``preexec_fn``: the child is killed when the thread that started it ends (Linux)."""
    parent = os.getpid()

    def ask() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            # The parent may have ended before the call.
            if os.getppid() != parent:
                os._exit(1)

    return ask
