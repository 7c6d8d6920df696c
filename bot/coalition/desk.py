"""The way from the rest of the bot to its coalitions. Their parts are loaded when a committee is in one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.account import Account
from bot.coalition import rooms
from bot.delivery.outbox import Outbox
from bot.matrix.guard import CoalitionBlock
from bot.matrix.room_keys import RoomKeys
from bot.process.retry import persist
from bot.state import Signals
from commands.framework.context import Committee
from storage.coalition.coalitions import EveryCoalition
from storage.core.database import Transaction

if TYPE_CHECKING:
    from bot.coalition.parts import CoalitionParts
    from bot.coalition.voice import BotVoice
    from commands.coalition.own_ballots import OwnBallots


class CoalitionDesk:
    """Takes in what concerns coalitions, and runs what they need beside answering."""

    def __init__(
        self,
        account: Account,
        keys: RoomKeys,
        outbox: Outbox,
        signals: Signals,
        ballots: Callable[[Transaction, Committee], "OwnBallots"],
    ) -> None:
        self._account = account
        self._keys = keys
        self._outbox = outbox
        self._signals = signals
        self._ballots = ballots
        self._made: CoalitionParts | None = None

    @property
    def _parts(self) -> "CoalitionParts":
        """The parts, made when they are first needed."""
        if self._made is None:
            # Late: most bots are in no coalition, and each module costs every start.
            from bot.coalition.parts import parts_of  # noqa: PLC0415

            self._made = parts_of(
                self._account, self._keys, self._outbox, self._signals, self._ballots
            )
        return self._made

    def voice(self, tx: Transaction, committee: Committee) -> "BotVoice":
        """The voice of the bot in a coalition, for one transaction of a committee."""
        return self._parts.voices.of(tx, committee)

    async def restore(self) -> None:
        """Know which rooms are coalitions' before anything is heard."""
        async with self._account.database.transaction() as tx:
            await rooms.look(tx, self._account.places)

    async def hear(self, said: CoalitionBlock) -> None:
        """Act upon what a bot said, if it is one of a coalition; raises what the storage raises again and again."""
        if said.room in self._account.places.closed:
            hearing = self._parts.hearing
            await persist(
                lambda: hearing.hear(said), lambda error_id: hearing.set_aside(said, error_id)
            )

    async def unread(self, room: str, sender: str) -> None:
        """Ask a bot again for what could not be read."""
        if room in self._account.places.closed:
            await self._parts.hearing.unread(room, sender)

    async def look(self) -> None:
        """Take what bots said to our device, and see whose identity changed, before messages are judged."""
        if self._account.machine.told:
            told = [*self._account.machine.told]
            self._account.machine.told.clear()
            await self._parts.pairing.meet(told)
        if self._account.places.closed.rooms:
            await self._parts.hearing.look(self._account.trust)

    async def run(self) -> None:
        """Do what coalitions need, from the moment a committee is in one, until cancelled."""
        async with self._account.database.transaction() as tx:
            none = not await EveryCoalition(tx).all()
        if none:
            await self._signals.coalition.wait()
        await self._parts.work.run()
