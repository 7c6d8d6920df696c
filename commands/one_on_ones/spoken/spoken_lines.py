"""Which lines of a direct chat are looked at for what they may mean in other words.

What reads such lines is loaded with the first of them.
"""

from typing import TYPE_CHECKING

from commands.framework.context import Context
from commands.framework.request import NotRead, Request
from commands.framework.room_lines import is_marked
from commands.framework.spec import Command
from commands.index import unloaded
from commands.one_on_ones.spoken.commands import MARK, SPOKEN
from storage.core.database import Transaction
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from commands.one_on_ones import commands as one_on_ones
    from commands.one_on_ones.spoken import listener
else:
    one_on_ones = unloaded("commands.one_on_ones.commands")
    listener = Later("commands.one_on_ones.spoken.listener")


@dataclass(frozen=True, slots=True)
class SpokenLines:
    """Reads spoken lines of a direct chat; see ``commands/framework/hearing.py``."""

    @property
    def command(self) -> Command:
        """The command whose rights a person needs to be heard so at all."""
        return one_on_ones.log

    def may_be(self, asked: Request | NotRead, text: str) -> bool:
        """Whether a line may mean something else than it was read as.

        Not one read as a command that nobody says in other words, nor one in its strict form, but for words that
        mean two things, as 4/12 does.
        """
        if isinstance(asked, Request):
            return asked.command in SPOKEN or asked.command is MARK
        return not (is_marked(text) and asked.refusal.readings is not None)

    async def hear(
        self, asked: Request | NotRead, text: str, ctx: Context, tx: Transaction
    ) -> tuple[Request, ...] | None:
        """What a line asks for; None leaves it to its strict form. Raises Refusal."""
        return await listener.hear(asked, text, ctx, tx) if self.may_be(asked, text) else None

    async def begins(self, line: str, ctx: Context, tx: Transaction) -> bool:
        """Whether a line, one of several in a message, says something by itself."""
        return await listener.begins(line, ctx, tx)
