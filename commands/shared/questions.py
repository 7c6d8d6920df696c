"""Questions that the next message of a direct chat may answer: by a number, a telling word, or a day."""

import re
from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime, timedelta

from commands.framework.context import Context, Place
from commands.framework.errors import NO_EXAMPLE, SURE, AnswerOption, Refusal
from commands.framework.ledger import CommandLedger
from commands.framework.reply import Audience, Code, Items, Line, Reply, line, parts_of, say
from commands.framework.spec import Command
from commands.shared.answer_words import (
    fits_several,
    meant,
    place,
    telling,
    without_signs,
    yes_or_no,
)
from commands.time.dates import AskedDay, read_day
from commands.time.terms import ALSO_WORDS
from storage.chat.open_questions import KeptOption, OpenQuestion, OpenQuestions
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
    "signed, came, joined, agreed, did it, done, finished, fertig, erledigt, hecho, fait, said yes, said no, declined, talked, met, called, will come,"
    " coming, helped, promised, unterschrieben, war da, firmado, firmo, vino, signe, venu, venue, 签了, 来了"
)
_RESULTS = frozenset(folded(words) for words in _RESULTS_TYPED.split(","))
"""What may come of a follow-up, alone in a message."""
_RESULT = re.compile(r"#?(\d{1,9})[.):]?\s+(\D.*)")
UNLISTED = "="
"""How the words of an option begin that has no number, since no list shows it."""
_OK, _FIRST, _NO = "!ok", "!ok 1", "!no"
DROPPED = ""
"""The line of an answer after which nothing is done."""


@dataclass(slots=True)
class Asking(CommandLedger):
    """What the answer to one message asks; gone with the next command."""

    ctx: Context
    tx: Transaction
    _options: list[KeptOption] = field(default_factory=list)
    _days: list[tuple[str, str]] = field(default_factory=list)
    _command: Command | None = None
    _elsewhere: bool = False
    """Whether something typed in the room is asked about in the direct chat."""

    async def begin(self, command: Command) -> None:
        """Note what is run: what cannot be brought back is not done for a mere yes."""
        self._command = command

    async def written(self, text: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Have a yes do what was said back, or shown with the line that does it."""
        del text
        for each in replies:
            if each.audience is Audience.HERE:
                self._said_back(each)
        return ()

    def _said_back(self, said: Reply) -> None:
        codes = [each.text for each in parts_of(said) if isinstance(each, Code)]
        if _FIRST in codes:
            ways = [b for b in said.blocks if isinstance(b, Items) and b.numbered]
            rows = [row for way in ways for row in way.lines]
            self.one_of([AnswerOption(_plain(row), f"{_OK} {n}") for n, row in enumerate(rows, 1)])
        elif _OK in codes and _NO in codes:
            self._yes_or_no(_OK, _NO)
        surely = [each for each in codes if each.startswith("!") and each.endswith(f" {SURE}")]
        if len(surely) == 1 and not (self._command and self._command.destroys):
            self._yes_or_no(surely[0], DROPPED)

    def _yes_or_no(self, yes: str, no: str) -> None:
        self.one_of(
            [AnswerOption("yes", yes, unlisted=True), AnswerOption("no", no, unlisted=True)]
        )

    def one_of(self, options: Sequence[AnswerOption]) -> None:
        """Have the next message choose between lines."""
        self._options += [
            KeptOption(f"{UNLISTED}{each.words}" if each.unlisted else each.words, each.line)
            for each in options
        ]

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
        if Code(_OK) in refusal.problem and Code(_NO) in refusal.problem:
            # A line with a name in it is asked about in person, wherever it was typed.
            self._elsewhere = True
            self._yes_or_no(_OK, _NO)

    async def close(self) -> tuple[Reply, ...]:
        """Write down what was asked."""
        asked = [*self._options, *self._for_days()]
        if not asked or not (self._elsewhere or self.ctx.place is Place.DIRECT):
            return ()
        kept = OpenQuestions(self.tx, self.ctx.committee.id)
        if not self._elsewhere and await kept.of(self.ctx.user) is not None:
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
class Asked:
    """What somebody was asked before their message."""

    question: OpenQuestion
    ctx: Context
    tx: Transaction

    def chosen(self, text: str) -> str | None:
        """The line that a message chooses; None when it is no answer."""
        said = text.strip()
        return (
            _line(said, self.question.options, self.ctx)
            if 0 < len(said.split()) <= LONGEST
            else None
        )

    @property
    def shown_at(self) -> datetime:
        """When the list was shown, UTC."""
        return self.question.expires_at - KEPT

    def by_number(self, text: str) -> bool:
        """Whether a message is the place of an option and says nothing else."""
        return place(text, len(_listed(self.question.options))) is not None

    def dropped(self) -> Reply:
        """What is said to a no."""
        if any(not each.words for each in self.question.options):
            return say("Good. No next step.")
        return say("Dropped. Nothing was done.")

    def is_unclear(self, text: str) -> bool:
        """Whether a message fits several of the answers: a name that two people have."""
        return fits_several(text, [each.words for each in _listed(self.question.options)])

    async def again(self) -> Refusal | None:
        """Keep the question open; ask for a number again where there is a list to choose from."""
        kept, question = OpenQuestions(self.tx, self.ctx.committee.id), self.question
        await kept.keep(self.ctx.user, question.options, question.expires_at)
        n = len(_listed(question.options))
        if n == 0:
            return None
        told = line(
            "Which one? Answer with a number, {first} to {n}. Nothing is saved yet.", first=1, n=n
        )
        return Refusal(told, example=NO_EXAMPLE)


@dataclass(frozen=True, slots=True)
class Answers:
    """Takes what somebody says as the answer to what they were asked last."""

    async def taken_up(self, ctx: Context, tx: Transaction) -> Asked | None:
        """What somebody was asked last; None when nothing is open. It stays open only by ``again``."""
        kept = OpenQuestions(tx, ctx.committee.id)
        question = await kept.of(ctx.user)
        if question is None:
            return None
        await kept.drop(ctx.user)
        return (
            Asked(question, ctx, tx) if question.expires_at > ctx.now and question.options else None
        )


def _result(said: str, options: Sequence[KeptOption], ctx: Context) -> str | None:
    """The line that closes a follow-up; ``2 weeks`` is a day, and no result."""
    behind = _RESULT.fullmatch(said)
    if behind is not None:
        for each in options:
            if each.words == f"{RESULT}{behind[1]}" and not _is_a_day(said, ctx):
                return each.line.replace(WORDS, behind[2])
    if len(options) == 1 and is_a_result(said):
        return options[0].line.replace(WORDS, said)
    return None


def is_a_result(said: str) -> bool:
    """Whether words are what may come of a follow-up, and nothing else."""
    return folded(without_signs(said)) in _RESULTS


def _plain(row: Line) -> str:
    return "".join(each if isinstance(each, str) else each.text for each in row)


def _is_a_day(said: str, ctx: Context) -> bool:
    return isinstance(read_day(said, ctx.today, ctx.language), date | AskedDay)


def _line(said: str, options: Sequence[KeptOption], ctx: Context) -> str | None:
    results = [each for each in options if each.words.startswith(RESULT)]
    if results:
        return _result(said, results, ctx)
    unlisted = [each for each in options if each.words.startswith(UNLISTED)]
    told = set((yes_or_no(said) or telling(said)).split())
    for each in unlisted:
        if told and told <= set(each.words.removeprefix(UNLISTED).split()):
            return each.line
    listed = _listed(options)
    if listed:
        at = place(said, len(listed))
        words = [each.words for each in listed]
        if any(each.startswith("yes ") for each in words):
            said = yes_or_no(said) or said
        found = meant(said, words) if at is None else at - 1
        return None if found is None or found >= len(listed) else listed[found].line
    for each in options:
        if not each.words:
            return DROPPED if told == {"no"} else _on_a_day(said, each.line, ctx)
    return None


def _listed(options: Sequence[KeptOption]) -> list[KeptOption]:
    """The options that a list shows by their numbers."""
    return [each for each in options if each.words and each.words[0] not in {UNLISTED, RESULT}]


def _on_a_day(said: str, line: str, ctx: Context) -> str | None:
    """The line with the day that was said; None where it is no day, or may be somebody's name."""
    text = without_signs(said).casefold().removeprefix("next ")
    if text in ALSO_WORDS:
        return None
    found = read_day(text, ctx.today, ctx.language)
    if isinstance(found, date):
        return line.replace(DAY, found.isoformat())
    return line.replace(DAY, text) if isinstance(found, AskedDay) else None
