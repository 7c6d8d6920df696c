"""Types of parameters for a poll on times: who is needed, and when people can. Pure."""

import re
from typing import Annotated

from commands.framework.errors import NO_EXAMPLE, refuse
from commands.framework.i18n import _
from commands.framework.mentions import by_address
from commands.framework.reader import Reader, Words
from commands.framework.values import Colleague
from commands.meetings.time_poll.availability import Times, read_times
from commands.time.terms import shown_time

TimesWords = Annotated[
    Times,
    Reader(
        lambda raw, _ctx: read_times(raw),
        "NUMBERS",
        lambda: _("Which times work for you? Like 1 3 maybe 2."),
        Words.rest(),
        in_example=shown_time,
    ),
]
"""When somebody can, by the numbers of the times."""


def people_in(raw: str) -> list[Colleague]:
    """The people of a list: with commas between, or one word each. Raises Refusal for none."""
    text = by_address(raw)
    parts = re.split(r"[,;]+", text) if re.search(r"[,;]", text) else text.split()
    joined = {"and", "&", "+", _("and")}
    found = [word for part in parts if (word := " ".join(part.split()).strip(".:"))]
    split = [more for word in found for more in _apart(word, joined)]
    people = [Colleague(word) for word in split if word not in joined]
    if not people:
        raise refuse("Which organizer? Like @ana.", example=NO_EXAMPLE)
    return people


def _apart(word: str, joined: set[str]) -> list[str]:
    """``@ana and @ben`` within a list with commas."""
    parts = word.split()
    return parts if word.startswith("@") else [" ".join(p for p in parts if p not in joined)]
