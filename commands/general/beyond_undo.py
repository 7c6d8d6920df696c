"""What somebody did that no undo takes back: remembered for as long as they might expect it to.

Only that there was such an act, after which entry of the history: never what it was.
"""

from collections.abc import Sequence

from commands.framework.context import Context
from commands.framework.ledger import CommandLedger
from commands.framework.reply import Reply
from commands.framework.spec import Command
from storage.authority.previews import Shown
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId
from storage.history.entries import History

_WHAT = "beyond undo"
"""How it is kept, beside what somebody was shown."""


@dataclass(slots=True)
class BeyondUndo(CommandLedger):
    """Notes a command that destroys something and leaves no entry to take back."""

    ctx: Context
    tx: Transaction
    _command: Command | None = None
    _before: EntryId | None = None

    async def begin(self, command: Command) -> None:
        """Note the newest entry before a command that destroys."""
        if command.destroys:
            self._command, self._before = command, await self._newest()

    async def written(self, text: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Note the act if the command wrote no entry. Nothing is noted of a mere preview."""
        del replies
        command = self._command
        if command is None or ("yes" in command.keyed() and not text.rstrip().endswith("yes")):
            return ()
        if await self._newest() == self._before:
            shown = Shown(self.tx, self.ctx.committee.id)
            await shown.keep(self.ctx.user, _WHAT, {}, self.ctx.now)
        return ()

    async def since(self, entry: EntryId) -> bool:
        """Whether the person did such a thing after an entry of theirs."""
        shown = Shown(self.tx, self.ctx.committee.id)
        last = await shown.last(self.ctx.user, _WHAT, self.ctx.now)
        return last is not None and last.entry >= entry

    async def _newest(self) -> EntryId | None:
        history = History(self.tx, self.ctx.committee.id, self.ctx.user, self.ctx.now)
        return await history.newest(self.ctx.user)
