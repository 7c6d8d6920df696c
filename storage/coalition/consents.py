"""Consents: which members agreed to a committee that another brings."""

from storage.coalition.model import CoalitionId, MemberId
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Shared

MOST_CONSENTS = 300
"""Kept of one member: more than there are committees in a coalition."""


@dataclass(frozen=True, slots=True)
class Consents(Shared):
    """Members' consents to whoever is introduced, by bot and master key: another key is another consent."""

    async def accept(self, coalition: CoalitionId, bot: str, master: str, member: MemberId) -> None:
        """Save that a member agreed to a bot with a master key; once is enough, and too many are not noted."""
        known = await self.tx.number(
            "SELECT COUNT(*) FROM coalition_consents WHERE coalition = ? AND member = ?",
            (coalition, member),
        )
        if known < MOST_CONSENTS:
            await self.tx.add_new(
                "coalition_consents", coalition=coalition, bot=bot, master=master, member=member
            )

    async def drop(self, coalition: CoalitionId, bot: str) -> None:
        """Delete all consents to a bot: it stays out, or has to be agreed to again."""
        await self.tx.execute(
            "DELETE FROM coalition_consents WHERE coalition = ? AND bot = ?", (coalition, bot)
        )

    async def accepted(self, coalition: CoalitionId, bot: str, master: str) -> set[MemberId]:
        """Return the members that agreed to a bot with a master key."""
        rows = await self.tx.all(
            "SELECT member FROM coalition_consents WHERE coalition = ? AND bot = ? AND master = ?",
            (coalition, bot, master),
        )
        return {MemberId(row["member"]) for row in rows}
