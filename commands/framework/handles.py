"""Handles of contacts: as they are typed, and in the words of an answer. Pure."""

import re
from collections.abc import Iterator

from commands.framework.reply import Block, Items, Line, Reply
from storage.core.lazy_pattern import lazy_pattern

HANDLE = lazy_pattern(r"\bM-(\d{1,9})\b")
"""A handle as the bot writes it."""
_TYPED = lazy_pattern(r"m\s?[-–—−_]?\s?(\d{1,9})|[-–—−#](\d{1,9})", re.IGNORECASE | re.ASCII)
_EACH = lazy_pattern(r"\bm[-–—−]\d+", re.IGNORECASE)
_WITHIN = lazy_pattern(r"\bm[-–—−]\d", re.IGNORECASE)


def typed_handle(words: str) -> int | None:
    """The number of the handle that somebody typed, ``M-41``, ``m 41`` or ``#41``; None for other words."""
    match = _TYPED.fullmatch(words)
    return None if match is None else int(match[1] or match[2])


def holds_a_handle(words: str) -> bool:
    """Whether a handle stands among other words."""
    return _WITHIN.search(words) is not None


def without_handles(words: str, instead: str) -> str:
    """Return words with something else in the place of each handle that stands among them."""
    return _EACH.sub(instead.replace("\\", r"\\"), words)


def looks_like_a_handle(words: str) -> bool:
    """Whether a name would later be read as a handle."""
    return typed_handle(words) is not None or words.isdecimal()


def handles(reply: Reply) -> set[int]:
    """The numbers of the contacts that an answer names, in its words or in its picture.

    No command has to say besides whom its answer names.
    """
    said = "\n".join(_texts(reply.blocks))
    drawn = "" if reply.picture is None else repr(reply.picture)
    return {int(number) for number in HANDLE.findall(f"{said}\n{drawn}")}


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        lines: tuple[Line, ...] = block.lines if isinstance(block, Items) else (block,)
        for row in lines:
            yield "".join(part if isinstance(part, str) else part.text for part in row)
