"""Questions that the next message of a direct chat may answer: by a number, a telling word, or a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from commands.framework.context import Context, Place
from commands.framework.errors import Option, Refusal
from commands.framework.ledger import CommandLedger
from commands.framework.reply import Reply
from commands.time.refusals import day_to_come
from storage.chat.open_questions import KeptOption, OpenQuestions
from storage.core.database import Transaction
from storage.names import folded

KEPT = timedelta(minutes=15)
"""How long a question waits for its answer."""
DAY = "{day}"
"""Stands for the answer in the line of a question for a day."""
LONGEST = 6
"""Words of an answer."""
_NUMBER = re.compile(r"[#(]?(\d{1,2})[.):]?")


@dataclass(slots=True)
class Asking(CommandLedger):
    """What the answer to one message asks; gone with the next message, whatever that says."""

    ctx: Context
    tx: Transaction
    _options: list[KeptOption] = field(default_factory=list)
    _days: list[tuple[str, str]] = field(default_factory=list)

    def one_of(self, options: Sequence[Option]) -> None:
        """Have the next message choose between lines."""
        self._options += [KeptOption(each.words, each.line) for each in options]

    def day(self, command: str, handle: str) -> None:
        """Have a day alone in the next message go behind a command and whom it is about."""
        self._days.append((command, handle))

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


def _line(said: str, options: Sequence[KeptOption], ctx: Context) -> str | None:
    listed = [each for each in options if each.words]
    number = _NUMBER.fullmatch(said)
    if number is not None and 1 <= int(number[1]) <= len(listed):
        return listed[int(number[1]) - 1].line
    words = set(folded(said).split())
    meant = [each for each in listed if words and words <= set(folded(each.words).split())]
    if len(meant) == 1:
        return meant[0].line
    for each in options:
        if not each.words:
            try:
                day = day_to_come(said.removeprefix("next "), ctx.today, ctx.locale)
            except Refusal as unread:
                return _in_words(unread, said, each.line)
            return each.line.replace(DAY, day.isoformat())
    return None


def _in_words(unread: Refusal, said: str, line: str) -> str | None:
    """The line with a day that has to be asked about; None where it is no day at all."""
    return None if unread.readings is None else line.replace(DAY, said)
