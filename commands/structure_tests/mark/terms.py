"""Types of parameters for marking: the mark, who, how many of an area. Pure."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Form, Reader, Words, choice
from commands.framework.values import ContactRef
from commands.framework.words import QUOTE
from storage.names import folded
from storage.structure_tests.model import Mark

LONGEST_AREA = 60
MOST_AT_ONCE = 100
"""People named in one line; more come as a list under it or as a file."""


class MarkStep(Enum):
    """A mark as people type it: how far somebody has come."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    DID = "did"
    UNABLE = "unable"

    @property
    def mark(self) -> Mark:
        """The mark as it is stored."""
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

CONTACT_ALONE = re.compile(r"m\s?[-–—−_]?\s?(\d{1,9})", re.IGNORECASE | re.ASCII)


def _read_people(raw: str, _ctx: Context) -> tuple[ContactRef, ...]:
    """Handles and names, with commas or quotes around names where several stand side by side."""
    found: list[ContactRef] = []
    for at, part in enumerate(raw.split(QUOTE)):
        pieces = [part] if at % 2 else re.split(r"[,;]+", part)
        for piece in pieces:
            found += [_contact(piece)] if at % 2 else _contacts(piece)
    people = tuple(dict.fromkeys(each for each in found if each.number or folded(each.name or "")))
    if not people:
        raise refuse("Who? Handles like M-41 M-42, or names with commas between.")
    if len(people) > MOST_AT_ONCE:
        raise refuse(
            "At most {most} in one line; a longer list goes under it, one name a line.",
            most=MOST_AT_ONCE,
        )
    return people


def _contacts(piece: str) -> list[ContactRef]:
    """M-41 M-42 Sam Okafor: handles are one each, the words between them a name."""
    found: list[ContactRef] = []
    name: list[str] = []
    for word in piece.split():
        if CONTACT_ALONE.fullmatch(word):
            found += [_contact(" ".join(name))] if name else []
            found.append(_contact(word))
            name = []
        else:
            name.append(word)
    return [*found, _contact(" ".join(name))] if name else found


def _contact(words: str) -> ContactRef:
    if match := CONTACT_ALONE.fullmatch(words.strip()):
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


def _read_area(raw: str, _ctx: Context) -> str:
    if raw.isdecimal() or not folded(raw) or len(raw) > LONGEST_AREA:
        raise refuse("“{word}” is not an area.", word=cut(raw))
    return raw


AreaName = Annotated[
    str, Reader(_read_area, "AREA", lambda: _("Which area?"), Words.upto(5, shortest=True))
]
"""An area, before a number."""


def _read_turnout(raw: str, _ctx: Context) -> int:
    if not re.fullmatch(r"\d{1,6}", raw, re.ASCII):
        raise refuse("“{word}” is not a number of people. Type one like 14.", word=cut(raw))
    return int(raw)


Turnout = Annotated[
    int,
    Reader(_read_turnout, "NUMBER", lambda: _("How many of them took part? Like 14.")),
]
"""How many of an area took part."""
