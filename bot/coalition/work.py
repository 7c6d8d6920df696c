"""What a coalition needs beside answering: pairing goes on, bots are let in, what is due is done, it is left."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import field
from typing import Final

from bot import clock
from bot.coalition import rooms
from bot.coalition.bots_room import BotsRoom
from bot.coalition.hearing import CoalitionHearing
from bot.coalition.pairing import BotPairing
from bot.logging import logs
from bot.matrix.trust import IdentityStanding, Trust
from bot.process import failpoints
from commands.coalition import absence, membership, pairing, table, ticking
from commands.coalition.seat import Seat
from commands.framework.i18n import speaking
from commands.framework.naming import naming
from storage.chat.committees import Committees
from storage.chat.identities import Identities
from storage.chat.outbox import OutboxTable
from storage.chat.rooms import Rooms
from storage.coalition.coalitions import CoalitionMembers, EveryCoalition
from storage.coalition.model import (
    Coalition,
    CoalitionId,
    CoalitionState,
    GivenCode,
    Knock,
    MemberId,
    MemberState,
)
from storage.coalition.pairings import GivenCodes, Knocks
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId
from storage.core.rows import moment
from storage.privacy.remnants import Remnants

EVERY: Final = 60.0
"""Seconds after which everything is looked at again while a committee is in a coalition."""
GONE: Final = 600.0
"""Seconds after which a bot that left the room of bots has said whatever it had to say before."""
SOON: Final = 2.0
"""The same while the bot is going into the room, or out of it."""

log = logs.get("bot.coalition.work")


@dataclass(frozen=True, slots=True)
class CoalitionWork:
    """Looks at every coalition when something happened in one, and about once a minute."""

    database: Database
    trust: Trust
    room: BotsRoom
    pairing: BotPairing
    hearing: CoalitionHearing
    signal: asyncio.Event
    missed: dict[MemberId, float] = field(default_factory=dict)
    """Members whose bots are not in the room of bots, and since when (monotonic) that was seen."""
    out: dict[CoalitionId, float] = field(default_factory=dict)
    """Coalitions in whose room our own bot is not, and since when (monotonic) that was seen."""

    async def run(self) -> None:
        """Work until cancelled. Nothing is loaded, and nothing asked, while no committee is in a coalition."""
        while True:
            self.signal.clear()
            try:
                pause = await self.look()
            except Exception as error:  # noqa: BLE001 (what others said ends no bot, at each of its starts)
                log.failure("coalition_work", error)
                pause = EVERY
            try:
                async with asyncio.timeout(pause):
                    await self.signal.wait()
            except TimeoutError:
                continue

    async def look(self) -> float | None:
        """Do what is to be done now in all coalitions; the seconds until the next look, None for never."""
        async with self.database.transaction() as tx:
            every = await EveryCoalition(tx).all()
            await rooms.look(tx, self.room.places)
        await self.hearing.ask_pending()
        return min([await self._contained(each) for each in every], default=None)

    async def _contained(self, coalition: Coalition) -> float:
        """Do what is to be done in one coalition; what fails there ends no bot, and no other coalition waits."""
        try:
            return await self._one(coalition)
        except Exception as error:  # noqa: BLE001 (it follows from what others said, and is looked at again)
            log.failure("coalition_work", error)
            return EVERY

    async def _one(self, coalition: Coalition) -> float:
        """Do what is to be done in one coalition; the seconds until the next look at it."""
        await self._do_what_is_due(coalition)
        async with self.database.transaction() as tx:
            knock = await Knocks(tx).of(coalition.id)
            codes = [each for each in await GivenCodes(tx).taken(clock.now())
                     if each.coalition == coalition.id]  # fmt: skip
            now = await EveryCoalition(tx).by_id(coalition.id)
        if now is None:
            return EVERY
        if now.state is CoalitionState.LEAVING:
            await self._leave(now)
            return SOON
        if knock is not None:
            await self._knock(now, knock)
        await self._let_in(now)
        for code in codes:
            await self._answer(code)
        return SOON if knock is not None and knock.room is not None else EVERY

    @asynccontextmanager
    async def _seated(self, coalition: Coalition) -> AsyncIterator[Seat | None]:
        """The seat of a committee, in a transaction that knows afterwards who is in which room."""
        async with self.database.transaction() as tx:
            seat = await self.pairing.seat(tx, coalition.id)
            committee = None if seat is None else seat.committee
            language = "en" if committee is None else committee.language
            with speaking(language), naming(committee):
                yield seat
            await rooms.look(tx, self.room.places)

    async def _do_what_is_due(self, coalition: Coalition) -> None:
        """Proposals that nobody decided, what jobs have to do, what is to be said after a restore."""
        async with self._seated(coalition) as seat:
            if seat is None:
                return
            alive = seat.committee in await Committees(seat.tx).all()
            if not alive and seat.coalition.state is not CoalitionState.LEAVING:
                # The bot was put out of the committee's room.
                await membership.leave(seat)
                return
            if seat.coalition.back and seat.coalition.state is CoalitionState.LEAVING:
                # What was said of it waited, and was not restored.
                await EveryCoalition(seat.tx).told_back(seat.coalition.id)
                await membership.leave(seat)
            elif seat.coalition.back and seat.coalition.room is not None:
                await membership.say_back(seat, moment(seat.coalition.back))
            if seat.coalition.state is CoalitionState.OPEN:
                await self._see_who_is_out(seat)
                await ticking.tick(seat, table.every_job())

    async def _see_who_is_out(self, seat: Seat) -> None:
        """Take note of whose bots are out of the room of bots; of none, while that is not known.

        One that was put out is out at once. Whoever left by itself may have said before why, and that is still to come.
        """
        room = self.room.places.rooms.get(seat.coalition.room or "")
        if room is None or not room.has(seat.own):
            if self._are_out(seat.coalition):
                await absence.we_are_out(seat)
            return
        now = time.monotonic()
        for each in await seat.members():
            if room.has(each.bot):
                self.missed.pop(each.id, None)
            elif room.gone.get(each.bot):
                await absence.put_out(seat, each, table.every_job())
            elif now - self.missed.setdefault(each.id, now) >= GONE:
                await absence.went(seat, each, table.every_job())

    def _are_out(self, coalition: Coalition) -> bool:
        """Whether our own bot was put out of the room of bots: sync said so, or has not shown that room for long."""
        room_id, places = coalition.room, self.room.places
        if room_id is None or room_id in places.rooms:
            self.out.pop(coalition.id, None)
            return False
        now = time.monotonic()
        return room_id in places.left or now - self.out.setdefault(coalition.id, now) >= GONE

    # -- whoever typed a code

    async def _knock(self, coalition: Coalition, knock: Knock) -> None:
        """Go on with joining: find the other bot, ask it to let us in, go where it invites us."""
        if knock.expires_at <= clock.now():
            async with self._seated(coalition) as seat:
                if seat is not None:
                    await pairing.given_up(seat)
            return
        if knock.room is not None and knock.agreed:
            await self._enter(coalition, knock, knock.room)
            return
        person = await self.pairing.person(knock.bot)
        if person.master is None:
            # Its homeserver is away, or there is no such account: the code's time runs out.
            return
        if not pairing.matches(knock, knock.bot, person.master):
            async with self._seated(coalition) as seat:
                if seat is not None:
                    await pairing.another_key(seat, knock)
            return
        async with self._seated(coalition) as seat:
            step = None if seat is None else await pairing.knock_of(seat, knock)
        if step is not None:
            await self.pairing.send(pairing.ProvenBot(knock.bot, person.master), step)

    async def _enter(self, coalition: Coalition, knock: Knock, room_id: RoomId) -> None:
        places = self.room.places
        if room_id not in places.rooms:
            await self.room.enter(room_id)
            return
        if not rooms.fits(places, knock):
            # Its whole state may not be known yet: then the code's time runs out.
            async with self.database.transaction() as tx:
                stray = await rooms.is_stray(tx, places, knock)
            if stray:
                await self._turn_back(coalition, room_id)
            return
        async with self.database.transaction() as tx:
            members = await CoalitionMembers(tx).of(coalition.id)
        for each in members:
            await self._pin(each.bot, each.master)
        async with self._seated(coalition) as seat:
            if seat is not None and await rooms.is_expected(seat.tx, places, knock):
                await pairing.came_in(seat, knock, room_id)
        failpoints.reach("after_coming_in")

    async def _turn_back(self, coalition: Coalition, room_id: RoomId) -> None:
        """Leave a room into which a code led and which is none for bots: nobody else would take us out of it."""
        await self.room.leave(room_id)
        async with self._seated(coalition) as seat:
            if seat is not None:
                await pairing.given_up(seat)

    # -- whoever made a code

    async def _let_in(self, coalition: Coalition) -> None:
        """Make the room where it is missing, and invite whoever all have agreed to."""
        async with self.database.transaction() as tx:
            members = await CoalitionMembers(tx).of(coalition.id)
        invited = [each for each in members if each.state is MemberState.INVITED]
        ours = [each for each in invited if await self._is_ours(coalition, each.bot)]
        if not ours:
            for each in invited:
                await self._pin(each.bot, each.master)
            return
        room = coalition.room or RoomId(await self.room.make())
        if coalition.room is None:
            async with self._seated(coalition) as seat:
                if seat is not None:
                    await EveryCoalition(seat.tx).settle(coalition.id, room)
            failpoints.reach("after_bots_room")
        for each in invited:
            await self._pin(each.bot, each.master)
        for each in ours:
            await self.room.admit(room, each.bot)

    async def _is_ours(self, coalition: Coalition, bot: str) -> bool:
        """Whether this committee's code brought a bot: then it is for us to invite it."""
        async with self.database.transaction() as tx:
            return any(
                code.bot == bot and code.coalition == coalition.id
                for code in await GivenCodes(tx).taken(clock.now())
            )

    async def _answer(self, code: GivenCode) -> None:
        """Tell the bot that typed a code how far it is."""
        async with self.database.transaction() as tx:
            seat = await self.pairing.seat(tx, code.coalition)
            step = None if seat is None else await pairing.step_for(seat, code)
            bot = None if seat is None else await pairing.typed_by(seat, code)
        if step is not None and bot is not None:
            await self.pairing.send(bot, step)

    async def _pin(self, bot: str, master: str) -> None:
        """Pin the key that leads compared, also in the place of another that was seen before."""
        if self.trust.standing(bot) is not IdentityStanding.CHANGED:
            return
        pin, now = self.trust.pin(bot), round(clock.now().timestamp() * 1000)
        if pin is None or self.trust.person(bot).master != master:
            return
        async with self.database.transaction() as tx:
            if await Identities(tx).accept(bot, master, now):
                tx.after_commit(lambda: self.trust.repin(pin.accepted(master, now)))

    # -- leaving

    async def _leave(self, coalition: Coalition) -> None:
        """Leave the room once it was said, and delete everything that was kept of the coalition."""
        if coalition.room is not None:
            async with self.database.transaction() as tx:
                waits = await OutboxTable(tx).waits_for(coalition.room)
            if waits and not self._are_out(coalition):
                # Whoever was put out says nothing there any more.
                return
            await self.room.leave(coalition.room)
            failpoints.reach("after_leaving")
        async with self.database.transaction() as tx:
            if coalition.room is not None:
                await Rooms(tx).drop(coalition.room)
            await EveryCoalition(tx).drop(coalition.id)
            # What was deleted is made unreadable in the files as well.
            await Remnants(tx).leave(clock.now())
            tx.after_commit(self.pairing.voices.signals.remnants.set)
            await rooms.look(tx, self.room.places)
