"""Standings: since when the bot has seen each member and each role, and what leads confirmed."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common, Shared
from storage.core.rows import millis, moment, records


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """One member. Times are aware and UTC, by the bot's own clock; 1970: since the beginning."""

    person: UserId
    joined: datetime
    """When the bot first saw the member in the room, after their last absence from the room."""
    announcement: str | None = None
    """Transaction id of the message that announces the member to the room."""
    introduced: datetime | None = None
    """When the announcement was sent."""
    accepted: datetime | None = None
    """When the member was let in, where newcomers need that."""
    lead: datetime | None = None
    """Since when the member counts as a lead."""
    keeper: datetime | None = None
    """Since when the member counts as a keeper of the data."""
    waits: datetime | None = None
    """Since when the room shows more than was confirmed."""
    told: datetime | None = None
    """When the leads were told of unconfirmed power."""

    @property
    def began(self) -> datetime:
        """When the member could begin: joined, or was let in where that came later."""
        return self.joined if self.accepted is None else max(self.joined, self.accepted)


@dataclass(frozen=True, slots=True)
class Standings(Common):
    """One committee's members, as the bot saw them."""

    async def of(self, person: UserId) -> MemberRecord | None:
        """Return a member's record; None if there is none."""
        return await self.tx.record(
            MemberRecord, f"{_MEMBER}WHERE committee = ? AND person = ?", (self.committee, person)
        )

    async def all(self) -> dict[UserId, MemberRecord]:
        """Return all members' records, in the order in which they joined."""
        rows = await self.tx.all(
            f"{_MEMBER}WHERE committee = ? ORDER BY joined_at, person",
            (self.committee,),
        )
        return {each.person: each for each in records(MemberRecord, rows)}

    async def begun_since(self, since: datetime) -> list[MemberRecord]:
        """Return the records of whoever began at ``since`` (aware) or later, the first to join first."""
        return await self.tx.records(
            MemberRecord,
            f"{_MEMBER}WHERE committee = ? AND MAX(joined_at, COALESCE(accepted_at, 0)) >= ? ORDER BY joined_at, person",
            (self.committee, millis(since)),
        )

    async def put(self, kept: MemberRecord) -> None:
        """Insert or replace a member's record."""
        await self.tx.put(
            "standings",
            committee=self.committee,
            person=kept.person,
            joined_at=kept.joined,
            announcement=kept.announcement,
            introduced_at=kept.introduced,
            accepted_at=kept.accepted,
            lead_at=kept.lead,
            keeper_at=kept.keeper,
            waits_at=kept.waits,
            told_at=kept.told,
        )

    async def drop(self, person: UserId) -> None:
        """Delete a member's record: they left, and whoever comes back is new."""
        await self.tx.execute(
            "DELETE FROM standings WHERE committee = ? AND person = ?", (self.committee, person)
        )

    async def begun(self) -> datetime | None:
        """Return since when the committee's members are recorded (aware, UTC); None: not yet."""
        at = await self.tx.value("SELECT at FROM foundings WHERE committee = ?", (self.committee,))
        return None if at is None else moment(int(str(at)))

    async def begin(self, at: datetime) -> None:
        """Note that the committee's members are recorded from ``at`` on; a second call changes nothing."""
        await self.tx.add_new("foundings", committee=self.committee, at=at)


@dataclass(frozen=True, slots=True)
class Renewals(Shared):
    """Changes to one person's standing in every committee."""

    async def of(self, person: UserId, at: datetime) -> None:
        """Restart the age of all roles a person has, after their identity changed."""
        await self.tx.execute(
            "UPDATE standings SET lead_at = iif(lead_at IS NULL, NULL, ?1),"
            " keeper_at = iif(keeper_at IS NULL, NULL, ?1) WHERE person = ?2",
            (millis(at), person),
        )

    async def clock_set(self, step: int, now: int) -> None:
        """Correct all standings after the machine's clock was set by ``step`` ms; ``now`` is Unix ms UTC.

        Nobody's role gets older by a change of the clock.
        """
        # Ahead: what was written before goes along. Back: nothing is in the future.
        move = "iif({c} BETWEEN 1 AND ?1 - ?2, {c} + ?2, {c})" if step > 0 else "min({c}, ?1)"
        columns = ("joined_at", "lead_at", "keeper_at")
        changed = ", ".join(f"{c} = {move.format(c=c)}" for c in columns)
        await self.tx.execute(f"UPDATE standings SET {changed}", (now, step)[: 1 + (step > 0)])


@dataclass(frozen=True, slots=True)
class Announcements(Shared):
    """Messages that tell rooms of new members."""

    async def sent(self, transaction_id: str, at: datetime, *, lets_in: bool) -> None:
        """Note that an announcement was sent: its member is introduced, and let in if ``lets_in``."""
        await self.tx.execute(
            "UPDATE standings SET introduced_at = ?1,"
            " accepted_at = iif(?2, COALESCE(accepted_at, ?1), accepted_at)"
            " WHERE announcement = ?3 AND introduced_at IS NULL",
            (millis(at), lets_in, transaction_id),
        )

    async def is_coming(self, transaction_id: str) -> bool:
        """Whether an announcement is still queued, or kept as a dead letter."""
        found = await self.tx.value(
            "SELECT 1 FROM outbox WHERE transaction_id = ?1"
            " UNION SELECT 1 FROM parked WHERE transaction_id = ?1",
            (transaction_id,),
        )
        return found is not None


_MEMBER = (
    "SELECT *, joined_at AS joined, introduced_at AS introduced, accepted_at AS accepted, "
    "lead_at AS lead, keeper_at AS keeper, waits_at AS waits, told_at AS told FROM standings "
)
