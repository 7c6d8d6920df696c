"""Types of parameters about a poll: options, deadline, quorum, code. Pure."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, NewType

from commands.framework.as_written import as_written
from commands.framework.context import Context
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Form, Reader, Words, text
from commands.framework.reply import Code, line
from commands.framework.shares import Share, read_share
from commands.framework.spec import ParameterGroup
from commands.polls.ask.policy import LEAST_K
from commands.polls.ask.question import LONGEST_QUESTION, unquoted
from commands.polls.model import CODE_LENGTH, CODE_LETTERS
from commands.time.refusals import moment_to_come
from commands.time.terms import LONGEST_DAY, shown_time
from storage.core.lazy_dataclass import dataclass

EVENING = time(18)
"""When a poll closes on a day that was named without a time."""
_LIKE = 'closes="fri 18:00"'
USUAL_DAYS = 2
"""Days until a poll closes that was given no deadline."""

_QUESTION = text(LONGEST_QUESTION, "QUESTION", lambda: _("What do you ask? Type one sentence."))

Question = Annotated[
    str,
    Reader(
        # Quotes around all of it only hold it together.
        lambda raw, ctx: as_written(_QUESTION.read(unquoted(raw), ctx)),
        _QUESTION.placeholder,
        _QUESTION.ask,
        Words.rest(),
        Form.AS_TYPED,
        posted=str,
    ),
]
"""What is asked."""

QuestionAndOptions = Annotated[
    str,
    Reader(
        lambda raw, _ctx: raw,
        '"QUESTION" OPTION | OPTION',
        lambda: _("What do you ask? The question, then the options with bars between them."),
        Words.rest(),
        Form.AS_TYPED,
        posted=str,
    ),
]
"""What is asked and what can be chosen, as it was typed (ask/question.py)."""

Choice = Annotated[
    str, Reader(lambda raw, _ctx: raw, "CHOICE", lambda: _("What do you vote?"), Words.rest())
]
"""What stands behind the code in a vote."""


# -- the deadline


_Deadline = NewType("_Deadline", datetime)


def read_deadline(raw: str, ctx: Context) -> _Deadline:
    """A time, a day, or both, on the person's own clock: 18:00, fri, fri 18:00, 90m, 3d."""
    try:
        return _Deadline(moment_to_come(raw, ctx.now, ctx.zone, ctx.language, EVENING))
    except Refusal as refusal:
        if refusal.choices:
            raise
        like = line("Like {like}.", like=Code(_LIKE))
        raise refusal.but(problem=(*refusal.problem, " ", *like)) from None


Deadline = Annotated[
    _Deadline,
    Reader(
        read_deadline,
        "WHEN",
        lambda: _("Until when? Like fri, “fri 18:00”, 90m or 3d."),
        Words.upto(LONGEST_DAY),
        in_example=shown_time,
    ),
]
"""A moment to come, UTC, a whole minute."""


def usual_deadline(ctx: Context) -> _Deadline:
    """Six in the evening, the day after tomorrow, on the committee's clock."""
    here = ctx.now.astimezone(ctx.committee.zone)
    moment = datetime.combine(here.date() + timedelta(days=USUAL_DAYS), EVENING, here.tzinfo)
    return _minute(moment.astimezone(UTC))


def _minute(moment: datetime) -> _Deadline:
    return _Deadline(moment.astimezone(UTC).replace(second=0, microsecond=0))


# -- the code


_PollCode = NewType("_PollCode", str)


def _read_code(raw: str, _ctx: Context) -> _PollCode:
    code = raw.strip().strip("#").upper()
    if not is_code(code):
        raise refuse(
            "“{word}” is not a poll's code; {list} shows them.",
            word=cut(raw),
            list=Code("!poll list"),
        )
    return _PollCode(code)


def is_code(word: str) -> bool:
    """Whether a word has the form of a poll's code."""
    return len(word) == CODE_LENGTH and set(word) <= set(CODE_LETTERS)


PollCode = Annotated[
    _PollCode,
    Reader(_read_code, "CODE", lambda: _("Which poll? Its code is four characters, like K7QX.")),
]
"""A poll's four characters."""


# -- how many have to vote


def _read_least(raw: str, _ctx: Context) -> int:
    if not raw.isdecimal() or len(raw) > CODE_LENGTH:
        raise refuse("k= is a number of ballots, {least} or more.", least=LEAST_K)
    if int(raw) < LEAST_K:
        raise refuse(
            "k= is {least} or more, because with two ballots each voter knows the other's.",
            least=LEAST_K,
        )
    return int(raw)


LeastBallots = Annotated[
    int,
    Reader(_read_least, "BALLOTS", lambda: _("Below how many ballots is nothing published?")),
]
"""Ballots below which nothing is published."""


@dataclass(frozen=True, slots=True)
class Quorum:
    """A number of ballots, or a share of the roster."""

    wanted: int | Share

    def of(self, eligible: int) -> int:
        """How many ballots the quorum is when ``eligible`` people may vote."""
        return self.wanted.of(eligible) if isinstance(self.wanted, Share) else self.wanted

    @property
    def share(self) -> str:
        """The share as shown to people; empty when a number of ballots is wanted."""
        return self.wanted.words if isinstance(self.wanted, Share) else ""

    @property
    def typed(self) -> str:
        """The quorum as it can be typed again."""
        return self.wanted.typed if isinstance(self.wanted, Share) else str(self.wanted)


def read_quorum(raw: str, _ctx: Context) -> Quorum:
    """Read a quorum: a share like 2/3, or a number of ballots. Raises Refusal."""
    share = read_share(raw)
    if share is not None:
        return Quorum(share)
    match = re.fullmatch(
        r"(\d{1,4})(?: (?:ballots?|votes?|people|voters?))?", raw.casefold().strip()
    )
    if match is None or int(match[1]) < 1:
        raise refuse(
            "“{word}” is not a quorum. Type a share like 60% or 2/3, or a number of ballots.",
            word=cut(raw),
        )
    return Quorum(int(match[1]))


QuorumWords = Annotated[
    Quorum,
    Reader(
        read_quorum,
        "60%|BALLOTS",
        lambda: _("How many have to vote? Like 60%, 2/3 or 8."),
        Words.upto(4),
    ),
]
"""How many have to vote, as a share or as a number."""


@dataclass(frozen=True, slots=True)
class PollTerms(ParameterGroup):
    """The terms the maker of a secret poll asks for; all others are the usual ones.

    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60%, 2/3 or 8
    """

    closes: Deadline | None = None
    k: LeastBallots | None = None
    quorum: QuorumWords | None = None
