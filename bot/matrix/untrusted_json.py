"""JSON as the homeserver passes it on: other people wrote most of it, and one may mean harm.

What one event contains must not make the whole answer unreadable, or the bot would ask for the
same answer for ever.
"""

import json
import re
from typing import Any

DEEPEST = 64
"""Levels of nesting that are read; what lies deeper becomes null. Ours are below ten."""

LONGEST_NUMBER = 30
"""Digits of a whole number that are read; canonical JSON ends at sixteen."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)


def parse(raw: bytes | str) -> Any:
    """Parse JSON; ValueError only where the text is no JSON at all.

    Half characters become the replacement character, since no database takes them.
    """
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    if "\\ud" in text or "\\uD" in text:
        text = _ESCAPE.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError):
        # A number too long or nesting too deep for the decoder: rare, so the slow way is here.
        return json.loads(_shallow(text), parse_int=_integer)


def _shallow(text: str) -> str:
    """The text, with whatever is nested too deeply replaced by null."""
    kept: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in {"[", "{"}:
            depth += 1
            if depth == DEEPEST + 1:
                kept += [text[start : token.start()], "null"]
        elif mark in {"]", "}"}:
            depth -= 1
            if depth == DEEPEST:
                start = token.end()
    return "".join([*kept, text[start:]]) if kept else text


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= LONGEST_NUMBER else 0
