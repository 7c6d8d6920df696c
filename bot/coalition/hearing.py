"""What is said in a coalition's room: believed of its bots alone, acted upon once, in one transaction."""

import time
from dataclasses import field

from bot import clock
from bot.coalition import rooms
from bot.coalition.voice import VoiceParts
from bot.logging import logs
from bot.matrix.guard import CoalitionBlock, Refused
from bot.matrix.trust import Trust
from bot.process import failpoints
from commands.coalition import hearing, membership, table, wire
from commands.coalition.seat import Seat
from commands.framework.i18n import speaking
from commands.framework.naming import naming
from storage.chat.committees import Committees
from storage.chat.inbox import Claim, Inbox
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers, EveryCoalition
from storage.coalition.model import Coalition, CoalitionMember, MemberState
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee

ASK_EVERY = 60.0
"""Seconds after which a bot is asked again for what could not be read of it."""

log = logs.get("bot.coalition.hearing")


@dataclass(frozen=True, slots=True)
class CoalitionHearing:
    """Hears what bots of coalitions say; everybody else is counted and not heard."""

    database: Database
    voices: VoiceParts
    pending: set[tuple[str, str]] = field(default_factory=set)
    """Rooms and bots of which something could not be read, and who are asked when that is due."""

    async def hear(self, said: CoalitionBlock) -> None:
        """Act upon one message. Raises only what the storage raises; nothing is then half done."""
        if said.room not in self.voices.authority.places.closed:
            # Other bots may say what they like elsewhere.
            return
        async with self.database.transaction() as tx:
            refused = await self._heard(tx, said)
            if refused is not None:
                await SaidOnce(tx).count(refused)
            failpoints.reach("before_coalition_commit")
        failpoints.reach("after_coalition_commit")

    async def _heard(self, tx: Transaction, said: CoalitionBlock) -> Refused | None:
        """Act upon a message in its transaction; why not, where it is not acted upon."""
        coalition = await EveryCoalition(tx).by_room(said.room)
        member = None if coalition is None else await self._member(tx, said)
        if coalition is None or member is None:
            return Refused.STRANGER
        if said.master != member.master:
            return Refused.UNSIGNED_DEVICE if said.master is None else Refused.IDENTITY_CHANGED
        claim = await Inbox(tx).claim(said.event_id, said.session_id, said.index, _millis())
        if claim is not Claim.NEW:
            return Refused.REPLAYED if claim is Claim.REPLAYED else None
        committee = await Committees(tx).by_id(coalition.committee)
        seat = self._seat(tx, committee, coalition)
        return await self._taken(seat, member, said)

    async def _taken(
        self, seat: Seat, member: CoalitionMember, said: CoalitionBlock
    ) -> Refused | None:
        """Act upon what a member's bot said; why not, where it is not acted upon."""
        try:
            message = wire.read(said.block)
        except wire.NotAMessage:
            return Refused.MALFORMED
        with speaking(seat.committee.language), naming(seat.committee):
            taken = await hearing.hear(
                seat, member, message, table.every_job(), self._failed, said.sentence
            )
        await rooms.look(seat.tx, self.voices.authority.places)
        # What is due may follow from it.
        seat.voice.wake()
        if taken is hearing.Reception.NOT_HEARD:
            return Refused.STRANGER
        return Refused.REPLAYED if taken is hearing.Reception.KNOWN else None

    async def unread(self, room: str, sender: str) -> None:
        """Ask a bot for what it said since it was heard last: some of it can never be read."""
        async with self.database.transaction() as tx:
            coalition = await EveryCoalition(tx).by_room(room)
            if coalition is None:
                return
            member = await CoalitionMembers(tx).by_bot(coalition.id, sender)
            if member is None or member.state not in {MemberState.IN, MemberState.INVITED}:
                return
            subject, every = f"coalition again {member.id}", round(ASK_EVERY * 1000)
            if not await SaidOnce(tx).due(subject, _millis(), every):
                self.pending.add((room, sender))
                return
            committee = await Committees(tx).by_id(coalition.committee)
            seat = self._seat(tx, committee, coalition)
            with speaking(committee.language), naming(committee):
                await hearing.ask_from(seat, member)

    async def ask_pending(self) -> None:
        """Ask those for whom it was too early, and who are not asked too often by that."""
        waiting = list(self.pending)
        self.pending.clear()
        for room, sender in waiting:
            await self.unread(room, sender)

    async def look(self, trust: Trust) -> None:
        """Suspend members whose bot shows another master key than the one that was compared."""
        for room, admitted in list(self.voices.authority.places.closed.rooms.items()):
            for bot, master in admitted.items():
                shown = trust.person(bot).master
                if shown is not None and shown != master:
                    await self._suspend(room, bot, shown)

    async def _suspend(self, room: str, bot: str, shown: str) -> None:
        async with self.database.transaction() as tx:
            coalition = await EveryCoalition(tx).by_room(room)
            if coalition is None:
                return
            member = await CoalitionMembers(tx).by_bot(coalition.id, bot)
            if member is None or member.master == shown:
                return
            committee = await Committees(tx).by_id(coalition.committee)
            seat = self._seat(tx, committee, coalition)
            with speaking(committee.language), naming(committee):
                await membership.suspend(seat, member, table.every_job())
            await rooms.look(tx, self.voices.authority.places)

    async def set_aside(self, said: CoalitionBlock, error_id: str) -> None:
        """Give up on a message that the storage refused several times; it is asked for again later."""
        del error_id
        await self.unread(said.room, said.sender)

    @staticmethod
    async def _member(tx: Transaction, said: CoalitionBlock) -> CoalitionMember | None:
        coalition = await EveryCoalition(tx).by_room(said.room)
        if coalition is None:
            return None
        return await CoalitionMembers(tx).by_bot(coalition.id, said.sender)

    def _seat(self, tx: Transaction, committee: Committee, coalition: Coalition) -> Seat:
        voice = self.voices.of(tx, committee)
        return Seat(tx, committee, coalition, voice, clock.now(), report=self._failed)

    @staticmethod
    def _failed(error: BaseException) -> None:
        log.failure("coalition", error)


def _millis() -> int:
    return time.time_ns() // 1_000_000
