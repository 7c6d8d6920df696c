"""Types of parameters about issues: one issue, other words for it. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words, posted, text

LONGEST = 60
"""Letters of an issue, as in a talk."""

Issue = Annotated[str, posted(text(LONGEST, "ISSUE", lambda: _("Which issue? A word or two.")))]
"""An issue, to the end of the line."""

FirstIssue = Annotated[
    str,
    posted(
        text(
            LONGEST,
            "ISSUE",
            lambda: _("Which issue? A word or two."),
            Words.upto(6, shortest=True),
        )
    ),
]
"""An issue before other words; several words of one go in quotes."""

_one = text(LONGEST, "WORDS", lambda: _("Which other words for it?"))


def _read_words(raw: str, ctx: Context) -> tuple[str, ...]:
    parts = [part.strip() for part in re.split(r"[,;]", raw)]
    return tuple(dict.fromkeys(_one.read(part, ctx) for part in parts if part)) or (
        _one.read(raw, ctx),
    )


OtherWords = Annotated[
    tuple[str, ...],
    Reader(
        _read_words,
        "WORDS",
        lambda: _("Which other words for it?"),
        Words.rest(),
        posted=" | ".join,
    ),
]
"""Other words for an issue, with commas between several."""
