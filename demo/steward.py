"""The bot as an operator starts it: a real process with its own directory."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from bot.process import control
from bot.process.data_directory import DataDirectory
from demo.processes import Process, Start, cold_start

PASSPHRASE = "a passphrase for throw-away data"  # noqa: S105 (it protects nothing)

NO_LIMITS = """
[limits]
person_burst = 1000000
person_per_minute = 1000000
room_per_minute = 1000000
"""
"""A week in a minute, and a test's hundred commands, are no flood."""

_READY_SECONDS = 60.0
_LOOK = 0.05
"""Seconds between two looks at what another process does."""


class StewardError(RuntimeError):
    """The bot failed to start or to answer; its log says why."""


class Steward:
    """One bot: ``init``, then ``start`` and ``stop`` or ``kill`` as often as one likes.

    Everything lies in ``directory``: config.toml, secrets, log and ``data``. Start it from a thread
    that outlives it: on Linux the bot is killed when the thread that started it ends.
    """

    starts: ClassVar[Start] = staticmethod(cold_start)
    """How the process comes to be; tests start hundreds."""

    def __init__(
        self,
        directory: Path,
        homeserver: str,
        user: str,
        password: str,
        *,
        inviters: tuple[str, ...] | None = None,
        environment: Mapping[str, str] | None = None,
        settings: str = "",
    ) -> None:
        self.directory = directory
        self.homeserver = homeserver
        self.user = user
        self.config = directory / "config.toml"
        self.data = directory / "data"
        self.log_path = directory / "bot.log"
        self.inviters = inviters or (f"@*:{user.partition(':')[2]}",)
        self._environment = dict(environment or {})
        self._settings = settings
        self._process: Process | None = None
        directory.mkdir(parents=True, exist_ok=True)
        self._password_file = self._secret("password", password)
        self._passphrase_file = self._secret("passphrase", PASSPHRASE)

    def _secret(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(text + "\n")
        return path

    @property
    def pid(self) -> int:
        """The process id. Raises StewardError while the bot does not run."""
        if self._process is None:
            raise StewardError("the bot is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    # -- the operator's commands -----------------------------------------------------------------

    async def init(self) -> str:
        """Make configuration, keys and identity; returns what the operator sees."""
        options = [
            *("--homeserver", self.homeserver, "--user", self.user),
            *("--password-file", str(self._password_file)),
            *("--passphrase-file", str(self._passphrase_file)),
            *("--data-dir", str(self.data)),
        ]
        for pattern in self.inviters:
            options += ["--allow-inviter", pattern]
        status, output = await self.command("init", *options, "--yes", "--fast-kdf")
        if status != 0:
            raise StewardError(f"init ended with {status}:\n{output}")
        written = self.config.read_text()
        if "[limits]" not in written:
            limits = "" if "[limits]" in self._settings else NO_LIMITS
            self.config.write_text(written + self._settings + limits)
        return output

    async def command(self, *words: str) -> tuple[int, str]:
        """Run any command of the bot's command line to its end; exit status and output."""
        with tempfile.NamedTemporaryFile(prefix="steward-said-") as said:
            process = self.starts(self._line(*words), self._env({}), Path(said.name))
            try:
                status = await asyncio.to_thread(process.wait)
            finally:
                process.kill()
            return status, said.read().decode()

    async def start(
        self, environment: Mapping[str, str] | None = None, *, wait: bool = True
    ) -> None:
        """Start ``run``; returns when it is ready, or at once without ``wait``."""
        if self.running:
            raise StewardError("it is already running")
        self._launch(environment or {})
        if wait:
            await self.wait_ready()

    def _launch(self, environment: Mapping[str, str]) -> None:
        self._process = self.starts(self._line("run"), self._env(environment), self.log_path)

    async def wait_ready(self, seconds: float = _READY_SECONDS) -> None:
        """Wait until the bot is ready. Raises StewardError if the process ends or takes too long."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            if not self.running:
                raise StewardError(f"the bot ended while starting:\n{self.log()[-4000:]}")
            if (await self.status()).get("ready"):
                return
            await asyncio.sleep(_LOOK)
        raise StewardError(f"not ready after {seconds:.0f} s:\n{self.log()[-4000:]}")

    async def status(self) -> dict[str, Any]:
        """Return the answer on the control socket; empty while nobody answers."""
        path = DataDirectory(self.data).control_socket
        try:
            return await asyncio.to_thread(control.ask, path, {"verb": "status"})
        except (control.NotRunning, control.NoAnswer):
            return {}

    async def until(self, fact: Callable[[dict[str, Any]], bool], seconds: float = 60) -> None:
        """Wait until a fact holds of the answer on the control socket. Raises StewardError."""
        try:
            async with asyncio.timeout(seconds):
                while not fact(await self.status()):  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            raise self._in_vain(seconds) from None

    async def all_sent(self, seconds: float = 60) -> None:
        """Wait until no message waits to be sent, nor to be noted as sent. Raises StewardError."""
        await self.until(lambda status: status.get("queue") == 0, seconds)

    async def logs(self, words: str, *, times: int = 1, seconds: float = 60) -> None:
        """Wait until it has logged these words so often since its first start. Raises StewardError.

        What is logged is done; what somebody hears is said, and may have been said before it is done.
        """
        await self.sees(lambda: self.log().count(words) >= times, seconds)

    async def sees(self, fact: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until a fact holds of its files or processes. Raises StewardError."""
        try:
            async with asyncio.timeout(seconds):
                while not fact():  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            raise self._in_vain(seconds) from None

    def _in_vain(self, seconds: float) -> StewardError:
        return StewardError(f"waited {seconds:.0f} s in vain:\n{self.log()[-4000:]}")

    async def status_json(self) -> dict[str, Any]:
        """``steward status --json``, as a monitoring script sees it."""
        _, output = await self.command("status", "--json")
        answer: dict[str, Any] = json.loads(output)
        return answer

    async def stop(self) -> int:
        """End the bot as a service manager does, with SIGTERM; returns the exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """End the bot as a power cut would, with SIGKILL."""
        return await self._end(signal.SIGKILL)

    async def ended(self, seconds: float = 60) -> int:
        """Wait until the bot ends by itself, as at a fail-point; a negative status is the signal."""
        process = self._process
        if process is None:
            raise StewardError("the bot is not running")
        status = await asyncio.to_thread(process.wait, seconds)
        self._process = None
        return status

    async def restart(self, environment: Mapping[str, str] | None = None) -> None:
        """Stop and start the bot."""
        await self.stop()
        await self.start(environment)

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            return await self.ended()
        except subprocess.TimeoutExpired:
            self._process.kill()
            await self.ended()
            raise StewardError(f"it did not end:\n{self.log()[-4000:]}") from None

    def log(self) -> str:
        """Return everything the bot has written since the first start."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def _line(self, command: str, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", command, "--config", str(self.config), *words]

    def _env(self, more: Mapping[str, str]) -> dict[str, str]:
        clean = {name: item for name, item in os.environ.items() if not name.startswith("STEWARD_")}
        return {**clean, "PYTHONUNBUFFERED": "1", **self._environment, **more}
