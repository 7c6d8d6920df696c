"""What people type about a poll: its options, its deadline, its quorum, its code. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NewType

from commands.framework.context import Context
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code, line
from commands.framework.words import QUOTE
from commands.polls.model import CODE_LENGTH, CODE_LETTERS, MOST_OPTIONS
from commands.polls.policy import LEAST_K, quorum_of
from commands.time.refusals import moment_to_come
from storage.names import folded

LONGEST_QUESTION = 300
LONGEST_OPTION = 80
EVENING = time(18)
"""When a poll closes on a day that was named without a time."""
_LIKE = 'closes="fri 18:00"'
USUAL_DAYS = 2
"""Days until a poll closes that was given no deadline."""

Question = NewType("Question", str)
"""What is asked."""

Headline = NewType("Headline", str)
"""What is asked, with options behind it: in quotes, or up to the question mark."""

Options = NewType("Options", tuple[str, ...])
"""What can be chosen."""

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
    """A number of ballots, or a share of the roster in percent."""

    number: int
    percent: bool

    def of(self, eligible: int) -> int:
        return quorum_of(self.number, eligible) if self.percent else self.number


def read_headline(raw: str, _ctx: Context) -> Headline:
    """A question before options: where it ends must be plain."""
    asked = " ".join(raw.replace(QUOTE, " ").split())
    if not raw.startswith(QUOTE) and not asked.endswith("?"):
        raise refuse(_("Put the question in quotes; the options come behind it."))
    if not 0 < len(asked) <= LONGEST_QUESTION:
        raise refuse(_("A question has up to {limit} letters."), limit=LONGEST_QUESTION)
    return Headline(asked)


def read_options(raw: str, _ctx: Context) -> Options:
    """Quoted options, or some with commas between, or one word each."""
    found: list[str] = []
    for at, part in enumerate(raw.split(QUOTE)):
        if at % 2:
            found.append(part)
        else:
            found += part.split(",") if "," in part else part.split()
    options = [" ".join(option.split()) for option in found if option.strip(" ,;")]
    for at, option in enumerate(options):
        if len(option) > LONGEST_OPTION:
            raise refuse(
                _("“{words}” is long for an option; {limit} letters at most."),
                words=cut(option),
                limit=LONGEST_OPTION,
            )
        if folded(option) in {folded(other) for other in options[:at]}:
            raise refuse(_("“{option}” is there twice."), option=cut(option))
    if not 1 < len(options) <= MOST_OPTIONS:
        raise refuse(
            _("A poll has 2 to {most} options; I read {n}. Put commas between them, or quotes"
              " around each."),
            most=MOST_OPTIONS,
            n=len(options),
        )  # fmt: skip
    return Options(tuple(options))


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
    match = re.fullmatch(r"(\d{1,4}) ?(%|percent)?", raw.casefold())
    number = 0 if match is None else int(match[1])
    percent = match is not None and match[2] is not None
    if number < 1 or (percent and number > 100):
        raise _no_quorum(raw)
    return Quorum(number, percent)


def _no_quorum(raw: str) -> Refusal:
    return refuse(
        _("“{word}” is no quorum: a share like 60%, or a number of ballots."), word=cut(raw)
    )


def _minute(moment: datetime) -> Deadline:
    return Deadline(moment.astimezone(UTC).replace(second=0, microsecond=0))
