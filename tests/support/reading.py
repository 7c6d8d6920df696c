"""Files read as the bot reads them: in a process of their own."""

import asyncio
import json
from collections.abc import AsyncIterator

from bot.files import parser
from commands.imports.upload import AttachedFile, Gathering, ListContents

Staged = list[tuple[int, int, str]]


async def in_parts(content: bytes, size: int = 64 << 10) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def told(content: bytes) -> tuple[Gathering, Staged]:
    """What is told of a file, and the rows that were staged."""
    gathering, staged = Gathering("$file"), []

    async def stage(sheets: Staged) -> None:
        staged.extend(sheets)

    await parser.read(in_parts(content), len(content), gathering, stage)
    return gathering, staged


def read(content: bytes, name: str = "staff.csv") -> AttachedFile:
    """A file as a command finds it."""
    gathering, _staged = asyncio.run(told(content))
    return AttachedFile.of(name, gathering)


def rows(upload: AttachedFile, sheet: int = 0) -> list[tuple[int, tuple[str, ...]]]:
    """Line and cells of each row of a list in it."""
    assert isinstance(upload.found, ListContents), upload.found
    contents = (upload.found, *upload.others)[sheet]
    return [
        (line, tuple(cells))
        for each in contents.sheets
        for line, cells, _surplus in json.loads(each)
    ]
