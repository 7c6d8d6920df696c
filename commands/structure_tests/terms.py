"""What people type about a structure test: which one, how far somebody came, who, which share. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from commands.framework.context import Context, Place
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _, one_of
from commands.framework.reader import Form, Reader, Words, choice, numbered, text
from commands.framework.reply import Code
from commands.framework.shares import read_share
from commands.framework.values import ContactRef
from commands.framework.words import QUOTE
from storage.names import folded
from storage.structure_tests.model import Action, Mark

LONGEST_NAME = 60
MOST_AT_ONCE = 100
"""People named in one line; more come as a list under it or as a file."""


# -- words with a meaning of their own


class MarkStep(Enum):
    """How far somebody has come."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    DID = "did"
    UNABLE = "unable"

    @property
    def mark(self) -> Mark:
        return Mark[self.name]


def _more_steps() -> Mapping[MarkStep, str]:
    return {
        MarkStep.ASKED: _("ask, invited"),
        MarkStep.YES: _("y, promised, committed, will"),
        MarkStep.NO: _("n, declined, refused, wont"),
        MarkStep.DID: _("done, signed, came, wore, voted, yes and did"),
        MarkStep.UNABLE: _("cannot, cant, on leave, sick leave"),
    }


MarkWord = Annotated[
    MarkStep,
    choice(
        MarkStep,
        "asked|yes|no|did|unable",
        lambda: _("How far did they come: asked, yes, no, did or unable?"),
        also=_more_steps,
        upto=3,
    ),
]
"""How far somebody has come, in a few words."""


class NameGroup(Enum):
    """Whose names to list."""

    NOT_ASKED = "notasked"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    DID = "did"
    UNABLE = "unable"
    OUTSIDE = "outside"


def _more_names() -> Mapping[NameGroup, str]:
    return {
        NameGroup.NOT_ASKED: _("not asked, unasked"),
        NameGroup.YES: _("promised, said yes"),
        NameGroup.DID: _("done, signed"),
        NameGroup.OUTSIDE: _("not in the unit"),
    }


NameGroupWord = Annotated[
    NameGroup,
    choice(
        NameGroup,
        "GROUP",
        lambda: _("Whose names: notasked, asked, yes, no, did, unable or outside?"),
        also=_more_names,
        upto=4,
    ),
]
"""Whose names to list, in a few words."""


class MoverGroup(Enum):
    """What became of people from test to test."""

    STEADY = "steady"
    DROPPED = "dropped"
    NEW = "new"


def _more_movers() -> Mapping[MoverGroup, str]:
    return {
        MoverGroup.STEADY: _("always, all, faithful"),
        MoverGroup.DROPPED: _("dropped off, lost, gone"),
        MoverGroup.NEW: _("joined, first time"),
    }


MoverGroupWord = Annotated[
    MoverGroup,
    choice(
        MoverGroup,
        "steady|dropped|new",
        lambda: _("Which: steady, dropped or new?"),
        also=_more_movers,
        upto=2,
    ),
]
"""Who moved between two tests, in a word or two."""


class SheetPart(Enum):
    """Which lines of a signature list to show."""

    SURE = "sure"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"
    TWICE = "twice"
    OUTSIDE = "outside"


def _more_parts() -> Mapping[SheetPart, str]:
    return {
        SheetPart.LIKELY: _("probable, typos"),
        SheetPart.UNCLEAR: _("ambiguous, several"),
        SheetPart.UNKNOWN: _("nobody, unmatched"),
        SheetPart.TWICE: _("double, duplicates"),
    }


SheetPartWord = Annotated[
    SheetPart,
    choice(
        SheetPart,
        "PART",
        lambda: _("Which lines: sure, likely, unclear, unknown, twice or outside?"),
        also=_more_parts,
    ),
]
"""Which lines of a signature list to show, in a word."""


class YesNo(Enum):
    """An answer to an item of a review list."""

    YES = "yes"
    NO = "no"


YesNoWord = Annotated[YesNo, choice(YesNo, "yes|no", lambda: _("Yes or no?"))]
"""An answer to an item of a review list, in a word."""


def _more_actions() -> Mapping[Action, str]:
    return {
        Action.SURVEY: _("questionnaire, poll of needs"),
        Action.MEETING: _("assembly, gathering"),
        Action.CARDS: _("card, union cards, authorization cards"),
        Action.BUTTONS: _("button, stickers, sticker, badges, shirts"),
        Action.PHOTO_BOARD: _("photo board, photos, photo petition, board"),
        Action.MARCH: _("march on the boss, delegation"),
        Action.MOCK_VOTE: _("mock vote, mock strike vote, practice vote, practice strike vote"),
        Action.STRIKE_PLEDGE: _("strike pledge, strike"),
        Action.CUSTOM: _("other, action"),
    }


ActionWord = Annotated[
    Action,
    choice(
        Action,
        "KIND",
        lambda: _("What kind of test? {kinds}.").format(kinds=one_of([a.value for a in Action])),
        also=_more_actions,
        upto=4,
    ),
]
"""What people are asked to do in a test, in a few words."""


# -- which test


Title = Annotated[str, text(LONGEST_NAME, '"NAME"', lambda: _("What is it called?"), Words.upto(6))]
"""What a test is called."""


@dataclass(frozen=True, slots=True)
class TestRef:
    """A test as typed. Which one that is, the committee's records say."""

    __test__ = False

    number: int | None = None
    name: str | None = None


_TAKEN = {word.value for kind in (MarkStep, NameGroup, SheetPart, YesNo) for word in kind}
"""Words that say something else in these commands, and so name no test."""
_TEST = re.compile(r"t\s?[-–—−_]?\s?(\d{1,9})|#?(\d{1,9})", re.IGNORECASE | re.ASCII)
_CONTACT = re.compile(r"m\s?[-–—−_]?\s?(\d{1,9})", re.IGNORECASE | re.ASCII)


def _read_test(raw: str, ctx: Context) -> TestRef:
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


WhichTest = Annotated[
    TestRef,
    Reader(
        _read_test,
        "TEST",
        lambda: _("Which test? Its name, or T-3."),
        Words.upto(6, shortest=True),
    ),
]
"""A test, by number, name or kind."""


def _read_joint(raw: str, _ctx: Context) -> str:
    code = raw.strip().upper()
    if not re.fullmatch(r"[A-Z2-9]{6}", code):
        raise refuse(
            _("“{word}” is no code of a joint test; that is six characters."), word=cut(raw)
        )
    return code


JointCode = Annotated[
    str,
    Reader(_read_joint, "CODE", lambda: _("Which code? A lead of the other committee has it.")),
]
"""The code of a joint test."""


SheetNumber = Annotated[
    int, numbered("LIST", lambda: _("Which list? !test list shows their numbers."))
]
"""A signature list's number within its committee."""

ItemNumber = Annotated[
    int, numbered("ITEM", lambda: _("Which item? !test review shows their numbers."))
]
"""An item of a review list."""


# -- how many


_PERCENT = re.compile(r"(\d{1,3}) ?(?:%|percent|per cent|pct)?", re.IGNORECASE)


def _read_percent(raw: str, ctx: Context) -> int:
    """A share of the unit, in whole percent; other shares are asked about with the nearest above."""
    match = _PERCENT.fullmatch(raw.strip())
    share = read_share(raw) if match is None else None
    if share is not None:
        percent = share.of(100)
        if not share.more and share.part * 100 == percent:
            return percent
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
    return value


Percent = Annotated[
    int,
    Reader(_read_percent, "60%", lambda: _("Which share of the unit? Like 60%."), Words.upto(2)),
]
"""A share of the unit, 1 to 100."""


def _read_area(raw: str, _ctx: Context) -> str:
    if raw.isdecimal() or not folded(raw) or len(raw) > LONGEST_NAME:
        raise refuse(_("“{word}” is no area."), word=cut(raw))
    return raw


AreaName = Annotated[
    str, Reader(_read_area, "AREA", lambda: _("Which area?"), Words.upto(5, shortest=True))
]
"""An area, before a number."""


def _read_turnout(raw: str, _ctx: Context) -> int:
    if not re.fullmatch(r"\d{1,6}", raw, re.ASCII):
        raise refuse(_("“{word}” is no number of people; like 14."), word=cut(raw))
    return int(raw)


Turnout = Annotated[
    int,
    Reader(_read_turnout, "NUMBER", lambda: _("How many of them took part? Like 14.")),
]
"""How many of an area took part."""


# -- who


def _read_people(raw: str, _ctx: Context) -> tuple[ContactRef, ...]:
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
    return people


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


Several = Annotated[
    tuple[ContactRef, ...],
    Reader(
        _read_people,
        "WHO …",
        lambda: _("Who? Handles like M-41 M-42, or names with commas between."),
        Words.rest(),
        Form.LIST,
    ),
]
"""People by handle or name, in any number."""
