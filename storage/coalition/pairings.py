"""Pairing: codes that were given out, and codes that were typed here."""

from datetime import datetime

from storage.coalition.model import CoalitionId, GivenCode, Knock
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId, UserId
from storage.core.repository import Shared
from storage.core.rows import millis


@dataclass(frozen=True, slots=True)
class GivenCodes(Shared):
    """Pairing codes of this bot's committees; each is good for one bot."""

    async def add(self, coalition: CoalitionId, number: str, expires_at: datetime) -> None:
        """Save a code that is given out; one that nobody typed is not valid any more."""
        await self.tx.execute(
            "DELETE FROM coalition_codes WHERE coalition = ? AND bot IS NULL", (coalition,)
        )
        await self.tx.add(
            "coalition_codes", coalition=coalition, number=number, expires_at=expires_at
        )

    async def by_number(self, number: str, now: datetime) -> GivenCode | None:
        """Return the code with a number if its time is not over; None if there is none."""
        return await self.tx.record(
            GivenCode,
            "SELECT * FROM coalition_codes WHERE number = ? AND expires_at > ?",
            (number, millis(now)),
        )

    async def take(self, code: GivenCode, bot: UserId, until: datetime) -> bool:
        """Save who typed a code, which then holds until ``until``; False if another bot did before."""
        return bool(
            await self.tx.execute(
                "UPDATE coalition_codes SET bot = ?, expires_at = ? "
                "WHERE id = ? AND (bot IS NULL OR bot = ?)",
                (bot, millis(until), code.id, bot),
            )
        )

    async def taken(self, now: datetime) -> list[GivenCode]:
        """Return the codes that somebody typed and whose time is not over, oldest first."""
        return await self.tx.records(
            GivenCode,
            "SELECT * FROM coalition_codes WHERE id > 0 AND bot IS NOT NULL AND expires_at > ? "
            "ORDER BY id",
            (millis(now),),
        )

    async def open(self, now: datetime) -> bool:
        """Whether any code may still be typed, or was typed and is being followed."""
        return bool(
            await self.tx.value(
                "SELECT 1 FROM coalition_codes WHERE id > 0 AND expires_at > ?", (millis(now),)
            )
        )

    async def done(self, code: int) -> None:
        """Delete a code: whoever typed it is in, or stays out."""
        await self.tx.execute("DELETE FROM coalition_codes WHERE id = ?", (code,))

    async def forget_expired(self, now: datetime) -> int:
        """Delete codes whose time is over; return how many."""
        return await self.tx.execute(
            "DELETE FROM coalition_codes WHERE id > 0 AND expires_at <= ?", (millis(now),)
        )


@dataclass(frozen=True, slots=True)
class Knocks(Shared):
    """Pairing codes that were typed here; one at a time in a committee."""

    async def add(self, knock: Knock) -> None:
        """Save a code that a lead typed."""
        await self.tx.put(
            "coalition_knocks",
            coalition=knock.coalition,
            bot=knock.bot,
            fingerprint=knock.fingerprint,
            number=knock.number,
            agreed=knock.agreed,
            room=knock.room,
            expires_at=knock.expires_at,
        )

    async def all(self) -> list[Knock]:
        """Return every code that was typed here and led to nothing yet."""
        return await self.tx.records(Knock, "SELECT * FROM coalition_knocks ORDER BY coalition")

    async def of(self, coalition: CoalitionId) -> Knock | None:
        """Return the code by which a committee joins a coalition; None if it is in."""
        return await self.tx.record(
            Knock, "SELECT * FROM coalition_knocks WHERE coalition = ?", (coalition,)
        )

    async def by_number(self, number: str) -> Knock | None:
        """Return the typed code with a number; None if there is none."""
        return await self.tx.record(
            Knock, "SELECT * FROM coalition_knocks WHERE number = ?", (number,)
        )

    async def expects(self, room: str, bot: str) -> bool:
        """Whether a lead agreed to go into exactly this room on exactly this bot's invitation."""
        return bool(
            await self.tx.value(
                "SELECT 1 FROM coalition_knocks WHERE room = ? AND bot = ? AND agreed",
                (room, bot),
            )
        )

    async def agree(self, coalition: CoalitionId) -> None:
        """Save that a lead here said ok."""
        await self.tx.execute(
            "UPDATE coalition_knocks SET agreed = 1 WHERE coalition = ?", (coalition,)
        )

    async def hold_until(self, coalition: CoalitionId, until: datetime) -> None:
        """Give the others until ``until`` to let this committee in."""
        await self.tx.execute(
            "UPDATE coalition_knocks SET expires_at = ? WHERE coalition = ?",
            (millis(until), coalition),
        )

    async def invited(self, coalition: CoalitionId, room: RoomId) -> None:
        """Save where the other bot invites this one."""
        await self.tx.execute(
            "UPDATE coalition_knocks SET room = ? WHERE coalition = ?", (room, coalition)
        )

    async def done(self, coalition: CoalitionId) -> None:
        """Delete a code: the committee is in, or stays out."""
        await self.tx.execute("DELETE FROM coalition_knocks WHERE coalition = ?", (coalition,))
