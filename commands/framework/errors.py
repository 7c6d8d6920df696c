"""What a person did can be put right: a Refusal says how. Everything else is ours and propagates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commands.framework.i18n import _
from commands.framework.reply import Block, Code, Line, Paragraph, Reply, line, listed

if TYPE_CHECKING:
    from commands.framework.context import Context, Provider
    from commands.framework.spec import Command
    from storage.core.database import Transaction

ECHO = 40
"""How much of a person's own words a refusal shows."""


MOST_COPIED = 120
"""Letters of a whole command that is shown to be copied."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One of the things that words may mean: what to type for it, and how people say it."""

    typed: str
    shown: str


class Refusal(Exception):
    """Nothing was done, and this is how to do it: one line, and perhaps a list to choose from."""

    def __init__(
        self,
        problem: Line,
        *,
        example: str | None = None,
        choices: Block | None = None,
        suggested: bool = False,
    ) -> None:
        super().__init__()
        self.problem = problem
        self.example = example
        """Something to type instead; None lets the command's own stand in, "" shows none."""
        self.choices = choices
        self.suggested = suggested
        """Whether it says "did you mean": the most helpful of several refusals."""
        self.understood = False
        """Whether all of the words are known to belong together, so that fewer are not tried."""
        self.said = ""
        """Words of theirs that can be read in several ways."""
        self.readings: tuple[Interpretation, ...] = ()
        """What those words may mean; ``choices`` shows them."""
        self.neutral: Line | None = None
        """The same without a word of theirs, for a room; None when there is nothing specific."""
        self.unfinished = False
        """Whether words are merely missing at the end."""
        self.certain = False
        """Whether the command is known; if not, their words may belong to a private one."""
        self.command: Command | None = None
        """The command that was meant, as far as one can tell."""
        self.fleeting = False
        """Whether it shows what must not be written down: words of a poll (Reply.fleeting)."""

    def reply(self) -> Reply:
        """The refusal as a person reads it."""
        shown = self.problem
        if self.example:
            shown = (*shown, " ", *line(_("Like this: {example}"), example=Code(self.example)))
        head = Paragraph(shown)
        blocks = (head,) if self.choices is None else (head, self.choices)
        return Reply(blocks, fleeting=self.fleeting)

    async def told(
        self, ctx: "Context", tx: "Transaction", provide: "Provider"
    ) -> tuple[Reply, ...]:
        """What is said, to whoever typed it and perhaps to others."""
        del ctx, tx, provide
        return (self.reply(),)

    def to_copy(self, around: str) -> None:
        """Show each reading within the words that stood around it, where it can be copied from.

        ``around`` is what was typed; a long one, or one with the words in it twice, is left out.
        """
        if (
            self.readings
            and around.count(self.said) == 1
            and "\n" not in around
            and len(around) <= MOST_COPIED
        ):
            self._show([around.replace(self.said, each.typed) for each in self.readings])

    def _show(self, typed: Sequence[str]) -> None:
        rows = zip(typed, self.readings, strict=True)
        self.choices = listed([(Code(words), " ", each.shown) for words, each in rows])


def ambiguous(said: str, readings: Sequence[Interpretation]) -> Refusal:
    """The question which of several things some words mean."""
    refusal = refuse(
        _("“{words}” can be read in several ways. Write one of these:"), words=cut(said), example=""
    )
    refusal.said = said
    refusal.readings = tuple(readings)
    refusal.suggested = refusal.understood = True
    refusal._show([each.typed for each in readings])  # noqa: SLF001 (its own module)
    return refusal


def refuse(template: str, /, *, example: str | None = None, **values: object) -> Refusal:
    """A refusal of one (translated) sentence."""
    return Refusal(line(template, **values), example=example)


def did_you_mean(word: str, close: object) -> Refusal:
    """The refusal of a word that is almost one we know."""
    refusal = refuse(
        _("I do not know “{word}”. Did you mean {close}?"), word=cut(word), close=close
    )
    refusal.suggested = True
    return refusal


def cut(words: str) -> str:
    """A person's own words, short enough to be shown back, on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= ECHO else flat[: ECHO - 1].rstrip() + "…"
