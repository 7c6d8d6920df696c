"""Accepting the changed identity of somebody in a lead's committee."""

import time

from bot.matrix.trust import IdentityStanding, Trust
from bot.rooms.authority import Authority
from commands.authority.identities import IdentityAcceptance
from commands.framework.context import Context, UserId
from commands.roles.standing import Role
from storage.authority.standings import Renewals
from storage.chat.committees import Committees
from storage.chat.identities import Identities
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


def suspended(authority: Authority, trust: Trust, room: str) -> list[UserId]:
    """The members of a room whose master key is not the one that was pinned."""
    joined = authority.places.rooms[room].joined
    return [UserId(user) for user in joined if trust.standing(user) is IdentityStanding.CHANGED]


@dataclass(frozen=True, slots=True)
class LeadAcceptance(IdentityAcceptance):
    """Accepts changed identities of people in the asking lead's committee."""

    authority: Authority
    trust: Trust
    ctx: Context
    tx: Transaction

    async def suspended(self) -> list[UserId]:
        """People in the committee's room whose changed identity nobody accepted yet."""
        return suspended(self.authority, self.trust, self.ctx.committee.room)

    async def offered(self, user: UserId) -> str | None:
        """The master key that a person shows now; None if the asker may not accept identities of theirs."""
        return self.trust.person(user).master if await self._theirs_to_say(user) else None

    async def _theirs_to_say(self, user: UserId) -> bool:
        """Whether a lead may say who somebody is: nobody of themselves, and of nobody who is more.

        An identity is one in all committees, so it takes a lead of each that the person is in. Else
        whoever makes up a committee of their own answers for the members of another.
        """
        if user == self.ctx.user or user not in await self.suspended():
            return False
        for each in await Committees(self.tx).all():
            theirs = await self.authority.standing(self.tx, each, user)
            if theirs.role is None:
                continue
            by = await self.authority.standing(self.tx, each, self.ctx.user)
            if by.role is None or by.role < max(theirs.role, Role.LEAD):
                return False
        return True

    async def is_certain(self, user: UserId) -> bool:
        """Whether a person's master key is the one that was pinned."""
        return self.trust.standing(user) is IdentityStanding.PINNED

    async def accept(self, user: UserId) -> bool:
        """Pin what this person's account shows now; False when there is nothing to accept.

        Nobody accepts their own: whoever took over an account would do just that. What they are counts
        from now on.
        """
        pin = self.trust.pin(user)
        if not await self._theirs_to_say(user):
            return False
        master = self.trust.person(user).master
        if pin is None or master is None:
            return False
        now = _now()
        if not await Identities(self.tx).accept(user, master, now):
            return False
        await Renewals(self.tx).of(user, self.ctx.now)
        self.tx.after_commit(lambda: self.trust.repin(pin.accepted(master, now)))
        return True


def _now() -> int:
    return time.time_ns() // 1_000_000
