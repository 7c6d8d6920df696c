"""A real, throw-away Synapse on loopback, for the demo, the tests and the benchmarks.

Synapse listens on 127.0.0.1 only, keeps everything in one directory of its own and speaks to no other
server, unless it is told how (demo/federation.py). Nothing here is meant for a homeserver that people
rely on.
"""

import asyncio
import hashlib
import hmac
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import quote

import aiohttp

from demo import homeserver_settings, homeserver_template
from demo.homeserver_settings import Outside
from demo.matrix_api import ApiError, MatrixApi
from demo.processes import Process, Start, cold_start

_START_SECONDS = 90.0
_STOP_SECONDS = 20.0
_PORT_ATTEMPTS = 5


class HomeserverError(RuntimeError):
    """The homeserver failed to start or refused a request; the end of its log says why."""


class Homeserver:
    """One Synapse process and its data; ``async with`` starts it and takes everything away again.

    ``rate_limits=True`` leaves Synapse's own limits on. ``settings`` are merged over the
    configuration, for a test that needs something special. A ``directory`` given is kept.
    ``outside``: how it speaks to other homeservers.
    """

    starts: ClassVar[Start] = staticmethod(cold_start)
    """How the process comes to be; tests start dozens."""
    place: ClassVar[Path | None] = None
    """Where new directories are made, if not where temporary files are."""

    def __init__(
        self,
        *,
        server_name: str = "committee.test",
        directory: Path | None = None,
        rate_limits: bool = False,
        settings: Mapping[str, object] | None = None,
        outside: Outside | None = None,
    ) -> None:
        self.server_name = server_name
        self._kept = directory is not None
        self.directory = directory or Path(
            tempfile.mkdtemp(prefix="steward-homeserver-", dir=self.place)
        )
        self.log_path = self.directory / "synapse.log"
        self.port = 0
        self.federation_port = 0
        """Where other homeservers reach it, over TLS; 0 for one that speaks to none."""
        self._outside = outside
        self._rate_limits = rate_limits
        self._settings = dict(settings or {})
        self._secret = secrets.token_urlsafe(32)
        self._admin = ""
        self._process: Process | None = None

    @property
    def _database(self) -> Path:
        return self.directory / homeserver_settings.DATABASE

    @property
    def url(self) -> str:
        """The address for clients; the same for the server's whole life, restarts included."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id. Raises HomeserverError while the server does not run."""
        if self._process is None:
            raise HomeserverError("the homeserver is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop, and remove the data unless the directory was given."""
        await self.kill()
        if not self._kept:
            shutil.rmtree(self.directory, ignore_errors=True)

    async def start(self) -> None:
        """Start and wait until clients are answered; the port is chosen at the first start and then kept."""
        first = self.port == 0
        for _ in range(_PORT_ATTEMPTS):
            if first:
                self.port = _free_port()
                self.federation_port = 0 if self._outside is None else _free_port()
                self._write_configuration()
                homeserver_template.copy_to(self._database)
            self._launch()
            try:
                await self.wait_ready()
            except HomeserverError:
                await self.kill()
                # Somebody else may have taken the port between our look and Synapse's.
                if first and "Address already in use" in self._log_end():
                    continue
                raise
            if first:
                homeserver_template.keep(self._database)
            return
        raise HomeserverError(f"no free port after {_PORT_ATTEMPTS} attempts")

    async def stop(self) -> None:
        """End the process as an admin would, with SIGTERM."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End the process as a power cut would, with SIGKILL."""
        await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Stop and start again on the same data and port."""
        await self.stop()
        await self.start()

    async def wait_ready(self, seconds: float = _START_SECONDS) -> None:
        """Wait until clients are answered. Raises HomeserverError if Synapse ends or takes too long."""
        deadline = asyncio.get_running_loop().time() + seconds
        timeout = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while asyncio.get_running_loop().time() < deadline:
                if not self.running:
                    raise HomeserverError(f"Synapse ended while starting:\n{self._log_end()}")
                try:
                    async with session.get(f"{self.url}/_matrix/client/versions") as answer:
                        if answer.ok:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.05)
        raise HomeserverError(f"Synapse did not answer in {seconds:.0f} s:\n{self._log_end()}")

    async def register(self, user: str, password: str, *, admin: bool = False) -> str:
        """Create an account without a device, and return its full user id."""
        endpoint = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as session:
            async with session.get(endpoint) as answer:
                nonce = str((await answer.json())["nonce"])
            role = "admin" if admin else "notadmin"
            text = f"{nonce}\0{user}\0{password}\0{role}"
            mac = hmac.new(self._secret.encode(), text.encode(), hashlib.sha1).hexdigest()
            body = {
                "nonce": nonce,
                "username": user,
                "password": password,
                "admin": admin,
                "mac": mac,
                "inhibit_login": True,
            }
            async with session.post(endpoint, json=body) as answer:
                content = await answer.json()
                if not answer.ok:
                    raise HomeserverError(f"cannot register {user}: {content}")
        return str(content["user_id"])

    async def speak_again(self, other: str) -> None:
        """Try a homeserver again at once that was away, and send what waits for it.

        Else this one leaves the other alone for minutes or hours, and longer each time.
        """
        path = f"/federation/destinations/{quote(other, safe='')}/reset_connection"
        async with MatrixApi(self.url) as admin:
            admin.token = await self.admin_token()
            try:
                await admin.call("POST", f"/_synapse/admin/v1{path}", {})
            except ApiError as refusal:
                # They have never spoken, or nothing was missed meanwhile.
                if refusal.status not in {400, 404}:
                    raise

    async def admin_token(self) -> str:
        """Return the access token of an account that may use Synapse's admin API, made when first asked for."""
        if not self._admin:
            async with MatrixApi(self.url) as api:
                user = await self.register("admin", self._secret, admin=True)
                await api.login(user, self._secret, "admin")
                self._admin = api.token
        return self._admin

    def _launch(self) -> None:
        configuration = str(self.directory / "homeserver.yaml")
        line = [sys.executable, "-m", "synapse.app.homeserver", "-c", configuration]
        self._process = self.starts(line, os.environ, self.directory / "output.log")

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        try:
            await asyncio.to_thread(process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
        self._process = None

    def _log_end(self) -> str:
        logs = (self.directory / "output.log", self.log_path)
        return "\n".join(p.read_text(errors="replace")[-3000:] for p in logs if p.exists())

    def _write_configuration(self) -> None:
        log = {
            "version": 1,
            "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
            "handlers": {
                "file": {
                    "class": "logging.FileHandler",
                    "filename": str(self.log_path),
                    "formatter": "plain",
                }
            },
            "root": {"level": "WARNING", "handlers": ["file"]},
            "disable_existing_loggers": False,
        }
        # JSON is YAML, and Synapse reads YAML.
        _write(self.directory / "log.yaml", log)
        _write(self.directory / "homeserver.yaml", self._configuration() | self._settings)

    def _configuration(self) -> dict[str, object]:
        alone = homeserver_settings.alone(self.directory, self.server_name, self.port, self._secret)
        others = (
            {}
            if self._outside is None
            else homeserver_settings.with_others(self._outside, self.port, self.federation_port)
        )
        return alone | others | ({} if self._rate_limits else homeserver_settings.unlimited())


def _write(path: Path, content: object) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=1))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
