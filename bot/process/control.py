"""Lets ``steward status`` and ``doctor`` ask the running process, over a private unix socket.

One line of JSON each way per connection. Who may connect is decided by the file system: the
socket is 0600 in a directory 0700.
"""

import asyncio
import contextlib
import json
import os
import socket
import stat
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, NotRequired, Self, TypedDict

from bot.logging import logs

Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

_LONGEST_PATH: Final = 107 if sys.platform == "linux" else 103
"""Bytes of an AF_UNIX path, without its final zero."""
_LONGEST_LINE: Final = 64 * 1024
_PATIENCE: Final = 5.0
LONGEST_WORK: Final = 600.0
"""Seconds that an answer may take whose verb is work, such as a backup."""

_log = logs.get("bot.process.control")


class StatusAnswer(TypedDict):
    """What the verb ``status`` answers."""

    ready: bool
    version: str
    uptime_seconds: float
    last_sync_seconds: float | None
    """Age of the last good sync; None before the first."""
    rooms: int
    queue: int
    """Replies written but not yet delivered."""
    dead_letters: NotRequired[int | None]
    """What could not be handled or delivered; None when the storage could not be asked."""
    disk_low: NotRequired[bool]
    """Whether nothing new is taken for want of room."""
    held: NotRequired[dict[str, int]]
    """How often a command kept others waiting by computing for long, by its name, since the start."""
    open_polls: NotRequired[int]
    """How many secret polls are open: their votes are lost where the bot is stopped, not restarted."""
    open_until: NotRequired[float | None]
    """When the last of them ends, Unix time; None where there is none."""
    passphrase_from: NotRequired[str]
    """Where this process had its passphrase from, as a value of ``bot.keys.passphrase.Source``."""

    homeserver: NotRequired[dict[str, Any]]
    """``outage`` (``kind`` and ``seconds``, None while it answers) and ``limited`` (``times``, ``seconds``)."""


class NotRunning(Exception):
    """Raised when no process answers on the data directory's socket."""


class NoAnswer(Exception):
    """Raised when a process listens on the socket but gives no usable answer in time."""


class AlreadyServed(Exception):
    """Raised when another process answers on the socket already."""


class ControlServer:
    """Answers requests on the socket from ``start`` to ``close``."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._bound: Path | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Bind the socket, replacing one that a killed process left. Raises AlreadyServed."""
        earlier = _recorded(self._path)
        if earlier is not None and _listening(earlier):
            raise AlreadyServed
        _forget(self._path, earlier or self._path)
        bound = self._path
        if len(os.fsencode(bound)) > _LONGEST_PATH:
            bound = _runtime_directory() / self._path.name
            _note(_pointer(self._path), bound)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # The mode is set between bind and listen: nobody can have connected yet.
            listener.bind(str(bound))
            bound.chmod(0o600)
            self._bound = bound
            self._server = await asyncio.start_unix_server(
                self._serve, sock=listener, limit=_LONGEST_LINE
            )
        except BaseException:
            listener.close()
            raise

    async def close(self) -> None:
        """Stop answering and remove the socket."""
        if self._server is not None:
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None
        if self._bound is not None:
            _forget(self._path, self._bound)
            self._bound = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            async with asyncio.timeout(_PATIENCE):
                request = await reader.readline()
            async with asyncio.timeout(LONGEST_WORK):
                reply = await self._reply(request)
            async with asyncio.timeout(_PATIENCE):
                writer.write(json.dumps(reply).encode() + b"\n")
                await writer.drain()
        except (TimeoutError, ValueError, ConnectionError):
            # Too slow, too long a line, or gone: there is nobody to tell.
            _log.debug("dropped")
        except asyncio.CancelledError:
            # Only close() cancels, and it waits for us.
            _log.debug("closing")
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _reply(self, request: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(request)
        except (ValueError, RecursionError):
            return {"error": "not JSON"}
        if not isinstance(asked, dict) or not isinstance(asked.get("verb"), str):
            return {"error": "no verb"}
        try:
            return await self._answer(asked)
        except Exception as error:  # noqa: BLE001  (whatever it is, the asker gets its id)
            return {"error": _log.failure("answer", error)}


def ask(
    path: Path, request: dict[str, Any], *, timeout_seconds: float = _PATIENCE
) -> dict[str, Any]:
    """Ask the process that serves this data directory.

    Raises NotRunning or NoAnswer; PermissionError, with the path, where this user may not ask.
    """
    bound = _recorded(path)
    if bound is None:
        raise NotRunning
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout_seconds)
            connection.connect(str(bound))
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as lines:
                reply = json.loads(lines.readline(_LONGEST_LINE))
    except (FileNotFoundError, ConnectionRefusedError):
        raise NotRunning from None
    except PermissionError as error:
        error.filename = str(bound)
        raise
    except (OSError, ValueError):
        raise NoAnswer from None
    if not isinstance(reply, dict) or "error" in reply:
        raise NoAnswer
    return reply


# ------------------------------------------------------------------ where the socket is
def _pointer(path: Path) -> Path:
    """The file that says where the socket is when its own path would be too long."""
    return path.with_suffix(".where")


def _recorded(path: Path) -> Path | None:
    """The socket of this data directory, if there is one and its owner is the directory's."""
    try:
        found = Path(_pointer(path).read_text("utf-8").strip())
    except PermissionError:
        raise
    except (OSError, UnicodeDecodeError):
        found = path
    try:
        node = found.lstat()
        # A runtime directory may be cleaned up and made again by somebody else.
        trusted = stat.S_ISSOCK(node.st_mode) and node.st_uid == path.parent.stat().st_uid
    except PermissionError:
        raise
    except OSError:
        return None
    return found if trusted else None


def _listening(bound: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(bound))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
        return True


def _runtime_directory() -> Path:
    """A new directory of our own with a short name, 0700."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base is None or len(os.fsencode(base)) > _LONGEST_PATH // 2:
        base = "/tmp"  # noqa: S108  (mkdtemp makes an unguessable 0700 directory in it)
    return Path(tempfile.mkdtemp(prefix="steward-", dir=base))


def _note(pointer: Path, bound: Path) -> None:
    descriptor = os.open(pointer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{bound}\n")


def _forget(path: Path, bound: Path) -> None:
    bound.unlink(missing_ok=True)
    _pointer(path).unlink(missing_ok=True)
    if bound.parent != path.parent:
        with contextlib.suppress(OSError):
            bound.parent.rmdir()
