"""Refusals: a person's mistake, and how to put it right. Every other exception is a bug and propagates."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Final, LiteralString, Self

from commands.framework.i18n import _
from commands.framework.reply import Block, Code, Line, Reply, fill, line, listed, reply
from commands.framework.shown_names import line_in_readers_words
from storage.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from commands.framework.context import Context, Provider
    from storage.core.database import Transaction

ECHO = 40
"""How much of a person's own words a refusal shows."""
MOST_COPIED = 120
"""Letters of a whole command that is shown to be copied."""
NO_EXAMPLE = ""
SURE = "--yes"
"""What is put behind a command to have it done although it was asked about."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One possible meaning of ambiguous words: what to type for it, and how people say it."""

    typed: str
    shown: str


@dataclass(frozen=True, slots=True)
class Interpretations:
    """Words that can be read in several ways, with each reading."""

    said: str
    ways: tuple[Interpretation, ...]

    def listed(self, around: str | None = None) -> Block:
        """The ways as a list to copy from, within the words that stood around, where there are any."""
        typed = [
            each.typed if around is None else around.replace(self.said, each.typed)
            for each in self.ways
        ]
        return listed(
            [
                (Code(words, line_in_readers_words(words)), " ", each.shown)
                for words, each in zip(typed, self.ways, strict=True)
            ]
        )


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One answer to a question: the words that mean it, and the line that is done once it is chosen.

    Somebody chooses by its number or by words of it that no other option has.
    """

    words: str
    line: str
    said: str | None = None
    """The typed words that ``line`` stands in for; None: it is the whole line."""
    unlisted: bool = False
    """Whether it is not shown in the list, and has no number."""

    def within(self, typed: str) -> "AnswerOption | None":
        """The option with its whole line; None where the words stand in the line more than once, or not.

        ``SURE`` as the line stands for what was typed, with that behind it.
        """
        if self.line == SURE:
            return replace(self, line=surely(typed))
        if self.said is None:
            return self
        if typed.count(self.said) != 1:
            return None
        return AnswerOption(self.words, typed.replace(self.said, self.line))


class Grasp(Enum):
    """The degree to which a refusal understood the words: of several refusals, the highest is said."""

    NOTHING = "nothing"
    GUESS = "guess"
    """It says "did you mean"."""
    WHOLE = "whole"
    """All of the words belong together, so that fewer are not tried."""


class Refusal(Exception):
    """Nothing was done: one line says how to do it right, and perhaps a list to choose from follows.

    A refusal never changes; ``but`` makes another one.
    """

    def __init__(
        self,
        problem: Line,
        *,
        example: str | None = None,
        readings: Interpretations | None = None,
        choices: Block | None = None,
        options: Sequence[AnswerOption] = (),
        grasp: Grasp = Grasp.NOTHING,
        neutral: Line | None = None,
        fleeting: bool = False,
    ) -> None:
        super().__init__()
        self.problem: Final = problem
        self.example: Final = example
        """Something to type instead; None lets the command's own stand in where it was read."""
        self.example_shown: Final[str] = ""
        """The same in the reader's words, its values as well; empty: with names and keys in them."""
        self.readings: Final = readings
        """What the words may mean; ``choices`` shows it."""
        self.choices: Final = readings.listed() if readings and choices is None else choices
        self.options: Final = tuple(options)
        """What may be answered to it in a direct chat, in the order in which ``choices`` shows it."""
        self.grasp: Final = grasp
        self.neutral: Final = neutral
        """The problem without any typed word, for a room; None when there is nothing specific to say."""
        self.fleeting: Final = fleeting
        """Whether the refusal shows words of a poll, which must not be written down (Reply.fleeting)."""

    def but(
        self,
        *,
        problem: Line | None = None,
        example: str | None = None,
        choices: Block | None = None,
        options: Sequence[AnswerOption] | None = None,
        fleeting: bool = False,
    ) -> Self:
        """Copy the refusal with the given parts replaced; a part that is None stays."""
        changed: dict[str, object] = {
            "problem": problem,
            "example": example,
            "choices": choices,
            "options": options,
        }
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__ | {k: v for k, v in changed.items() if v is not None})
        other.__dict__["fleeting"] = self.fleeting or fleeting
        if example is not None:
            other.__dict__["example_shown"] = ""
        return other

    def with_example(self, example: str) -> Self:
        """The refusal with a command's own example, unless it has one or shows none."""
        return self if self.example is not None else self.but(example=example)

    def with_example_shown(self, shown: str) -> Self:
        """The refusal with its example in the reader's words."""
        other = self.but()
        other.__dict__["example_shown"] = shown
        return other

    def to_copy(self, around: str) -> Self:
        """The refusal with each reading within the words that stood around, to be copied from there.

        ``around`` is what was typed; a long one, or one with the words in it twice, is left out.
        """
        if (
            self.readings
            and around.count(self.readings.said) == 1
            and "\n" not in around
            and len(around) <= MOST_COPIED
        ):
            return self.but(choices=self.readings.listed(around))
        return self

    def answers(self, typed: str) -> tuple[AnswerOption, ...]:
        """The options with their whole lines; none where one of them cannot be put into what was typed."""
        options = self.options
        if not options and not self.fleeting and Code(SURE) in self.problem:
            options = (
                AnswerOption("yes save", SURE, unlisted=True),
                AnswerOption("no", "", unlisted=True),
            )
        whole = [each for option in options if (each := option.within(typed)) is not None]
        return tuple(whole) if len(whole) == len(options) else ()

    def reply(self) -> Reply:
        """The refusal as a person reads it."""
        shown = self.problem
        if self.example:
            shown = (
                *shown,
                " ",
                *line("Like this: {example}", example=Code(self.example, self.example_shown)),
            )
        return reply(shown, self.choices, fleeting=self.fleeting)

    async def told(
        self, ctx: "Context", tx: "Transaction", provide: "Provider"
    ) -> tuple[Reply, ...]:
        """The replies to whoever typed the command, and perhaps to others."""
        del ctx, tx, provide
        return (self.reply(),)


class Unfinished(Refusal):
    """Words are merely missing at the end."""


def refuse(words: LiteralString, /, *, example: str | None = None, **values: object) -> Refusal:
    """Make a Refusal for something typed wrongly, in one sentence that is translated; an example shows how."""
    return Refusal(fill(_(words), **values), example=example)


def impossible(words: LiteralString, /, **values: object) -> Refusal:
    """Make a Refusal for something typed rightly that cannot be done now, in a sentence that is translated."""
    return not_now(fill(_(words), **values))


def not_now(why: Line) -> Refusal:
    """Make a Refusal for something typed rightly that cannot be done now: no example helps."""
    return Refusal(why, example=NO_EXAMPLE)


def ambiguous(
    said: str, readings: Sequence[Interpretation], problem: Line | None = None
) -> Refusal:
    """Ask which of several things some words mean; in other words than usual, if need be."""
    usual = line("“{words}” can be read in several ways. Write one of these:", words=cut(said))
    return Refusal(
        problem or usual,
        example=NO_EXAMPLE,
        readings=Interpretations(said, tuple(readings)),
        grasp=Grasp.WHOLE,
    )


def did_you_mean(word: str, close: object) -> Refusal:
    """Refuse a word that is almost one we know."""
    said = line("I do not know “{word}”. Did you mean {close}?", word=cut(word), close=close)
    return Refusal(said, grasp=Grasp.GUESS)


def surely(typed: str) -> str:
    """Put ``SURE`` behind the command of a message; what stands in further lines stays below."""
    first, *below = typed.strip().split("\n", 1)
    return "\n".join([f"{first.rstrip()} {SURE}", *below])


def cut(words: str) -> str:
    """A person's own words, short enough to be shown back, on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= ECHO else flat[: ECHO - 1].rstrip() + "…"
