"""What people type about a structure test: which one, how far somebody came, who, which share. Pure."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import NewType

from commands.framework.context import Context, Place
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code
from commands.framework.shares import read_share
from commands.framework.values import ContactRef
from commands.framework.words import QUOTE
from storage.names import folded
from storage.structure_tests.model import Mark

LONGEST_NAME = 60
MOST_AT_ONCE = 100
"""People named in one line; more come as a list under it or as a file."""

Title = NewType("Title", str)
"""What a test is called."""

Percent = NewType("Percent", int)
"""A share of the unit, 1 to 100."""

AreaName = NewType("AreaName", str)
"""An area, before a number."""

Turnout = NewType("Turnout", int)
"""How many of an area took part."""

SheetNumber = NewType("SheetNumber", int)
"""A signature list's number within its committee."""

ItemNumber = NewType("ItemNumber", int)
"""An item of a review list."""

JointCode = NewType("JointCode", str)
"""The code of a joint test."""


@dataclass(frozen=True, slots=True)
class TestRef:
    """A test as typed. Which one that is, the committee's records say."""

    __test__ = False

    number: int | None = None
    name: str | None = None


class MarkWord(Enum):
    """How far somebody has come."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    DID = "did"
    UNABLE = "unable"

    @property
    def mark(self) -> Mark:
        return Mark[self.name]


class NameGroup(Enum):
    """Whose names to list."""

    NOT_ASKED = "notasked"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    DID = "did"
    UNABLE = "unable"
    OUTSIDE = "outside"


class MoverGroup(Enum):
    """What became of people from test to test."""

    STEADY = "steady"
    DROPPED = "dropped"
    NEW = "new"


class SheetPart(Enum):
    """Which lines of a signature list to show."""

    SURE = "sure"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"
    TWICE = "twice"
    OUTSIDE = "outside"


class YesNo(Enum):
    """An answer to an item of a review list."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Several:
    """People as typed: by handle or name, in any number."""

    people: tuple[ContactRef, ...]


_TAKEN = {word.value for kind in (MarkWord, NameGroup, SheetPart, YesNo) for word in kind}
"""Words that say something else in these commands, and so name no test."""
_TEST = re.compile(r"t\s?[-–—−_]?\s?(\d{1,9})|#?(\d{1,9})", re.IGNORECASE | re.ASCII)
_CONTACT = re.compile(r"m\s?[-–—−_]?\s?(\d{1,9})", re.IGNORECASE | re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}) ?(?:%|percent|per cent|pct)?", re.IGNORECASE)


def read_test(raw: str, ctx: Context) -> TestRef:
    """T-3, 3, or a test's name or kind. In a room nothing of it is shown back."""
    plain = raw.replace(QUOTE, " ").strip()
    first, *others = plain.split() or [""]
    if folded(first) in _TAKEN or any(map(_CONTACT.fullmatch, others)):
        raise refuse(_("Which test? Its name, or T-3."))
    if match := _TEST.fullmatch(plain):
        return TestRef(number=int(match[1] or match[2]))
    if _CONTACT.fullmatch(plain) or not folded(plain) or len(plain) > LONGEST_NAME:
        if ctx.place is Place.ROOM:
            raise refuse(_("I know no test of that name."))
        raise refuse(_("“{word}” is no test; that is T-3, or its name."), word=cut(plain))
    return TestRef(name=plain)


def read_percent(raw: str, ctx: Context) -> Percent:
    """A share of the unit, in whole percent; other shares are asked about with the nearest above."""
    match = _PERCENT.fullmatch(raw.strip())
    share = read_share(raw) if match is None else None
    if share is not None:
        percent = share.of(100)
        if not share.more and share.part * 100 == percent:
            return Percent(percent)
        raise refuse(
            _("A goal is a whole percentage. {share} of a unit is nearest to {percent}."),
            share=share.words,
            percent=Code(f"{percent}%"),
        )
    value = int(match[1]) if match else 0
    if not 1 <= value <= 100 and ctx.place is Place.ROOM:
        raise refuse(_("A share of the unit is a percentage, like 60%."))
    if not 1 <= value <= 100:
        raise refuse(_("“{word}” is no share of the unit; like 60%."), word=cut(raw))
    return Percent(value)


def read_people(raw: str, _ctx: Context) -> Several:
    """Handles and names, with commas or quotes around names where several stand side by side."""
    found: list[ContactRef] = []
    for at, part in enumerate(raw.split(QUOTE)):
        pieces = [part] if at % 2 else re.split(r"[,;]+", part)
        for piece in pieces:
            found += [_contact(piece)] if at % 2 else _contacts(piece)
    people = tuple(dict.fromkeys(each for each in found if each.number or folded(each.name or "")))
    if not people:
        raise refuse(_("Who? Handles like M-41 M-42, or names with commas between."))
    if len(people) > MOST_AT_ONCE:
        raise refuse(
            _("At most {most} in one line; a longer list goes under it, one name a line."),
            most=MOST_AT_ONCE,
        )
    return Several(people)


def read_area(raw: str, _ctx: Context) -> AreaName:
    if raw.isdecimal() or not folded(raw) or len(raw) > LONGEST_NAME:
        raise refuse(_("“{word}” is no area."), word=cut(raw))
    return AreaName(raw)


def read_turnout(raw: str, _ctx: Context) -> Turnout:
    if not re.fullmatch(r"\d{1,6}", raw, re.ASCII):
        raise refuse(_("“{word}” is no number of people; like 14."), word=cut(raw))
    return Turnout(int(raw))


def read_joint(raw: str, _ctx: Context) -> JointCode:
    code = raw.strip().upper()
    if not re.fullmatch(r"[A-Z2-9]{6}", code):
        raise refuse(
            _("“{word}” is no code of a joint test; that is six characters."), word=cut(raw)
        )
    return JointCode(code)


def _contacts(piece: str) -> list[ContactRef]:
    """M-41 M-42 Sam Okafor: handles are one each, the words between them a name."""
    found: list[ContactRef] = []
    name: list[str] = []
    for word in piece.split():
        if _CONTACT.fullmatch(word):
            found += [_contact(" ".join(name))] if name else []
            found.append(_contact(word))
            name = []
        else:
            name.append(word)
    return [*found, _contact(" ".join(name))] if name else found


def _contact(words: str) -> ContactRef:
    if match := _CONTACT.fullmatch(words.strip()):
        return ContactRef(number=int(match[1]))
    return ContactRef(name=" ".join(words.split())[:80])
