"""Whom an answer names: the handles in its words, so that no command has to say it besides."""

import re
from collections.abc import Iterator

from commands.framework.reply import Block, Items, Line, Reply

HANDLE = re.compile(r"\bM-(\d{1,9})\b")


def handles(reply: Reply) -> set[int]:
    """The numbers of the contacts that an answer names, in its words or in its picture."""
    said = "\n".join(_texts(reply.blocks))
    drawn = "" if reply.picture is None else repr(reply.picture)
    return {int(number) for number in HANDLE.findall(f"{said}\n{drawn}")}


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        lines: tuple[Line, ...] = block.lines if isinstance(block, Items) else (block.line,)
        for row in lines:
            yield "".join(part if isinstance(part, str) else part.text for part in row)
