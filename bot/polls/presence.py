"""Who was seen in a committee's room, and when; and what voters are told about changes.

A roster is frozen. Whoever leaves or is removed stays on it and may go on voting: the homeserver or
somebody with power in the room would else choose who votes. Only ``!offboard`` ends that.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from bot.delivery.ephemeral import ANYBODY, EphemeralSender
from bot.delivery.outgoing import outgoing
from bot.delivery.transaction_ids import ROSTER_CHANGED, digest
from bot.polls.register import Register
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee, RoomId
from commands.framework.i18n import speaking
from commands.framework.naming import naming
from commands.framework.reply import Reply
from commands.polls import views
from commands.polls.ask import policy
from commands.polls.ask.policy import Member, Policy
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.polls.presence import PollPresence, SeenPresence
from storage.polls.rosters import PollRosters
from storage.turf.absences import Barred

Ended = Callable[[str], Awaitable[frozenset[UserId]]]
"""Whose part in the committee of a room has ended."""


@dataclass(frozen=True, slots=True)
class PresenceChange:
    """A person who left the room or came back."""

    user: UserId
    before: SeenPresence
    now: SeenPresence | None


@dataclass(frozen=True, slots=True)
class Presence:
    """Records who is in committees' rooms; idempotent."""

    database: Database
    places: RoomDirectory
    register: Register
    sender: EphemeralSender
    policy: Policy

    async def look(self, room: str) -> None:
        """Record who is in a room whose state changed, and tell voters who left or came back."""
        now = datetime.now(UTC)
        async with self.database.transaction() as tx:
            committee = await Committees(tx).by_room(RoomId(room))
            if committee is None:
                return
            changes = await self.see(tx, committee, now)
            barred = await Barred(tx, committee.id).people()
            told = [
                (each, await self._words(tx, committee, each))
                for each in changes
                if each.user not in barred
            ]
        for change, replies in told:
            away = change.before.away or (change.now and change.now.away)
            for reply in replies:
                what = digest(f"{room} {change.user} {away} {change.before.away is None}")
                name = f"{ROSTER_CHANGED}-{what}"
                self.sender.say([], [change.user], outgoing(reply), name, ANYBODY)

    async def see(
        self, tx: Transaction, committee: Committee, now: datetime
    ) -> list[PresenceChange]:
        """Record who is in a committee's room; return who of the people known before left or came back."""
        room = self.places.rooms.get(committee.room)
        if room is None or not room.has(self.places.own) or room.replaced:
            # Who goes on to the room that came after has not left.
            return []
        kept = PollPresence(tx, committee.id)
        known = await kept.all()
        there = {UserId(user) for user in room.joined if user != self.places.own}
        changes = []
        for user in sorted(there | known.keys()):
            before = known.get(user)
            after = policy.seen(before, now, self.policy, there=user in there, first=not known)
            if after == before:
                continue
            if after is None:
                await kept.drop(user)
            else:
                await kept.put(user, after)
            if before is not None:
                changes.append(PresenceChange(user, before, after))
        return changes

    async def members(self, tx: Transaction, committee: Committee, now: datetime) -> list[Member]:
        """Everybody who is in the room or was until lately, recorded anew first."""
        await self.see(tx, committee, now)
        barred = await Barred(tx, committee.id).people()
        return [
            Member(user, seen.since, seen.away, barred=user in barred)
            for user, seen in (await PollPresence(tx, committee.id).all()).items()
        ]

    async def ended(self, room: str) -> frozenset[UserId]:
        """The people whose part in the committee of a room has ended, in the room or not."""
        async with self.database.transaction() as tx:
            committee = await Committees(tx).by_room(RoomId(room))
            if committee is None:
                return frozenset()
            return frozenset(await Barred(tx, committee.id).people())

    async def _words(
        self, tx: Transaction, committee: Committee, change: PresenceChange
    ) -> Sequence[Reply]:
        """What is said to somebody who left, or is back."""
        with speaking(await People(tx).reads(change.user, committee)), naming(committee):
            return await self._told(tx, committee, change)

    async def _told(
        self, tx: Transaction, committee: Committee, change: PresenceChange
    ) -> Sequence[Reply]:
        polls = self.register.open_in(str(committee.room))
        if change.before.away is None:
            mine = [each.poll for each in polls if change.user in each.places]
            zone = await People(tx).zone(change.user) or committee.zone
            return [views.stays_on_roster(mine, zone)] if mine else []
        missed = []
        for each in polls:
            history = await PollRosters(tx, committee.id).history(each.id)
            if change.user not in each.places and history and history.opened > change.before.away:
                missed.append(each.poll)
        return [views.opened_meanwhile(missed)] if missed else []
