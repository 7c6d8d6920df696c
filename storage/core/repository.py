"""Base classes of repositories: what a command is handed, bound to one transaction and committee."""

from contextlib import AbstractAsyncContextManager
from dataclasses import fields
from datetime import date, datetime
from typing import TypeVar

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, UserId


@dataclass(frozen=True, slots=True)
class Repository:
    """Base class: records of one committee. A command reaches only the repositories it names.

    What else a repository depends on it names in further fields: ``today``, the reader's own day (what
    is dated later does not count yet); ``author`` and ``now``, who writes and when, aware and in UTC.
    """

    tx: Transaction
    committee: CommitteeId


R = TypeVar("R", bound=Repository)


@dataclass(frozen=True, slots=True)
class Counts(Repository):
    """Base class: counts of one committee without names, so that an answer in the room may use them."""


@dataclass(frozen=True, slots=True)
class Common(Repository):
    """Base class: records a committee talks about in its own room: meetings. No contacts, no ratings."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Base class: records that belong to no single committee."""

    tx: Transaction


def bound(
    kind: type[R],
    tx: Transaction,
    committee: CommitteeId,
    *,
    today: date,
    author: UserId,
    now: datetime,
) -> R:
    """Make a repository of ``kind``, passing only the values that its fields name."""
    at_hand = {"today": today, "author": author, "now": now}
    named = {each.name for each in fields(kind)}
    return kind(tx, committee, **{name: at_hand[name] for name in at_hand if name in named})


def all_or_nothing(tx: Transaction) -> AbstractAsyncContextManager[None]:
    """Take back what the block wrote when it raises, and leave the transaction usable.

    A cancelled block is left to the transaction itself, which is then over.
    """
    return _Part(tx)


class _Part:
    """A block of a transaction."""

    __slots__ = ("_effects", "_tx")

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def __aenter__(self) -> None:
        self._tx.begin_part()
        self._effects = self._tx.effects

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self._tx.end_part()
        elif issubclass(kind, Exception):
            self._tx.drop_effects(self._effects)
            await self._tx.undo_part()
