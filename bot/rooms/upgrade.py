"""A committee's room was upgraded: its records follow to the new one when a lead there says so."""

from collections.abc import Callable

from bot.rooms.authority import Authority
from commands.framework.context import Context, Role, UserId
from commands.general.room_upgrade import Move, UpgradePlan
from commands.roles.rules import Need
from storage.authority.standings import Standings
from storage.chat.account_move import AccountMoves
from storage.chat.committees import Committees
from storage.chat.under_way import UnderWay
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.turf.turf import Turf


@dataclass(frozen=True, slots=True)
class RoomUpgrade(Move):
    """Moves a committee's records to the room in which the command was typed, within its transaction."""

    authority: Authority
    has_open_polls: Callable[[str], bool]
    ctx: Context
    tx: Transaction

    async def plan(self, code: str | None = None) -> UpgradePlan | None:
        """What moving the committee's records here would do; None if no upgraded room points here."""
        if code is not None:
            return await self._plan_by_code(code)
        places = self.authority.places
        here = places.rooms[self.ctx.committee.room]
        old = places.moved_from(here, await Committees(self.tx).all())
        if old is None:
            return None
        led = await self.authority.may(self.tx, old, self.ctx.user, Need(Role.LEAD), self.ctx.now)
        before = places.rooms[old.room]
        day = self.ctx.now.astimezone(old.zone).date()
        carrying = await Turf(self.tx, old.id).people_with_duties()
        # Whoever is not here loses what is on its way to them as well.
        carrying |= await UnderWay(self.tx, old.id).people(day) & set(before.joined)
        return UpgradePlan(
            committee=old,
            led_there=led is None,
            blank_here=await Committees(self.tx).is_blank(self.ctx.committee.id),
            polls_open=self.has_open_polls(old.room),
            missing=tuple(UserId(user) for user in sorted(carrying) if not here.has(user)),
            strangers=tuple(
                UserId(user)
                for user in sorted(here.members)
                if user != places.own and user not in before.members
            ),
        )

    async def _plan_by_code(self, code: str) -> UpgradePlan | None:
        """What a code of ``steward move`` would do: of the old room only the records are left."""
        found = await AccountMoves(self.tx).of_code(code)
        if found is None:
            return None
        old = await Committees(self.tx).by_id(found)
        here = self.authority.places.rooms[self.ctx.committee.room]
        known = await Standings(self.tx, old.id).all()
        asking = known.get(self.ctx.user)
        day = self.ctx.now.astimezone(old.zone).date()
        carrying = await Turf(self.tx, old.id).people_with_duties()
        carrying |= await UnderWay(self.tx, old.id).people(day) & set(known)
        own = self.authority.places.own
        return UpgradePlan(
            committee=old,
            led_there=asking is not None and asking.lead is not None,
            blank_here=await Committees(self.tx).is_blank(self.ctx.committee.id),
            polls_open=False,
            missing=tuple(UserId(user) for user in sorted(carrying) if not here.has(user)),
            strangers=tuple(
                UserId(user) for user in sorted(here.members) if user not in {own, *known}
            ),
            parted=await AccountMoves(self.tx).parted(old.id),
        )

    async def carry_out(self, plan: UpgradePlan) -> None:
        """Move the committee's records to the new room."""
        await Committees(self.tx).move(plan.committee.id, self.ctx.committee, self.ctx.now)
        await AccountMoves(self.tx).use(plan.committee.id)
