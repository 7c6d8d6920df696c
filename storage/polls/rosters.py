"""Rosters of secret polls, compared so that two polls do not tell on the few who are in one only."""

import json
from collections.abc import Iterable
from datetime import datetime

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import Json, millis

KEPT_DAYS = 30
"""Days for which rosters are compared (docs/ballot-secrecy.md)."""


@dataclass(frozen=True, slots=True)
class DeadlineHistory:
    """When a poll opened (aware, UTC), and how often its deadline was moved."""

    opened: datetime
    postponed: int


@dataclass(frozen=True, slots=True)
class PollRoster:
    """The people one poll asked, and when (aware, UTC)."""

    poll: str
    committee: CommitteeId
    opened: datetime
    people: Json[frozenset[UserId]]


@dataclass(frozen=True, slots=True)
class PollRosters(Repository):
    """Rosters of one committee's polls."""

    async def add(self, poll: str, opened_at: datetime, people: Iterable[UserId]) -> None:
        """Keep a roster; a second time changes nothing."""
        await self.tx.add_new(
            "poll_roster",
            poll=poll,
            committee=self.committee,
            opened_at=opened_at,
            people=json.dumps(sorted(people)),
        )

    async def history(self, poll: str) -> DeadlineHistory | None:
        """Return when a poll was opened and how often it was postponed; None if no roster is kept."""
        return await self.tx.record(
            DeadlineHistory,
            "SELECT opened_at AS opened, postponed FROM poll_roster WHERE poll = ? AND committee = ?",
            (poll, self.committee),
        )

    async def postponed(self, poll: str) -> None:
        """Count one more postponement of a poll's deadline."""
        await self.tx.execute(
            "UPDATE poll_roster SET postponed = postponed + 1 WHERE poll = ? AND committee = ?",
            (poll, self.committee),
        )


@dataclass(frozen=True, slots=True)
class AllRosters(Shared):
    """Rosters of all committees: the same people may meet in two rooms."""

    async def since(self, at: datetime) -> list[PollRoster]:
        """Return the rosters of polls opened at or after a moment, the latest first."""
        return await self.tx.records(
            PollRoster,
            "SELECT poll, committee, opened_at AS opened, people FROM poll_roster WHERE opened_at >= ?"
            " ORDER BY opened_at DESC, poll",
            (millis(at),),
        )

    async def without_result(self, poll: str) -> None:
        """Delete the roster of a poll whose result will never be published: nothing can be compared."""
        await self.tx.execute("DELETE FROM poll_roster WHERE poll = ?", (poll,))


@dataclass(frozen=True, slots=True)
class OldRosters:
    """Rosters and presence, for deletion by age."""

    tx: Transaction

    async def forget_before(self, at: int) -> int:
        """Delete rosters and presence older than ``at`` (Unix ms UTC); returns how many rosters went."""
        await self.tx.execute("DELETE FROM poll_presence WHERE away < ?", (at,))
        return await self.tx.execute("DELETE FROM poll_roster WHERE opened_at < ?", (at,))
