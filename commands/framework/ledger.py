"""Ledgers: sums kept beside a command while it is answered, as of people looked at and things made."""

from collections.abc import Callable, Sequence
from typing import Protocol

from commands.framework.context import Context
from commands.framework.errors import Refusal
from commands.framework.reply import Reply
from commands.framework.spec import Command
from storage.core.database import Transaction


class CommandLedger(Protocol):
    """A ledger of one message, in its transaction. The catalogue says which ledgers there are.

    A command that names a ledger in its signature gets the one that is kept beside it.
    """

    async def begin(self, command: Command) -> None:
        """Check before a command that writes is run. Raises Refusal, and the command is not run."""

    async def written(self, text: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Count what a command wrote and says; what is said besides.

        ``text`` is what was typed. Raises Refusal, and all that was written is taken back.
        """
        del text, replies
        return ()

    async def refused(self, refusal: Refusal) -> None:
        """Count what a refusal shows. Raises the Refusal that is said instead."""

    async def close(self) -> tuple[Reply, ...]:
        """Keep what counts whatever came of the message; what is said besides.

        It is outside of what a refusal takes back.
        """
        return ()


LedgerKind = Callable[[Context, Transaction], CommandLedger]
"""Opens a ledger for one message."""
