"""Declarations as JSON, and read from it (``shapes.py``): key slots, backups' headers, pictures, figures."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from storage.core.shapes import TEXT, Exactly, Read, Shapes, Unfit, from_text, real


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise Unfit("must have a zone")
    return at


def _hex(text: str) -> bytes:
    content = bytes.fromhex(text)
    if content.hex() != text:
        # Capitals and spaces mean the same, but we never write them: something has changed it.
        raise Unfit("must be hex as we write it")
    return content


DAY: Final = from_text("a day", date.fromisoformat)
_JSON: Final[Mapping[object, Read]] = {
    int: Exactly("a whole number", int),
    str: TEXT,
    bool: Exactly("true or false", bool),
    float: real,
    bytes: from_text("bytes in hex", _hex),
    date: DAY,
    datetime: from_text("a time with its zone", _moment),
}
JSON: Final = Shapes(_JSON, closed=False)
"""What ``plain`` makes, read again; keys that no field is called by are left out."""
CLOSED_JSON: Final = Shapes(_JSON, closed=True)
"""The same, where a key too many means that something changed it."""


def plain(value: Any) -> Any:
    """A declaration's value as JSON has it: tables, lists, bytes in hex, times in UTC."""
    match value:
        case Mapping():
            made: Any = {plain(name): plain(each) for name, each in value.items()}
        case list() | tuple() | frozenset():
            made = [plain(each) for each in value]
        case Enum():
            made = value.value
        case bytes():
            made = value.hex()
        case date():
            made = value.isoformat().replace("+00:00", "Z")
        case _ if is_dataclass(value):
            made = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            made = value
    return made
