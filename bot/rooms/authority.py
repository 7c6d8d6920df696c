"""Who may see and do what at this moment; and records of whom the bot saw in a room."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee, UserId
from commands.roles import rules
from commands.roles.roll import Roll
from commands.roles.rules import FROM_THE_START, AuthoritySettings, DenialReason, Need
from commands.roles.standing import Role, Standing
from commands.shared.members import Members
from storage.authority.standings import MemberRecord, Standings
from storage.chat.committees import Committees
from storage.core.database import Transaction
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass
from storage.turf.absences import Barred

if TYPE_CHECKING:
    from storage.chat import called_alike
else:
    # Nobody comes during most starts.
    called_alike = Later("storage.chat.called_alike")


@dataclass(slots=True)
class Authority:
    """Answers for every part of the bot, within the transaction in which something happens."""

    places: RoomDirectory
    settings: AuthoritySettings = field(default_factory=AuthoritySettings)

    async def standing(self, tx: Transaction, committee: Committee, user: str) -> Standing:
        """A person's role in a committee and what limits it."""
        person = UserId(user)
        shown = self.places.role(committee, user)
        barred = await Barred(tx, committee.id).includes(person)
        return rules.standing(person, shown, await self.one(tx, committee, person), barred=barred)

    async def one(
        self, tx: Transaction, committee: Committee, person: UserId
    ) -> MemberRecord | None:
        """The record of one member."""
        return await Standings(tx, committee.id).of(person)

    async def kept(self, tx: Transaction, committee: Committee) -> Mapping[UserId, MemberRecord]:
        """The records of a committee's members."""
        return await Standings(tx, committee.id).all()

    async def may(
        self,
        tx: Transaction,
        committee: Committee,
        user: str,
        need: Need,
        now: datetime | None = None,
    ) -> DenialReason | None:
        """Why a person may not do something now; None: they may. Asked again at sending."""
        standing = await self.standing(tx, committee, user)
        return rules.refusal(standing, need, now or datetime.now(UTC), self.settings)

    async def everybody(self, tx: Transaction, committee: Committee) -> list[Standing]:
        """Who is in a committee's room, ourselves aside."""
        room = self.places.rooms.get(committee.room)
        joined = [] if room is None else [user for user in room.joined if user != self.places.own]
        barred = await Barred(tx, committee.id).people()
        kept = await self.kept(tx, committee)
        return [
            rules.standing(
                UserId(user),
                self.places.role(committee, user),
                kept.get(UserId(user)),
                barred=user in barred,
            )
            for user in joined
        ]

    async def roll(self, tx: Transaction, committee: Committee) -> Roll:
        """Everybody in a committee's room, and of whom something waits to be confirmed."""
        everybody = {each.user: each for each in await self.everybody(tx, committee)}
        kept = await self.kept(tx, committee)
        waits = {user: None if (one := kept.get(user)) is None else one.waits for user in everybody}
        return Roll.of(everybody, waits, self.settings)

    async def leads(self, tx: Transaction, committee: Committee) -> list[str]:
        """Whose word counts as a lead's in a committee."""
        everybody = await self.everybody(tx, committee)
        return [each.user for each in everybody if (each.role or Role.ORGANIZER) >= Role.LEAD]

    async def taking_part(
        self, tx: Transaction, committee: Committee, people: Iterable[str]
    ) -> list[UserId]:
        """The people, in the order given, who may hear something of a committee at this moment."""
        return [
            UserId(user) for user in people if await self.may(tx, committee, user, Need()) is None
        ]

    async def members(self, tx: Transaction, committee: Committee) -> Members:
        """The people in a committee's room with their roles, people under a bar included."""
        room = self.places.rooms.get(committee.room)
        kept = await self.kept(tx, committee)
        everybody = await self.everybody(tx, committee)
        roles = {
            each.user: rules.counting(each.shown, kept.get(each.user))
            for each in everybody
            if each.shown is not None
        }
        names = {} if room is None else room.names
        return Members(roles, {UserId(user): name for user, name in names.items() if name})

    # -- what is seen

    async def look(self, tx: Transaction, committee: Committee, now: datetime) -> bool:
        """Record who is in a committee's room; idempotent.

        True when the members had never been recorded for a committee that is at work since an
        earlier release.
        """
        room = self.places.rooms.get(committee.room)
        if room is None or not room.has(self.places.own):
            return False
        standings = Standings(tx, committee.id)
        first = await standings.begun() is None
        await standings.begin(now)
        known = await standings.all()
        # Until anything is recorded there is nothing about people: !setup names whoever is there then.
        at_work = committee.set_up or not await Committees(tx).is_blank(committee.id)
        begins = first or not at_work
        present = set[UserId]()
        for user in room.joined:
            person, shown = UserId(user), self.places.role(committee, user)
            if user == self.places.own or shown is None:
                continue
            present.add(person)
            was = known.get(person) or _newcomer(person, now, introduced=begins)
            if user in room.gone and (was.introduced or was.lead):
                # They were away in between, however short: whoever comes back is new.
                was = _newcomer(person, now, introduced=begins)
            vouched = self._vouched(committee, user, now, begins=begins)
            least = self.places.least(committee, user) or shown
            if least < shown:
                was = rules.seen(was, least, now, vouched)
            is_now = rules.seen(was, shown, now, vouched)
            if is_now != known.get(person):
                await standings.put(is_now)
        if committee.alike is None or not present <= known.keys():
            await called_alike.CalledAlike(tx, committee.id).renew(present)
        for person in known:
            # People go on to the room that came after; what they are goes with them, unless they
            # were put out.
            goes_on = room.replaced and not room.gone.get(person)
            if not (room.has(person) or goes_on):
                await standings.drop(person)
        tx.after_commit(room.looked_over)
        return first and at_work

    def _vouched(
        self, committee: Committee, user: str, now: datetime, *, begins: bool
    ) -> datetime | None:
        """Since when power that the room shows counts without being confirmed; None: it waits.

        Until the first !setup or the first record, and at the first look at a committee of an earlier
        release, whoever has power keeps it.
        """
        if begins:
            return FROM_THE_START
        return now if self.places.names(committee, user) else None


def _newcomer(person: UserId, now: datetime, *, introduced: bool) -> MemberRecord:
    at = now if introduced else None
    return MemberRecord(person, now, introduced=at, accepted=at)
