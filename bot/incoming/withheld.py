"""Lines withheld for a name in them, in memory alone: one for each person and committee."""

from dataclasses import field
from datetime import datetime
from functools import partial
from typing import Final

from commands.framework.context import CommitteeId, Context, UserId
from commands.framework.withheld import WithheldLine, WithheldLines
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass

MOST: Final = 1_000
"""Lines that are kept; beyond, the oldest goes, and its author sends it again."""

Whose = tuple[CommitteeId, UserId]


@dataclass(frozen=True, slots=True)
class Withheld:
    """Every line that waits."""

    lines: dict[Whose, WithheldLine] = field(default_factory=dict)

    def of(self, ctx: Context, tx: Transaction) -> WithheldLines:
        """The line of whoever typed a command; it changes once the command's transaction has committed."""
        return _OfOne(self, (ctx.committee.id, ctx.user), tx)

    def keep(self, whose: Whose, line: WithheldLine) -> None:
        """Have a line wait in the place of an earlier one."""
        self.drop(whose)
        self.lines[whose] = line
        if len(self.lines) > MOST:
            del self.lines[next(iter(self.lines))]

    def drop(self, whose: Whose) -> None:
        """Drop a line; nothing where none waits."""
        self.lines.pop(whose, None)


@dataclass(frozen=True, slots=True)
class _OfOne(WithheldLines):
    withheld: Withheld
    whose: Whose
    tx: Transaction

    def waiting(self, now: datetime) -> WithheldLine | None:
        line = self.withheld.lines.get(self.whose)
        return line if line is not None and now <= line.until else None

    def keep(self, line: WithheldLine) -> None:
        self.tx.after_commit(partial(self.withheld.keep, self.whose, line))

    def drop(self) -> None:
        self.tx.after_commit(partial(self.withheld.drop, self.whose))
