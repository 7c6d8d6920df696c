"""Types of parameters about any meeting: its number, its plan with bars. Pure."""

import re
from typing import Annotated, NewType

from commands.framework.as_written import as_written
from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.mentions import MENTION, shown
from commands.framework.quoting import refuse_imitation
from commands.framework.reader import Form, Reader, Words
from commands.framework.reply import Code
from commands.time.read import read_length
from commands.time.terms import shown_time

LONGEST_TITLE = 80

NEEDS = frozenset({"needs", "need"})
"""Begins the part of a plan that names people."""

USUAL_MINUTES = 60

LONGEST_MINUTES = 12 * 60

_MeetingNumber = NewType("_MeetingNumber", int)


def _read_meeting(raw: str, _ctx: Context) -> _MeetingNumber:
    match = re.fullmatch(r"#?(\d{1,6})", raw)
    if match is None or int(match[1]) == 0:
        raise refuse(
            "“{word}” is not a meeting's number; {meet} shows them.",
            word=cut(raw),
            meet=Code("!meet"),
        )
    return _MeetingNumber(int(match[1]))


MeetingNumber = Annotated[
    _MeetingNumber,
    Reader(_read_meeting, "#NUMBER", lambda: _("Which meeting? !meet shows their numbers.")),
]
"""A meeting's number within its committee, #7."""


def read_number(raw: str, _ctx: Context) -> int:
    """Read the number of something numbered, ``#4`` or ``4``. Raises Refusal."""
    match = re.fullmatch(r"#?(\d{1,6})", raw)
    if match is None or int(match[1]) == 0:
        raise refuse("“{word}” is not one of those numbers.", word=cut(raw))
    return int(match[1])


OptionNumber = Annotated[int, Reader(read_number, "NUMBER", lambda: _("Which one? Its number."))]
"""One of several choices."""


def _read_plan(raw: str, _ctx: Context) -> tuple[str, ...]:
    # A bar in the name that somebody goes by parts nothing: "Jo | IT".
    kept = MENTION.sub(lambda found: found[0].replace("|", "/").replace("¦", "/"), raw)
    parts = tuple(" ".join(part.split()) for part in re.split(r"[|¦]", kept))
    # Who is needed is asked of the app; a title is what it shows.
    parts = tuple(part if _of_people(part) else shown(part) for part in parts)
    if not any(parts):
        raise refuse("What, when, how long: with bars between.")
    return parts


def _of_people(part: str) -> bool:
    return part.partition(" ")[0].casefold() in NEEDS


Plan = Annotated[
    tuple[str, ...],
    Reader(
        _read_plan,
        "TEXT",
        lambda: _("What, and when?"),
        Words.rest(),
        Form.PEOPLE,
        in_example=shown_time,
        posted=" | ".join,
    ),
]
"""Parts with bars between: what, when, how long."""


def read_title(raw: str) -> str:
    """Read the title of a meeting. Raises Refusal."""
    if not raw:
        raise refuse("A meeting needs a name, before the first bar.")
    if len(raw) > LONGEST_TITLE:
        raise refuse(
            "“{words}” is too long for a name; the limit is {limit} letters.",
            words=cut(raw),
            limit=LONGEST_TITLE,
        )
    refuse_imitation((raw,))
    return as_written(raw)


def read_minutes(raw: str) -> int:
    """Read a length of time, in minutes. Raises Refusal."""
    minutes = int(raw) if re.fullmatch(r"\d{1,3}", raw) else read_length(raw)
    if minutes is None or not 5 <= minutes <= LONGEST_MINUTES:
        raise refuse("How long is “{words}”? Like 90m or 1h30.", words=cut(raw))
    return minutes
