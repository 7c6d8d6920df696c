"""Proposals: what waits for a lead's ok before this committee is part of it."""

from datetime import datetime

from storage.coalition.model import (
    CoalitionId,
    MemberId,
    Proposal,
    ProposalId,
    ProposalState,
)
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common, Shared
from storage.core.rows import millis, moment

_OWN = "coalition = (SELECT id FROM coalitions WHERE committee = ?)"


@dataclass(frozen=True, slots=True)
class Proposals(Common):
    """The proposals to one committee, of every kind."""

    async def add(
        self,
        coalition: CoalitionId,
        *,
        kind: str,
        key: str,
        body: str,
        member: MemberId | None,
        expires_at: datetime,
        now: datetime,
    ) -> Proposal | None:
        """Save a proposal; None if the same thing was proposed before, whatever came of that."""
        number = await self.tx.number(
            "SELECT COALESCE(MAX(number), 0) + 1 FROM coalition_proposals WHERE coalition = ?",
            (coalition,),
        )
        made = await self.tx.add_new(
            "coalition_proposals",
            coalition=coalition,
            number=number,
            kind=kind,
            key=key,
            body=body,
            member=member,
            state=ProposalState.OPEN,
            expires_at=expires_at,
            at=now,
        )
        return await self.by_key(kind, key) if made else None

    async def by_number(self, number: int) -> Proposal | None:
        """Return the proposal that leads call by a number; None if there is none."""
        return await self.tx.record(
            Proposal,
            f"SELECT * FROM coalition_proposals WHERE {_OWN} AND number = ?",
            (self.committee, number),
        )

    async def by_key(self, kind: str, key: str) -> Proposal | None:
        """Return the proposal of one thing; None if it was not proposed."""
        return await self.tx.record(
            Proposal,
            f"SELECT * FROM coalition_proposals WHERE {_OWN} AND kind = ? AND key = ?",
            (self.committee, kind, key),
        )

    async def open(self, now: datetime) -> list[Proposal]:
        """Return what waits for an ok at a time, oldest first."""
        return await self.tx.records(
            Proposal,
            f"SELECT * FROM coalition_proposals WHERE {_OWN} AND number > 0 AND state = 'open' "
            "AND expires_at > ? ORDER BY id",
            (self.committee, millis(now)),
        )

    async def waiting_of(self, member: MemberId, now: datetime) -> int:
        """Count what a member proposed and nobody decided yet."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM coalition_proposals WHERE member = ? AND number > 0 "
            "AND state = 'open' AND expires_at > ?",
            (member, millis(now)),
        )

    async def overdue(self, now: datetime) -> list[Proposal]:
        """Return what nobody decided in time and is not marked as expired yet, oldest first."""
        return await self.tx.records(
            Proposal,
            f"SELECT * FROM coalition_proposals WHERE {_OWN} AND number > 0 AND state = 'open' "
            "AND expires_at <= ? ORDER BY id",
            (self.committee, millis(now)),
        )

    async def ended_without(self, lead: UserId, since: datetime) -> bool:
        """Return whether something that waited ended after ``since`` without that lead's ok or no."""
        ended = await self.tx.number(
            f"SELECT COUNT(*) FROM coalition_proposals WHERE {_OWN} AND number > 0 "
            "AND decided_at > ? AND decided_by IS NOT ?",
            (self.committee, millis(since), lead),
        )
        return ended > 0

    async def last_decided(self, lead: UserId) -> datetime | None:
        """Return when a lead said ok or no the last time, as far as it is kept; None: they did not."""
        at = await self.tx.value(
            f"SELECT MAX(decided_at) FROM coalition_proposals WHERE {_OWN} AND decided_by = ?",
            (self.committee, lead),
        )
        return None if at is None else moment(int(str(at)))

    async def decide(
        self,
        proposal: ProposalId,
        state: ProposalState,
        now: datetime,
        by: UserId | None = None,
        *,
        keep_body: bool = False,
    ) -> bool:
        """Save what became of a proposal; False if that was decided before. ``by``: the lead.

        What was proposed goes with it, words and all, unless ``keep_body``.
        """
        return bool(
            await self.tx.execute(
                "UPDATE coalition_proposals SET state = ?, decided_by = ?, decided_at = ?, "
                "body = CASE WHEN ? THEN body ELSE '' END WHERE id = ? AND state = 'open'",
                (state.value, by, millis(now), keep_body, proposal),
            )
        )

    async def forget(self, proposal: ProposalId) -> None:
        """Delete a proposal, so that the same thing can be proposed again."""
        await self.tx.execute("DELETE FROM coalition_proposals WHERE id = ?", (proposal,))

    async def withdraw(self, kind: str, key: str, now: datetime) -> bool:
        """End an open proposal that nobody can agree to any more; False if it was not open."""
        found = await self.by_key(kind, key)
        return found is not None and await self.decide(found.id, ProposalState.EXPIRED, now)


@dataclass(frozen=True, slots=True)
class DecidedProposals(Shared):
    """Proposals to all committees of this bot that were decided, or that nobody decided in time."""

    async def empty_before(self, at: int) -> int:
        """Delete what was proposed and decided before ``at`` (Unix ms UTC); return how many."""
        return await self.tx.execute(
            "UPDATE coalition_proposals SET body = '' "
            "WHERE state <> 'open' AND body <> '' AND decided_at < ?",
            (at,),
        )

    async def forget_before(self, at: int) -> int:
        """Delete what was decided before ``at`` (Unix ms UTC); return how many."""
        return await self.tx.execute(
            "DELETE FROM coalition_proposals WHERE state <> 'open' AND decided_at < ?", (at,)
        )
