"""Commands that are done and taken back at once, so that their real answers can be seen."""

from collections.abc import Awaitable, Callable, Sequence

from commands.framework.reply import Audience, Reply
from commands.framework.request import NotRead, Request
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import all_or_nothing


class _OverError(Exception):
    """Ends a rehearsal, so that everything in it is taken back."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A way to run commands of which nothing stays: no row, no number, no budget, no effect afterwards."""

    tx: Transaction
    read: Callable[[str], Request | NotRead]
    """Reads a line as its sender would have typed it here."""
    answer: Callable[[Request], Awaitable[tuple[Reply, ...]]]
    """Does what was read, as its sender."""

    async def of(self, before: Sequence[Request], last: Request) -> tuple[Reply, ...]:
        """Return what the last command is answered where it was typed, after those before it.

        Look-ups are taken back as well, budget included: callers decide which commands they let through.
        What would go to others, or with the words, is dropped.
        """
        said: tuple[Reply, ...] = ()
        try:
            async with all_or_nothing(self.tx):
                for each in before:
                    await self.answer(each)
                said = await self.answer(last)
                raise _OverError  # noqa: TRY301 (only an exception takes back what was written)
        except _OverError:
            return tuple(Reply(each.blocks) for each in said if each.audience is Audience.HERE)
