"""What a person did can be put right: a Refusal says how. Everything else is ours and propagates."""

from typing import TYPE_CHECKING

from commands.framework.i18n import _
from commands.framework.reply import Block, Code, Line, Paragraph, Reply, line

if TYPE_CHECKING:
    from commands.framework.spec import Command

ECHO = 40
"""How much of a person's own words a refusal shows."""


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
