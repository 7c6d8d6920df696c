"""Practice polls: about a drink, never secret; nothing of secret polls is kept here."""

from datetime import datetime, timedelta

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.core.rows import millis

KEPT = timedelta(days=1)
"""How long a practice poll is open that nobody ends."""


@dataclass(frozen=True, slots=True)
class PracticePolls(Common):
    """One committee's practice poll, of which there is one at a time."""

    async def is_open(self, now: datetime) -> bool:
        """Whether a practice poll takes votes at ``now``."""
        found = await self.tx.value(
            "SELECT 1 FROM practice_poll WHERE committee = ? AND opened_at > ?",
            (self.committee, millis(now - KEPT)),
        )
        return found is not None

    async def begin(self, now: datetime) -> None:
        """Open a practice poll without votes; whatever was left of another one goes."""
        await self.end()
        await self.tx.add("practice_poll", committee=self.committee, opened_at=now)

    async def vote(self, person: UserId, choice: str) -> None:
        """Keep somebody's choice; the last one counts. A practice poll has to be open."""
        await self.tx.put("practice_vote", committee=self.committee, person=person, choice=choice)

    async def votes(self) -> dict[UserId, str]:
        """Return who chose what, by name: a practice poll is not secret."""
        rows = await self.tx.all(
            "SELECT person, choice FROM practice_vote WHERE committee = ? ORDER BY person",
            (self.committee,),
        )
        return {UserId(row["person"]): str(row["choice"]) for row in rows}

    async def end(self) -> None:
        """Delete the practice poll with its votes; nothing happens where there is none."""
        for table in ("practice_vote", "practice_poll"):
            await self.tx.execute(f"DELETE FROM {table} WHERE committee = ?", (self.committee,))


@dataclass(frozen=True, slots=True)
class OldPracticePolls:
    """Practice polls of all committees, for deletion by age."""

    tx: Transaction

    async def forget_before(self, at: int) -> None:
        """Delete practice polls that were opened before ``at`` (Unix ms UTC), with their votes."""
        await self.tx.execute(
            "DELETE FROM practice_vote WHERE committee IN "
            "(SELECT committee FROM practice_poll WHERE opened_at < ?)",
            (at,),
        )
        await self.tx.execute("DELETE FROM practice_poll WHERE opened_at < ?", (at,))
