"""How plain words of a direct chat are heard: lines as people say them, and answers to what was asked."""

from datetime import datetime
from typing import Protocol

from commands.framework.context import Context
from commands.framework.errors import Refusal
from commands.framework.reply import Reply
from commands.framework.request import NotRead, Request
from commands.framework.spec import Command
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


class SpokenReader(Protocol):
    """Reads lines as people say them, where the strict form cannot or may be mistaken."""

    @property
    def command(self) -> Command:
        """The command whose rights a person needs to be heard so at all."""

    def may_be(self, asked: Request | NotRead, text: str) -> bool:
        """Whether a line may be spoken so; where not, nobody's rights are asked for it."""

    async def hear(
        self, asked: Request | NotRead, text: str, ctx: Context, tx: Transaction
    ) -> tuple[Request, ...] | None:
        """What a line asks for; None leaves it to its strict form, ``asked``.

        Raises Refusal: the line was understood in part, or in several ways.
        """

    async def begins(self, line: str, ctx: Context, tx: Transaction) -> bool:
        """Whether a line, one of several in a message, says something by itself."""


class AskedBefore(Protocol):
    """What somebody was asked before their message, and what answers it."""

    def chosen(self, text: str) -> str | None:
        """The line that a message chooses, empty where nothing is to be done; None when it is no answer."""

    def dropped(self) -> Reply:
        """What is said to an answer after which nothing is to be done."""

    def is_unclear(self, text: str) -> bool:
        """Whether a message fits several answers, and tells nothing of which one is meant."""

    @property
    def shown_at(self) -> datetime:
        """When its list was shown, UTC."""

    def by_number(self, text: str) -> bool:
        """Whether a message chooses by a number alone, and so may answer another list as well."""

    async def again(self) -> Refusal | None:
        """Keep the question open; a refusal asks it again, None leaves the words to what else they are."""


class AnswerReader(Protocol):
    """Takes answers to the question that somebody was asked last."""

    async def taken_up(self, ctx: Context, tx: Transaction) -> AskedBefore | None:
        """What somebody was asked; None when nothing is open."""


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The language in which somebody is answered from now on, and what tells them so."""

    language: str
    said: Reply


class LanguageGuesser(Protocol):
    """Guesses in which language somebody wants to be answered who has not chosen one."""

    def of_talk(self, text: str) -> str | None:
        """The one language in which words that are no command are typed; None where that is not clear."""

    async def take(self, language: str, ctx: Context, tx: Transaction) -> LanguageGuess | None:
        """Answer somebody in a language from now on; None for whoever has chosen, and in rooms."""
