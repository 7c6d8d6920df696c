"""Thunderbird without a screen, told what to do over its Marionette port."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60
"""Seconds in which it has to be there."""


class Thunderbird:
    """One session; frames are ``LENGTH:JSON``, commands ``[0, id, name, parameters]``."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")
        self._count = 0
        self._read()

    def _read(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            if not byte:
                raise ConnectionError("Thunderbird has gone")
            length += byte
        return json.loads(self._stream.read(int(length)))

    def command(self, name: str, **parameters: object) -> Any:
        self._count += 1
        frame = json.dumps([0, self._count, name, parameters]).encode()
        self._stream.write(b"%d:%s" % (len(frame), frame))
        self._stream.flush()
        _kind, _number, error, result = self._read()
        if error is not None:
            raise RuntimeError(f"{error['error']}: {error['message']}")
        return result

    def run(self, script: str, arguments: Sequence[str]) -> Any:
        found = self.command("WebDriver:ExecuteAsyncScript", script=script, args=list(arguments))
        return found["value"]


@contextmanager
def thunderbird(program: str, home: Path) -> Iterator[Thunderbird]:
    """A session with the rights of the program itself, on an empty profile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile = home / "profile"
    profile.mkdir()
    wanted = {"marionette.port": port, "mail.provider.suppress_dialog_on_startup": True}
    rows = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in wanted.items()]
    (profile / "user.js").write_text("\n".join(rows))
    words = [program, "--headless", "--marionette", "-remote-allow-system-access", "--no-remote"]
    running = subprocess.Popen(  # noqa: S603 (our own words)
        [*words, "--profile", str(profile)],
        env=os.environ | {"HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with _connected(port) as connection:
            session = Thunderbird(connection)
            session.command("WebDriver:NewSession")
            session.command("Marionette:SetContext", value="chrome")
            yield session
    finally:
        running.terminate()
        running.wait(PATIENCE)


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
