"""What bots say to each other: canonical JSON with bounds. Pure.

Canonical JSON is that of Matrix (specification, appendices): sorted keys, no spaces, UTF-8, whole numbers
within 2**53. Numbers that may be larger go as text.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, Final, TypeVar, cast

from commands.framework.quoting import imitates
from storage.core.as_json import JSON, plain
from storage.core.bounds import Length, Within
from storage.core.lazy_dataclass import dataclass
from storage.core.shapes import Misfit

T = TypeVar("T")

VERSION: Final = 1
"""What this release says, and the newest that it understands."""
LONGEST: Final = 16_384
"""Bytes of a message as canonical JSON; an event of Matrix has 65,536, encrypted and in base64."""
DEEPEST: Final = 8
"""Lists and tables within each other."""
LARGEST: Final = (1 << 53) - 1
"""The largest whole number of canonical JSON; larger ones go as text."""
UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of signs that nobody sees, or that steer others."""
JOINERS: Final = "\u200c\u200d"
"""Signs of these that emoji, Persian and Indic names need."""
_HALF_A_SIGN: Final = re.compile("[\ud800-\udfff]")
REF: Final = 32
"""Hexadecimal digits by which the bots of a coalition call it."""


class NotAMessage(ValueError):
    """A block is no message: too large, or of another form."""


def _ref(value: str) -> str:
    if len(value) != REF or not set(value) <= set("0123456789abcdef"):
        raise ValueError(f"must have {REF} hexadecimal digits")
    return value


@dataclass(frozen=True, slots=True)
class OneLine:
    """A bound of a text that people will read: one line that hides nothing and reads like no notice of ours.

    Honest bots refuse anything else when it is typed; another may say what it likes.
    """

    most: int
    """Letters."""

    def __call__(self, value: str) -> str:
        """Return the value, or raise ValueError."""
        if len(value) > self.most:
            raise ValueError(f"must have at most {self.most} characters")
        if any(unicodedata.category(sign) in UNSEEN and sign not in JOINERS for sign in value):
            raise ValueError("must have visible characters alone")
        if imitates(value):
            raise ValueError("must not read like a notice of the bot")
        return value


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands in a message of every version, those to come as well, so that each can be counted."""

    version: Annotated[int, Within(1, LARGEST)]
    coalition: Annotated[str, _ref]
    kind: Annotated[str, Length(40)]
    epoch: Annotated[int, Within(0, LARGEST)]
    """When the sender was last restored from a backup, Unix ms UTC; its counter then began anew. 0: never."""
    counter: Annotated[int, Within(1, LARGEST)]


@dataclass(frozen=True, slots=True)
class CoalitionMessage:
    """One message of a bot to the bots of its coalition; the first five as in its heading."""

    version: int
    coalition: str
    kind: str
    epoch: int
    counter: int
    body: Mapping[str, Any]
    """Empty where the version is newer: nothing of it is read."""

    @property
    def text(self) -> str:
        """The body as canonical JSON."""
        return canonical(self.body)

    @property
    def newer(self) -> bool:
        """Whether a newer bot said it than this release understands."""
        return self.version > VERSION


@dataclass(frozen=True, slots=True)
class _Content:
    """What a message of this version says."""

    body: Mapping[str, Any]


def canonical(value: object) -> str:
    """Return a value as canonical JSON. Raises NotAMessage for what is none or is too deep."""
    _check(value, 0)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def of_this_release(
    coalition: str, kind: str, epoch: int, counter: int, body: Mapping[str, Any]
) -> CoalitionMessage:
    """Return a message in the version that this release says."""
    return CoalitionMessage(VERSION, coalition, kind, epoch, counter, body)


def written(message: CoalitionMessage) -> dict[str, Any]:
    """Return a message as it stands in an event. Raises NotAMessage for one that nobody would take."""
    made = {
        "version": message.version,
        "coalition": message.coalition,
        "kind": message.kind,
        "epoch": message.epoch,
        "counter": message.counter,
        "body": dict(message.body),
    }
    read(made)
    return made


def read(block: object) -> CoalitionMessage:
    """Read a block that somebody sent. Fields that are not known are ignored. Raises NotAMessage.

    Of a newer version the heading alone is read, whatever else it may hold and however long it is.
    """
    try:
        heading = JSON.read(Heading, block)
        body = {} if heading.version > VERSION else _content(block).body
    except (Misfit, RecursionError):
        raise NotAMessage("not of its form") from None
    return CoalitionMessage(
        heading.version, heading.coalition, heading.kind, heading.epoch, heading.counter, body
    )


def _content(block: object) -> _Content:
    if len(canonical(block).encode("utf-8", "surrogatepass")) > LONGEST:
        raise NotAMessage("too long")
    return JSON.read(_Content, block)


def body_of(value: object) -> dict[str, Any]:
    """Return a dataclass as the body of a message. Raises NotAMessage."""
    made = plain(value)
    canonical(made)
    return cast("dict[str, Any]", made)


def as_body(kind: type[T], body: Mapping[str, Any] | str) -> T:
    """Read a body, or its canonical JSON, as the dataclass of its kind. Raises NotAMessage."""
    try:
        return JSON.read(kind, json.loads(body) if isinstance(body, str) else body)
    except (Misfit, ValueError, RecursionError):
        raise NotAMessage("not of its kind") from None


def unknown_fields(kind: type, body: Mapping[str, Any]) -> int:
    """Count the fields of a body that its kind does not know: they are ignored."""
    return len(body.keys() - {each.name for each in fields(kind)})


def _check(value: object, depth: int) -> None:
    """Raise NotAMessage for what canonical JSON does not have, and for what is too deep."""
    if depth > DEEPEST:
        raise NotAMessage("too deep")
    match value:
        case Mapping():
            for name, each in value.items():
                _check_text(name)
                _check(each, depth + 1)
        case list() | tuple():
            for each in value:
                _check(each, depth + 1)
        case bool() | None:
            pass
        case int() if abs(value) <= LARGEST:
            pass
        case _:
            _check_text(value)


def _check_text(value: object) -> None:
    if not isinstance(value, str):
        raise NotAMessage("not of canonical JSON")
    if not value.isascii() and _HALF_A_SIGN.search(value):
        raise NotAMessage("half a sign")
