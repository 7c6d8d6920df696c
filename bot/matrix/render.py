"""Replies as Matrix messages: plain text and HTML from one source, every value escaped."""

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import Any

from commands.framework.reply import Block, Code, Items, Line, Paragraph, Part, Reply, Strong

LONGEST_BODY = 8_000
"""Characters of one message; a longer reply goes out as several (events end at 64 KiB)."""

_WORD_JOINER = "\u2060"
_PING = re.compile(r"@(?=room\b)", re.IGNORECASE)


def clean(text: str) -> str:
    """Text that can neither ping a room nor bend what is written around it.

    Control and bidirectional formatting characters go; ``@room`` gets an invisible joint, since
    older push rules look for it in the body.
    """
    kept = (
        character
        for character in text.replace("\r\n", "\n")
        if character == "\n"
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
        # Joiners hold emoji and some scripts together.
        or character in "\u200d\u200c"
    )
    return _PING.sub("@" + _WORD_JOINER, "".join(kept))


def render(reply: Reply) -> list[dict[str, Any]]:
    """The contents of the ``m.room.message`` events that say this, in order.

    ``m.notice``, so that other bots do not answer; ``m.mentions`` empty unless the reply means to
    ping. No tables: Element X drops them.
    """
    return [
        {
            "msgtype": "m.notice",
            "body": "\n".join(_plain(block) for block in blocks),
            "format": "org.matrix.custom.html",
            "formatted_body": "".join(_rich(block) for block in blocks),
            "m.mentions": {"user_ids": list(reply.mentions)} if reply.mentions else {},
        }
        for blocks in _portions(reply.blocks)
    ]


def _portions(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    portion: list[Block] = []
    size = 0
    for block in chain.from_iterable(map(_small, blocks)):
        length = len(_plain(block))
        if portion and size + length > LONGEST_BODY:
            yield portion
            portion, size = [], 0
        portion.append(block)
        size += length
    if portion:
        yield portion


def _small(block: Block) -> Iterator[Block]:
    """A block, cut where even alone it would be too long for one message."""
    if isinstance(block, Paragraph):
        yield Paragraph(_short(block.line))
        return
    rest = [_short(line) for line in block.lines]
    while rest:
        size, count = 0, 0
        for line in rest:
            size += len(_text(line)) + 4
            if count and size > LONGEST_BODY:
                break
            count += 1
        yield Items(tuple(rest[:count]), block.numbered)
        rest = rest[count:]


def _short(line: Line) -> Line:
    if len(_text(line)) <= LONGEST_BODY:
        return line
    return (_text(line)[: LONGEST_BODY - 1] + "…",)


def _text(line: Line) -> str:
    return clean("".join(part if isinstance(part, str) else part.text for part in line))


def _plain(block: Block) -> str:
    if isinstance(block, Paragraph):
        return _text(block.line)
    marks = (f"{number}. " if block.numbered else "• " for number in range(1, len(block.lines) + 1))
    return "\n".join(mark + _text(line) for mark, line in zip(marks, block.lines, strict=True))


def _rich(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_html(block.line)}</p>"
    tag = "ol" if block.numbered else "ul"
    return f"<{tag}>" + "".join(f"<li>{_html(line)}</li>" for line in block.lines) + f"</{tag}>"


def _html(line: Line) -> str:
    return "".join(_styled(part) for part in line)


def _styled(part: Part) -> str:
    if isinstance(part, Code):
        return f"<code>{_escaped(part.text)}</code>"
    if isinstance(part, Strong):
        return f"<strong>{_escaped(part.text)}</strong>"
    return _escaped(part)


def _escaped(text: str) -> str:
    return html.escape(clean(text)).replace("\n", "<br>")
