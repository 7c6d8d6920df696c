"""Types of parameters about any structure test: which one, which share of the unit. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context, Place
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from commands.framework.reply import Code
from commands.framework.shares import read_share
from commands.framework.words import QUOTE
from commands.structure_tests.close.terms import YesNo
from commands.structure_tests.mark.terms import CONTACT_ALONE, MarkStep
from commands.structure_tests.sheets.terms import SheetPart
from commands.structure_tests.status.terms import NameGroup
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class TestRef:
    """A test as typed, still to be looked up in the committee's records."""

    __test__ = False

    number: int | None = None
    name: str | None = None


_TAKEN = {word.value for kind in (MarkStep, NameGroup, SheetPart, YesNo) for word in kind}
"""Words that say something else in these commands, and so name no test."""

_TEST = re.compile(r"t\s?[-–—−_]?\s?(\d{1,9})|#?(\d{1,9})", re.IGNORECASE | re.ASCII)


def _read_test(raw: str, ctx: Context) -> TestRef:
    """T-3, 3, or a test's name or kind. In a room nothing of it is shown back."""
    plain = raw.replace(QUOTE, " ").strip()
    first, *others = plain.split() or [""]
    if folded(first) in _TAKEN or any(map(CONTACT_ALONE.fullmatch, others)):
        raise refuse("Which test? Its name, or T-3.")
    if match := _TEST.fullmatch(plain):
        return TestRef(number=int(match[1] or match[2]))
    if CONTACT_ALONE.fullmatch(plain) or not folded(plain) or len(plain) > LONGEST_NAME:
        if ctx.place is Place.ROOM:
            raise refuse("I do not know a test with that name.")
        raise refuse("“{word}” is not a test. Type it like T-3, or type its name.", word=cut(plain))
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
            "A goal is a whole percentage. {share} of a unit is close to {percent}.",
            share=share.words,
            percent=Code(f"{percent}%"),
        )
    value = int(match[1]) if match else 0
    if not 1 <= value <= 100 and ctx.place is Place.ROOM:
        raise refuse("A share of the unit is a percentage, like 60%.")
    if not 1 <= value <= 100:
        raise refuse("“{word}” is not a share of the unit. Type one like 60%.", word=cut(raw))
    return value


Percent = Annotated[
    int,
    Reader(_read_percent, "60%", lambda: _("Which share of the unit? Like 60%."), Words.upto(2)),
]
"""A share of the unit, 1 to 100."""
