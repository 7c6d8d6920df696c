"""Derived columns, recomputed after every command that writes."""

from collections.abc import Sequence

from commands.framework.context import Context
from commands.framework.ledger import CommandLedger
from commands.framework.reply import Reply
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.reports.unit import Unit


@dataclass(frozen=True, slots=True)
class DerivedColumns(CommandLedger):
    """Columns for where people work and what they are in the unit, on the committee's day."""

    ctx: Context
    tx: Transaction

    async def written(self, text: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Work out the columns of everybody about whom something was written."""
        del text, replies
        await Unit(self.tx, self.ctx.committee.id, self.ctx.day).recompute_written()
        return ()
