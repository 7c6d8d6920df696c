"""Reading files as the bot does: in a process of their own."""

import asyncio
import json
from collections.abc import AsyncIterator

from bot.files.parser import FileParser
from commands.imports.gathering import Gathering
from commands.imports.list_contents import ListContents
from commands.imports.upload import AttachedFile

Staged = list[tuple[int, int, str]]


async def in_parts(content: bytes, size: int = 64 << 10) -> AsyncIterator[bytes]:
    """Yield the content in parts of ``size`` bytes."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def told(content: bytes) -> tuple[Gathering, Staged]:
    """Read a file; returns what was found, and the rows that were staged."""
    gathering, staged = Gathering("$file"), []

    async def stage(sheets: Staged) -> None:
        staged.extend(sheets)

    parser = FileParser()
    try:
        await parser.read(in_parts(content), len(content), gathering, stage)
    finally:
        await parser.close()
    return gathering, staged


def read(content: bytes, name: str = "staff.csv") -> AttachedFile:
    """Read a file; returns what a command is given."""
    gathering, _staged = asyncio.run(told(content))
    return AttachedFile.of(name, gathering)


def rows(upload: AttachedFile, sheet: int = 0) -> list[tuple[int, tuple[str, ...]]]:
    """Return line and cells of each row of one list in a file."""
    assert isinstance(upload.found, ListContents), upload.found
    contents = (upload.found, *upload.others)[sheet]
    return [
        (line, tuple(cells))
        for each in contents.sheets
        for line, cells, _surplus in json.loads(each)
    ]
