"""Undo policies: how a job declares who may take back what it saved, when not, and what follows."""

from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import TypeVar

from commands.framework.context import Context, Role, UserId
from commands.framework.errors import Refusal
from commands.framework.reply import Reply
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, Entry
from storage.core.repository import Repository, bound
from storage.history.entries import History

R = TypeVar("R", bound=Repository)


class UndoneBy(Enum):
    """The people who may take an entry back, within a quarter of an hour."""

    ITS_AUTHOR = "its author"
    """Or a lead for them, saying why."""
    LEADS = "leads"
    """What leads do: whoever is none any more leaves it as it is."""
    ITS_AUTHOR_ALONE = "its author alone"
    """What somebody says of themselves: nobody takes that back for them."""


@dataclass(frozen=True, slots=True)
class UndoStep:
    """One entry that somebody wants to take back, with everything policies judge it by."""

    ctx: Context
    entry: Entry
    contact: Contact | None
    """Whom the entry is about."""
    history: History
    roles: Mapping[UserId, Role]
    """The committee's members."""

    def repository(self, kind: type[R]) -> R:
        """This committee's repository of the given type, in the undoing transaction."""
        ctx, history = self.ctx, self.history
        today = ctx.now.astimezone(ctx.zone).date()
        return bound(kind, history.tx, history.committee, today=today, author=ctx.user, now=ctx.now)

    async def reverse(self) -> None:
        """Take the entry back: its rows stay in the tables and no longer count."""
        await self.history.reverse(self.entry)


async def reversed_alone(step: UndoStep) -> tuple[Reply, ...]:
    """Take an entry back when nothing follows from it that anybody has to hear."""
    await step.reverse()
    return ()


@dataclass(frozen=True, slots=True)
class UndoPolicy:
    """The policy for taking back one kind of entry."""

    what: Callable[[], str] = str
    """What is taken back, as help shows it: a phrase that may have ``{who}`` in it."""
    by: UndoneBy = UndoneBy.ITS_AUTHOR
    refuse_if: Callable[[UndoStep], Awaitable[Refusal | None]] | None = None
    """Why an entry cannot be taken back as things stand; None if it can."""
    take_back: Callable[[UndoStep], Awaitable[tuple[Reply, ...]]] = reversed_alone
    """Takes it back; what others have to hear of it."""
    said: Callable[[UndoStep, str], Awaitable[str | None]] | None = None
    """What is taken back, with numbers, organizers, titles; given whom it is about. None: as ``what``."""

    async def words(self, step: UndoStep, contact: str) -> str:
        """What is taken back; ``contact`` stands for whom it is about."""
        said = None if self.said is None else await self.said(step, contact)
        return self.what().format(who=contact) if said is None else said
