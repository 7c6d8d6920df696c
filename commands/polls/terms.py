"""What people type about a poll: its options, its deadline, its quorum, its code. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NewType

from commands.framework.context import Context
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code, line
from commands.framework.shares import Share, read_share
from commands.polls.ask.policy import LEAST_K
from commands.polls.model import CODE_LENGTH, CODE_LETTERS
from commands.time.refusals import moment_to_come

EVENING = time(18)
"""When a poll closes on a day that was named without a time."""
_LIKE = 'closes="fri 18:00"'
USUAL_DAYS = 2
"""Days until a poll closes that was given no deadline."""

Question = NewType("Question", str)
"""What is asked."""

QuestionAndOptions = NewType("QuestionAndOptions", str)
"""What is asked and what can be chosen, as it was typed (asked.py)."""

Deadline = NewType("Deadline", datetime)
"""A moment to come, UTC, a whole minute."""

PollCode = NewType("PollCode", str)
"""A poll's four characters."""

Choice = NewType("Choice", str)
"""What stands behind the code in a vote."""

LeastBallots = NewType("LeastBallots", int)
"""Ballots below which nothing is published."""


@dataclass(frozen=True, slots=True)
class Quorum:
    """A number of ballots, or a share of the roster."""

    wanted: int | Share

    def of(self, eligible: int) -> int:
        """How many ballots that is when so many may vote."""
        return self.wanted.of(eligible) if isinstance(self.wanted, Share) else self.wanted

    @property
    def share(self) -> str:
        """The share as it is shown; empty for a number of ballots."""
        return self.wanted.words if isinstance(self.wanted, Share) else ""

    @property
    def typed(self) -> str:
        """As it can be typed again."""
        return self.wanted.typed if isinstance(self.wanted, Share) else str(self.wanted)


def read_deadline(raw: str, ctx: Context) -> Deadline:
    """A time, a day, or both, on the person's own clock: 18:00, fri, fri 18:00, 90m, 3d."""
    try:
        return Deadline(moment_to_come(raw, ctx.now, ctx.zone, ctx.locale, EVENING))
    except Refusal as refusal:
        if not refusal.choices:
            refusal.problem = (*refusal.problem, " ", *line(_("Like {like}."), like=Code(_LIKE)))
        raise


def usual_deadline(ctx: Context) -> Deadline:
    """Six in the evening, the day after tomorrow, on the committee's clock."""
    here = ctx.now.astimezone(ctx.committee.zone)
    moment = datetime.combine(here.date() + timedelta(days=USUAL_DAYS), EVENING, here.tzinfo)
    return _minute(moment.astimezone(UTC))


def read_code(raw: str, _ctx: Context) -> PollCode:
    code = raw.strip().strip("#").upper()
    if not is_code(code):
        raise refuse(
            _("“{word}” is no poll's code; {list} shows them."),
            word=cut(raw),
            list=Code("!poll list"),
        )
    return PollCode(code)


def is_code(word: str) -> bool:
    return len(word) == CODE_LENGTH and set(word) <= set(CODE_LETTERS)


def read_least(raw: str, _ctx: Context) -> LeastBallots:
    if not raw.isdecimal() or len(raw) > CODE_LENGTH:
        raise refuse(_("k= is a number of ballots, {least} or more."), least=LEAST_K)
    if int(raw) < LEAST_K:
        raise refuse(
            _("k= is {least} or more: of two ballots each voter knows the other's."), least=LEAST_K
        )
    return LeastBallots(int(raw))


def read_quorum(raw: str, _ctx: Context) -> Quorum:
    share = read_share(raw)
    if share is not None:
        return Quorum(share)
    match = re.fullmatch(
        r"(\d{1,4})(?: (?:ballots?|votes?|people|voters?))?", raw.casefold().strip()
    )
    if match is None or int(match[1]) < 1:
        raise refuse(
            _("“{word}” is no quorum: a share like 60% or 2/3, or a number of ballots."),
            word=cut(raw),
        )
    return Quorum(int(match[1]))


def _minute(moment: datetime) -> Deadline:
    return Deadline(moment.astimezone(UTC).replace(second=0, microsecond=0))
