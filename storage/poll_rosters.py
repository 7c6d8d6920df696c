"""Whom secret polls asked lately, so that two of them do not tell on the few in one only."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.database import Transaction
from storage.model import UserId
from storage.repository import Repository, millis

KEPT_DAYS = 30
"""Days for which rosters are compared (4-ballots: Policy)."""


@dataclass(frozen=True, slots=True)
class PollRosters(Repository):
    """Rosters of one committee's polls."""

    async def add(self, poll: str, opened_at: datetime, people: Iterable[UserId]) -> None:
        """Keep a roster; a second time changes nothing."""
        await self.tx.execute(
            "INSERT OR IGNORE INTO poll_roster(poll, committee, opened_at, people)"
            " VALUES (?, ?, ?, ?)",
            (poll, self.committee, millis(opened_at), json.dumps(sorted(people))),
        )

    async def since(self, moment: datetime) -> list[frozenset[UserId]]:
        """Those of polls opened at or after a moment."""
        rows = await self.tx.all(
            "SELECT people FROM poll_roster WHERE committee = ? AND opened_at >= ?",
            (self.committee, millis(moment)),
        )
        return [frozenset(map(UserId, json.loads(row["people"]))) for row in rows]


@dataclass(frozen=True, slots=True)
class OldRosters:
    """Rosters that nothing is compared with any more."""

    tx: Transaction

    async def forget_before(self, at: int) -> int:
        """Drop rosters older than ``at`` (Unix ms UTC); how many went."""
        return await self.tx.execute("DELETE FROM poll_roster WHERE opened_at < ?", (at,))
