"""Replies as Matrix messages: plain text and HTML from one source, every value escaped."""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any

from bot.matrix import native_polls
from commands.framework.reply import Block, Code, Items, Line, OpenPoll, Part, Reply, Strong
from storage.core.lazy_dataclass import dataclass

LARGEST = 32_000
"""Bytes of one message as it is encrypted, plain and HTML; a longer reply goes out as several.

Events end at 64 KiB, and encryption adds a third. Emoji and markup weigh up to twelve bytes.
"""

HEAVIEST = 24
"""Bytes of one character at most, plain and HTML together: emoji and escaped quotation marks."""

MARKUP = 64
"""Bytes at most of what stands around a block, a line or a part of one."""

LONGEST_LINE = 2_000
"""Characters of one line, which is never cut in two."""

_WORD_JOINER = "\u2060"
_PING = re.compile(r"@(?=room\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part(Items):
    """As much of a list as fits; its numbers go on where the part before ended."""

    start: int = 1


def clean(text: str) -> str:
    """Text that can neither ping a room nor bend what is written around it.

    Control and bidirectional formatting characters go; ``@room`` gets an invisible joint, since
    older push rules look for it in the body.
    """
    text = text.replace("\r\n", "\n")
    # Printable are fewer characters than are kept, and almost every text has no others.
    if not text.replace("\n", "").isprintable():
        text = "".join(filter(_is_kept, text))
    return _PING.sub("@" + _WORD_JOINER, text)


def _is_kept(character: str) -> bool:
    # Joiners hold emoji and some scripts together.
    return character in "\n\u200d\u200c" or unicodedata.category(character) not in {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Zl",
        "Zp",
    }


def render(reply: Reply) -> list[dict[str, Any]]:
    """The contents of the ``m.room.message`` events with a reply's words, in order.

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


def open_poll(poll: OpenPoll) -> dict[str, Any]:
    """The content of a poll that apps show and count."""
    answers = [(f"{at:02}", clean(words)) for at, words in enumerate(poll.answers, 1)]
    question = clean(poll.question)
    listed = "\n".join(f"{at}. {words}" for at, (_id, words) in enumerate(answers, 1))
    return native_polls.start(question, answers, disclosed=True, fallback=f"{question}\n{listed}")


def _portions(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    said = [block for block in blocks if not isinstance(block, Items) or block.lines]
    if said and _fits_surely(said):
        yield said
        return
    portion: list[Block] = []
    size = 0
    for block in chain.from_iterable(map(_small, blocks)):
        weight = _weight(block)
        if portion and size + weight > LARGEST:
            yield portion
            portion, size = [], 0
        portion.append(block)
        size += weight
    if portion:
        yield portion


def _fits_surely(blocks: Sequence[Block]) -> bool:
    """Whether a reply is so short that it is one message however much its characters weigh, as nearly all are."""
    lines = [
        line for block in blocks for line in (block.lines if isinstance(block, Items) else (block,))
    ]
    parts = [part for line in lines for part in line]
    letters = sum(len(_words(part)) for part in parts)
    return letters * HEAVIEST + (len(parts) + len(lines) + len(blocks)) * MARKUP <= LARGEST


def _small(block: Block) -> Iterator[Block]:
    """A block, cut where even alone it would be too large for one message."""
    if not isinstance(block, Items):
        yield _short(block)
        return
    rest = [_short(line) for line in block.lines]
    start = 1
    while rest:
        size, fitting = 0, 0
        for line in rest:
            size += _weight(Items((line,), block.numbered))
            if fitting and size > LARGEST:
                break
            fitting += 1
        yield _Part(tuple(rest[:fitting]), block.numbered, start)
        start += fitting
        rest = rest[fitting:]


def _short(line: Line) -> Line:
    if len(_text(line)) <= LONGEST_LINE and _weight(line) <= LARGEST:
        return line
    text = _text(line)[: LONGEST_LINE - 1]
    while _weight((text + "…",)) > LARGEST:
        text = text[: len(text) // 2]
    return (text + "…",)


def _weight(block: Block) -> int:
    """Bytes of a block in an event, where everything beyond ASCII is escaped."""
    return len(json.dumps([_plain(block), _rich(block)]))


def _text(line: Line) -> str:
    return clean("".join(_words(part) for part in line))


def _words(part: Part) -> str:
    if isinstance(part, Code):
        return part.shown
    return part.text if isinstance(part, Strong) else part


def _plain(block: Block) -> str:
    if not isinstance(block, Items):
        return _text(block)
    start = block.start if isinstance(block, _Part) else 1
    marks = (f"{number}. " if block.numbered else "• " for number in count(start))
    return "\n".join(mark + _text(line) for mark, line in zip(marks, block.lines, strict=False))


def _rich(block: Block) -> str:
    if not isinstance(block, Items):
        return f"<p>{_html(block)}</p>"
    tag = "ol" if block.numbered else "ul"
    start = f' start="{block.start}"' if isinstance(block, _Part) and block.start > 1 else ""
    opening = f"<{tag}{start if block.numbered else ''}>"
    return opening + "".join(f"<li>{_html(line)}</li>" for line in block.lines) + f"</{tag}>"


def _html(line: Line) -> str:
    return "".join(_styled(part) for part in line)


def _styled(part: Part) -> str:
    if isinstance(part, Code):
        return f"<code>{_escaped(part.shown)}</code>"
    if isinstance(part, Strong):
        return f"<strong>{_escaped(part.text)}</strong>"
    return _escaped(part)


def _escaped(text: str) -> str:
    return html.escape(clean(text)).replace("\n", "<br>")
