"""A tour of two minutes: real commands about a practice contact, each taken back at once.

It keeps no state. A line is practice because it begins with "try", so that no real one is ever taken for
practice, and what is typed without it is simply done.
"""

import re
from dataclasses import replace
from typing import Annotated

from commands.framework import Context, Reply, Role, Where, _, command, refuse
from commands.framework.reader import Form, Reader, Words
from commands.framework.rehearsal import Rehearsal
from commands.framework.reply import Code, Line, line, reply
from commands.framework.request import NotRead, Request
from commands.shared.answer_words import without_signs
from storage.names import folded

NAME = "Robin Practice"
STEPS = (
    f"contact add {NAME} area=Payments",
    f"1on1 log {NAME} reached rate=2 said next=today",
    "due",
    f"contact show {NAME}",
)
"""What is typed behind "try", one after the other. Each is done on top of those before it."""
_A_ROBIN = re.compile(r"\brobin(?:\s+pract\w*)?", re.IGNORECASE)
"""The practice contact as a phone writes the name."""
_A_HANDLE = re.compile(r"\bm-?\s*\d", re.IGNORECASE)


@command(
    "tour",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!tour",
    also=("start", "tutorial"),
)
async def tour(ctx: Context) -> Reply:
    """Try the most common commands in two minutes, with a practice contact who is gone afterwards."""
    del ctx
    return reply(
        line("Hello. Two minutes with {name}, who exists only for practice.", name=NAME),
        line("Type this: {step}", step=_typed(0)),
        line("No time for it? {help} shows what you can do.", help=Code("!help")),
    )


TourLine = Annotated[
    str,
    Reader(
        lambda raw, _ctx: raw,
        "LINE",
        lambda: _("What do you want to try?"),
        Words.rest(),
        Form.AS_TYPED,
    ),
]
"""A line to practise, as it would be typed."""


@command("try", who=Role.ORGANIZER, where=Where.DIRECT, example=f"!try {STEPS[0]}")
async def try_(ctx: Context, words: TourLine, *, rehearsal: Rehearsal) -> tuple[Reply, ...]:
    """Practise a command with Robin Practice; you see the real answer, and nothing is kept.

    words: the line to practise
    """
    del ctx
    words = _A_ROBIN.sub(NAME, without_signs(words)) if _A_HANDLE.search(words) is None else words
    asked = rehearsal.read(words)
    step = _step(asked, rehearsal)
    if step is None:
        near = STEPS[_near(words)]
        raise refuse("Practice is only with {name}.", name=NAME, example=f"try {near}")
    if isinstance(asked, NotRead):
        raise asked.refusal.but(example=f"try {STEPS[step]}")
    if not _with_practice_alone(asked, words):
        raise refuse("Practice is only with {name}.", name=NAME, example=f"try {STEPS[step]}")
    before = [each for each in map(rehearsal.read, STEPS[:step]) if isinstance(each, Request)]
    *earlier, last = await rehearsal.of(before, asked)
    return (*earlier, replace(last, blocks=(*last.blocks, _next(step))))


def _near(words: str) -> int:
    """The step that a line in other words is near; the first where it is near none."""
    said = set(folded(words).split())
    telling = ({"add", "new"}, {"log", "reached", "talked"}, {"due", "todo"}, {"show", "who"})
    return next((at for at, each in enumerate(telling) if said & each), 0)


def _step(asked: Request | NotRead, rehearsal: Rehearsal) -> int | None:
    """The step of the tour at which a line is; None if it is at none."""
    steps = [rehearsal.read(each).command for each in STEPS]
    return steps.index(asked.command) if asked.command in steps else None


def _with_practice_alone(asked: Request, words: str) -> bool:
    """Whether a line is about the practice contact and nobody else: practice spends no look-ups."""
    if _A_HANDLE.search(words) is not None or len(words.splitlines()) > 1:
        return False
    if asked.command.name == STEPS[2]:
        return not asked.arguments
    return folded(NAME) in {folded(str(each)) for each in asked.arguments.values()}


def _next(step: int) -> Line:
    if step + 1 < len(STEPS):
        return line("Practice: I keep nothing of that. Next: {step}", step=_typed(step + 1))
    return line(
        "Practice: I keep nothing of that, and {name} is gone. Now for real: {add}. To"
        " undo what you saved: {undo}",
        name=NAME,
        add=Code('!contact add "Sam Okafor"'),
        undo=Code("!undo"),
    )


def _typed(step: int) -> Code:
    return Code(f"try {STEPS[step]}")
