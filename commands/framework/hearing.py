"""How plain words of a direct chat are heard: lines as people say them, and answers to what was asked."""

from typing import Protocol

from commands.framework.context import Context
from commands.framework.request import NotRead, Request
from commands.framework.spec import Command
from storage.core.database import Transaction


class SpokenReader(Protocol):
    """Reads lines as people say them, where the strict form cannot or may be mistaken."""

    @property
    def command(self) -> Command:
        """The command whose rights a person needs to be heard so at all."""

    async def hear(
        self, asked: Request | NotRead, text: str, ctx: Context, tx: Transaction
    ) -> tuple[Request, ...] | None:
        """What a line asks for; None leaves it to its strict form, ``asked``.

        Raises Refusal: the line was understood in part, or in several ways.
        """

    async def begins(self, line: str, ctx: Context, tx: Transaction) -> bool:
        """Whether a line, one of several in a message, says something by itself."""


class AnswerReader(Protocol):
    """Takes answers to the question that somebody was asked last."""

    async def chosen(self, text: str, ctx: Context, tx: Transaction) -> str | None:
        """The line that a message chooses; None when nothing was asked, or it is no answer."""
