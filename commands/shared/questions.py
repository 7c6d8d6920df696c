"""Questions that the next message of a direct chat may answer: by a number, a telling word, or a day."""

import re
from collections.abc import Sequence
from dataclasses import field
from datetime import date, timedelta

from commands.framework.context import Context, Place
from commands.framework.errors import AnswerOption, Refusal
from commands.framework.ledger import CommandLedger
from commands.framework.reply import Reply
from commands.time.dates import AskedDay, read_day
from commands.time.terms import ALSO_WORDS
from storage.chat.open_questions import KeptOption, OpenQuestions
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

KEPT = timedelta(minutes=15)
"""How long a question waits for its answer."""
DAY = "{day}"
"""Stands for the answer in the line of a question for a day."""
LONGEST = 6
"""Words of an answer."""
RESULT, WORDS = "#", "{words}"
"""How the words of an option for a result begin, and what stands for it in its line."""
_RESULTS_TYPED = (
    "signed, came, joined, agreed, did it, done, said yes, said no, declined, talked, met, called, will come,"
    " coming, helped, promised, unterschrieben, war da, firmado, firmo, vino, signe, venu, venue, 签了, 来了"
)
_RESULTS = frozenset(folded(words) for words in _RESULTS_TYPED.split(","))
"""What may come of a follow-up, alone in a message."""
_RESULT = re.compile(r"#?(\d{1,9})[.):]?\s+(\D.*)")
_NUMBER = re.compile(r"[#(]?(\d{1,2})[.):]?")


@dataclass(slots=True)
class Asking(CommandLedger):
    """What the answer to one message asks; gone with the next message, whatever that says."""

    ctx: Context
    tx: Transaction
    _options: list[KeptOption] = field(default_factory=list)
    _days: list[tuple[str, str]] = field(default_factory=list)

    def one_of(self, options: Sequence[AnswerOption]) -> None:
        """Have the next message choose between lines."""
        self._options += [KeptOption(each.words, each.line) for each in options]

    def day(self, command: str, handle: str) -> None:
        """Have a day alone in the next message go behind a command and whom it is about."""
        self._days.append((command, handle))

    def result(self, follow_up: int) -> None:
        """Have the next message say what came of a follow-up: behind its number, or alone if it is the only one."""
        self._options.append(KeptOption(f"{RESULT}{follow_up}", f"!done {follow_up} {WORDS}"))

    async def refused(self, refusal: Refusal) -> None:
        """Have the next message choose between what a refusal lists."""
        self._options, self._days = [], []
        self.one_of(refusal.options)

    async def close(self) -> tuple[Reply, ...]:
        """Write down what was asked."""
        asked = [*self._options, *self._for_days()]
        if not asked or self.ctx.place is not Place.DIRECT:
            return ()
        kept = OpenQuestions(self.tx, self.ctx.committee.id)
        if await kept.of(self.ctx.user) is not None:
            # Another line of the same message asked something: nobody could tell which is answered.
            asked = []
        await kept.keep(self.ctx.user, asked, self.ctx.now + KEPT)
        return ()

    def _for_days(self) -> list[KeptOption]:
        """One line for all whom a day would be about."""
        if not self._days:
            return []
        command = self._days[0][0]
        handles = " ".join(handle for each, handle in self._days if each == command)
        return [KeptOption("", f"!{command} {handles} {DAY}")]


@dataclass(frozen=True, slots=True)
class Answers:
    """Takes what somebody says as the answer to what they were asked last."""

    async def chosen(self, text: str, ctx: Context, tx: Transaction) -> str | None:
        """The line that a message chooses; None when nothing was asked, or it is no answer.

        Whatever the message says, nothing is open any more.
        """
        kept = OpenQuestions(tx, ctx.committee.id)
        question = await kept.of(ctx.user)
        if question is None:
            return None
        await kept.drop(ctx.user)
        said = text.strip()
        if question.expires_at <= ctx.now or not 0 < len(said.split()) <= LONGEST:
            return None
        return _line(said, question.options, ctx)


def _result(said: str, options: Sequence[KeptOption], ctx: Context) -> str | None:
    """The line that closes a follow-up; ``2 weeks`` is a day, and no result."""
    behind = _RESULT.fullmatch(said)
    if behind is not None:
        for each in options:
            if each.words == f"{RESULT}{behind[1]}" and not _is_a_day(said, ctx):
                return each.line.replace(WORDS, behind[2])
    if len(options) == 1 and folded(said) in _RESULTS:
        return options[0].line.replace(WORDS, said)
    return None


def _is_a_day(said: str, ctx: Context) -> bool:
    return isinstance(read_day(said, ctx.today, ctx.locale), date | AskedDay)


def _line(said: str, options: Sequence[KeptOption], ctx: Context) -> str | None:
    results = [each for each in options if each.words.startswith(RESULT)]
    if results:
        return _result(said, results, ctx)
    listed = [each for each in options if each.words]
    number = _NUMBER.fullmatch(said)
    if number is not None and 1 <= int(number[1]) <= len(listed):
        return listed[int(number[1]) - 1].line
    # A number alone is a place in the list, and no part of a handle.
    words = set() if said.isdecimal() else set(folded(said).split())
    meant = [each for each in listed if words and words <= set(folded(each.words).split())]
    if len(meant) == 1:
        return meant[0].line
    for each in options:
        if not each.words:
            return _on_a_day(said, each.line, ctx)
    return None


def _on_a_day(said: str, line: str, ctx: Context) -> str | None:
    """The line with the day that was said; None where it is no day, or may be somebody's name."""
    text = said.casefold().removeprefix("next ").rstrip(".!")
    if text in ALSO_WORDS:
        return None
    found = read_day(text, ctx.today, ctx.locale)
    if isinstance(found, date):
        return line.replace(DAY, found.isoformat())
    return line.replace(DAY, text) if isinstance(found, AskedDay) else None
