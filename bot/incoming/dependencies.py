"""The objects that commands may ask of the bot, by the type they name as a parameter."""

from collections.abc import Awaitable, Callable
from dataclasses import field

from bot.incoming.identities import LeadAcceptance
from bot.incoming.room_audit import RoomAuditor
from bot.incoming.withheld import Withheld
from bot.matrix.trust import Trust
from bot.membership.offboarding import Effects, Offboarding
from bot.rooms.authority import Authority
from bot.rooms.upgrade import RoomUpgrade
from bot.state import CommandSignals, Signals
from commands.authority.identities import IdentityAcceptance
from commands.coalition.voice import Voice
from commands.framework.context import Committee, Context, Provider
from commands.framework.withheld import WithheldLines
from commands.general.audit import RoomAudit
from commands.general.namesakes import Own
from commands.general.room_upgrade import Move
from commands.imports.upload import AttachedFile
from commands.polls.service import PollService
from commands.roles.roll import Roll
from commands.shared.background import BackgroundWork
from commands.shared.members import Members
from commands.turf.farewell import Farewell
from storage.chat.committees import Committees
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.privacy.forgotten import Seal

NO_FILE = AttachedFile()


@dataclass(frozen=True, slots=True)
class CommandDependencies:
    """Hands a command the objects it names as parameters, and nothing else."""

    authority: Authority
    trust: Trust
    auditor: RoomAuditor
    seal: Seal
    signals: Signals
    effects: Effects
    polls: Callable[[Context, Transaction, str], PollService]
    """The secret polls of the committee, for a message (by its event id)."""
    has_open_polls: Callable[[str], bool]
    """Whether secret polls are open that belong to a room."""
    voice: Callable[[Transaction, Committee], Voice]
    """The voice of the bot in a committee's coalition."""
    withheld: Withheld = field(default_factory=Withheld)

    def provider(
        self, ctx: Context, tx: Transaction, origin: str, upload: AttachedFile = NO_FILE
    ) -> Provider:
        """The provider for one command: facts as its author may see them, within its transaction.

        ``origin`` is the id of the message.
        """
        authority = self.authority
        ready: dict[type, Callable[[], object]] = {
            AttachedFile: lambda: upload,
            BackgroundWork: lambda: CommandSignals(tx, self.signals),
            Farewell: lambda: Offboarding(authority, tx, ctx.committee, self.effects),
            IdentityAcceptance: lambda: LeadAcceptance(authority, self.trust, ctx, tx),
            Move: lambda: RoomUpgrade(authority, self.has_open_polls, ctx, tx),
            PollService: lambda: self.polls(ctx, tx, origin),
            Seal: lambda: self.seal,
            Voice: lambda: self.voice(tx, ctx.committee),
            WithheldLines: lambda: self.withheld.of(ctx, tx),
        }
        asked: dict[type, Callable[[], Awaitable[object]]] = {
            Members: lambda: authority.members(tx, ctx.committee),
            Own: lambda: self._own(ctx, tx),
            Roll: lambda: authority.roll(tx, ctx.committee),
            RoomAudit: lambda: self.auditor.audit(ctx, tx, self.polls(ctx, tx, origin)),
        }

        async def provide(kind: type) -> object:
            if kind in ready:
                return ready[kind]()
            if kind in asked:
                return await asked[kind]()
            raise LookupError

        return provide

    async def _own(self, ctx: Context, tx: Transaction) -> Own:
        every = await Committees(tx).all()
        return Own(tuple(self.authority.places.committees_of(ctx.user, every)))
