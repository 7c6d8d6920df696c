"""The control socket: private, answers one line, survives bad questions and killed processes."""

import asyncio
import json
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.process import control
from bot.process.control import AlreadyServed, ControlServer, NoAnswer, NotRunning


async def echo(request: dict[str, Any]) -> dict[str, Any]:
    if request["verb"] == "break":
        raise ValueError("canary")
    return {"heard": request["verb"]}


async def ask(path: Path, verb: object, seconds: float = 5.0) -> dict[str, Any]:
    return await asyncio.to_thread(control.ask, path, {"verb": verb}, timeout_seconds=seconds)


@pytest.fixture
def short() -> Iterator[Path]:
    """A directory whose name leaves room for a socket's, wherever pytest keeps its own."""
    with tempfile.TemporaryDirectory(prefix="s-") as directory:
        yield Path(directory)


def exchange(path: Path, line: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(path))
        connection.sendall(line)
        with connection.makefile("rb") as lines:
            return lines.readline()


async def test_a_question_is_answered_and_the_socket_is_private(short: Path) -> None:
    path = short / "control.sock"
    server = ControlServer(path, echo)
    await server.start()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await ask(path, "status") == {"heard": "status"}
    await server.close()
    assert list(short.iterdir()) == []
    with pytest.raises(NotRunning):
        await ask(path, "status")


async def test_bad_questions_do_not_end_it(short: Path) -> None:
    path = short / "control.sock"
    server = ControlServer(path, echo)
    await server.start()
    for line in (b"\n", b"[]\n", b'{"verb": 3}\n', b"\xff\n", b"[" * 20_000 + b"\n"):
        assert "error" in json.loads(await asyncio.to_thread(exchange, path, line))
    with pytest.raises(NoAnswer):
        await ask(path, "break")
    assert await asyncio.to_thread(exchange, path, b"x" * 200_000 + b"\n") == b""
    assert await ask(path, "status") == {"heard": "status"}
    await server.close()


async def test_a_failing_answer_gives_an_id_and_no_words(short: Path) -> None:
    path = short / "control.sock"
    server = ControlServer(path, echo)
    await server.start()
    line = await asyncio.to_thread(exchange, path, b'{"verb": "break"}\n')
    assert json.loads(line)["error"].startswith("E-")
    assert b"canary" not in line
    await server.close()


async def test_a_slow_answer_is_not_waited_for_and_does_not_hold_up_the_end(short: Path) -> None:
    path = short / "control.sock"
    asked = asyncio.Event()

    async def hang(request: dict[str, Any]) -> dict[str, Any]:
        if request["verb"] == "again":
            asked.set()
        await asyncio.Event().wait()
        return {}

    server = ControlServer(path, hang)
    await server.start()
    with pytest.raises(NoAnswer):
        await ask(path, "hang", seconds=0.2)
    hanging = asyncio.create_task(ask(path, "again", seconds=120))
    await asked.wait()
    await server.close()
    with pytest.raises(NoAnswer):
        await hanging


async def test_a_socket_left_by_a_killed_process_is_replaced(short: Path) -> None:
    path = short / "control.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with pytest.raises(NotRunning):
        await ask(path, "status")
    server = ControlServer(path, echo)
    await server.start()
    assert await ask(path, "status") == {"heard": "status"}
    await server.close()


async def test_a_second_server_does_not_take_over(short: Path) -> None:
    path = short / "control.sock"
    first, second = ControlServer(path, echo), ControlServer(path, echo)
    await first.start()
    with pytest.raises(AlreadyServed):
        await second.start()
    await second.close()
    assert await ask(path, "status") == {"heard": "status"}
    await first.close()


async def test_a_path_too_long_for_a_socket_is_recorded(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = short / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    deep = short / ("d" * 120)
    deep.mkdir()
    path = deep / "control.sock"
    server = ControlServer(path, echo)
    await server.start()
    (pointer,) = deep.iterdir()
    assert stat.S_IMODE(pointer.stat().st_mode) == 0o600
    (private,) = runtime.iterdir()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert await ask(path, "status") == {"heard": "status"}
    await server.close()
    assert list(deep.iterdir()) == []
    assert list(runtime.iterdir()) == []


async def test_a_recorded_directory_that_is_gone_means_not_running(short: Path) -> None:
    (short / "control.where").write_text(str(short / "gone" / "control.sock"), "utf-8")
    with pytest.raises(NotRunning):
        await ask(short / "control.sock", "status")
    server = ControlServer(short / "control.sock", echo)
    await server.start()
    assert await ask(short / "control.sock", "status") == {"heard": "status"}
    await server.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file another user's")
async def test_somebody_elses_socket_is_not_asked(short: Path) -> None:
    path = short / "control.sock"
    server = ControlServer(path, echo)
    await server.start()
    os.chown(path, 12345, 12345)
    with pytest.raises(NotRunning):
        await ask(path, "status")
    await server.close()


async def test_work_may_take_longer_than_a_conversation(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = control._PATIENCE

    async def slowly(request: dict[str, Any]) -> dict[str, Any]:
        # Shorter while the work lasts, and not while this machine sends and takes the words.
        monkeypatch.setattr(control, "_PATIENCE", 0.05)
        await asyncio.sleep(0.2)
        monkeypatch.setattr(control, "_PATIENCE", patience)
        return {"heard": request["verb"]}

    server = ControlServer(short / "control.sock", slowly)
    await server.start()
    request = {"verb": "backup"}
    answer = await asyncio.to_thread(
        control.ask, short / "control.sock", request, timeout_seconds=30
    )
    assert answer == {"heard": "backup"}
    await server.close()
