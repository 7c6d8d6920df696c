"""Each file is read in a copy of a template: it knows that file alone, and nothing outlives its use."""

import asyncio
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest

from bot.files import parser, parser_process
from bot.files.parser import SURROUNDINGS, FileParser
from commands.imports.gathering import Gathering
from commands.imports.list_contents import ListContents
from commands.imports.read.tables import NotAList, Unreadable
from commands.imports.upload import AttachedFile
from tests.support.file_house import until

LIST = b"Name,Area\nSam Okafor,QA\n"
LOOKING = """
import json, os, resource
import bot.files.parser_process as p

def looking(talk):
    def is_open(number):
        try:
            os.fstat(number)
        except OSError:
            return False
        return True

    said = {
        "seen before": getattr(p, "seen", None),
        "open": [n for n in range(64) if is_open(n)],
        "own": talk.fileno(),
        "memory": resource.getrlimit(resource.RLIMIT_AS),
        "files": resource.getrlimit(resource.RLIMIT_FSIZE),
        "surroundings": sorted(os.environ),
        "nice": os.nice(0),
    }
    p.seen = True
    talk.sendall(json.dumps(said).encode())
    return 0

p.read = looking
p.main()
"""


async def _staged(_sheets: list[tuple[int, int, str]]) -> None:
    return


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def never(size: int) -> AsyncIterator[bytes]:
    yield b"N" * (size - 1)
    await asyncio.sleep(3600)


async def found(reader: FileParser, content: bytes = LIST) -> Any:
    gathering = Gathering("$file")
    await reader.read(_whole(content), len(content), gathering, _staged)
    return AttachedFile.of("staff.csv", gathering).found


def two_copies() -> list[dict[str, Any]]:
    """What two copies see, one after the other."""
    told = []
    orders, theirs = socket.socketpair()
    with orders, theirs:
        template = subprocess.Popen(  # noqa: S603 (this interpreter)
            [sys.executable, "-s", "-P", "-c", LOOKING],
            stdin=theirs.fileno(),
            env=SURROUNDINGS,
            cwd="/",
        )
        for _file in range(2):
            ours, its = socket.socketpair()
            with ours, its:
                socket.send_fds(orders, [b"."], [its.fileno()])
                its.close()
                with ours.makefile("rb") as said:
                    told.append(json.loads(said.read()))
            assert orders.recv(1) == parser_process.FREE
    assert template.wait(20) == 0
    return told


def test_a_copy_knows_its_own_file_alone() -> None:
    for told in two_copies():
        assert told["seen before"] is None
        # Besides its file: what is written, and said of errors, goes nowhere in the bot.
        assert set(told["open"]) == {1, 2, told["own"]}
        assert told["memory"] == [parser_process.MEMORY] * 2
        assert told["files"] == [0, 0]
        assert told["nice"] == min(19, os.nice(0) + 19)
        assert set(told["surroundings"]) <= {*SURROUNDINGS, "LC_CTYPE"}


def test_limits_are_those_of_copies() -> None:
    """The control: whoever starts the template has none of them."""
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != parser_process.MEMORY


async def test_one_template_reads_many_files() -> None:
    reader = FileParser()
    assert isinstance(await found(reader), ListContents)
    template = reader._template
    assert isinstance(await found(reader), ListContents)
    assert reader._template is template
    await reader.close()


async def test_a_template_that_was_killed_is_followed_by_another() -> None:
    reader = FileParser()
    await found(reader)
    assert reader._template is not None
    reader._template.send_signal(signal.SIGKILL)
    await reader._template.wait()
    assert isinstance(await found(reader), ListContents)
    await reader.close()


async def test_a_file_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = FileParser()
    monkeypatch.setattr(parser, "SECONDS", 0.5)
    gathering = Gathering("$file")
    await reader.read(never(99), 99, gathering, _staged)
    assert gathering.odd == NotAList(Unreadable.TOO_LARGE)
    monkeypatch.undo()
    assert isinstance(await found(reader), ListContents)
    await reader.close()


async def test_a_file_whose_process_ends_before_all_was_read_is_too_large() -> None:
    """It is not the connection's fault, after which a file is fetched again, and again."""
    reader, sent = FileParser(), asyncio.Event()
    await found(reader)
    assert reader._template is not None
    template = psutil.Process(reader._template.pid)

    async def much() -> AsyncIterator[bytes]:
        await until(lambda: bool(template.children()))
        template.children()[0].suspend()
        yield b"N" * 50_000
        sent.set()
        yield b"N" * 4_000_000

    gathering = Gathering("$file")
    reading = asyncio.create_task(reader.read(much(), 4_050_000, gathering, _staged))
    await sent.wait()
    template.children()[0].kill()
    await reading
    assert gathering.odd == NotAList(Unreadable.TOO_LARGE)
    assert isinstance(await found(reader), ListContents)
    await reader.close()


async def test_a_reading_that_is_cut_off_leaves_no_process() -> None:
    reader = FileParser()
    await found(reader)
    assert reader._template is not None
    template = psutil.Process(reader._template.pid)
    reading = asyncio.create_task(reader.read(never(99), 99, Gathering("$file"), _staged))
    await until(lambda: bool(template.children()))
    processes = [template, *template.children()]
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    _gone, alive = psutil.wait_procs(processes, timeout=20)
    assert alive == []


@pytest.mark.parametrize("said", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_of_the_whole_service_is_for_the_bot_to_answer(said: signal.Signals) -> None:
    """Its sender was told that a file is too large, when systemd had ended who read it."""
    reader, go_on = FileParser(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield LIST[:9]
        await go_on.wait()
        yield LIST[9:]

    await found(reader)
    assert reader._template is not None
    template = psutil.Process(reader._template.pid)
    gathering = Gathering("$file")
    reading = asyncio.create_task(reader.read(slowly(), len(LIST), gathering, _staged))
    await until(lambda: bool(template.children()))
    for each in (*template.children(), template):
        each.send_signal(said)
    go_on.set()
    await reading
    assert isinstance(AttachedFile.of("staff.csv", gathering).found, ListContents)
    await reader.close()


async def test_the_template_leaves_when_no_file_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "IDLE", 0.01)
    reader = FileParser()
    assert isinstance(await found(reader), ListContents)
    template = reader._template
    assert template is not None
    async with asyncio.timeout(20):
        assert await template.wait() == 0
    assert isinstance(await found(reader), ListContents)
    await reader.close()
