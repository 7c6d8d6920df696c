"""What commands may ask of the bot itself: who can read here, and whose identity changed."""

import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot import __version__
from bot.backup import create
from bot.config import Config, Retention
from bot.delivery.outbox import Outbox
from bot.incoming.offboarding import Effects, Offboarding
from bot.keys.passphrase import CREDENTIAL
from bot.matrix.room_keys import RoomKeys
from bot.matrix.trust import IdentityStanding, Trust
from bot.rooms.audit import weaknesses
from bot.rooms.authority import Authority
from bot.rooms.directory import RoomDirectory
from bot.rooms.upgrade import RoomUpgrade
from bot.state import CommandSignals, Signals
from commands.authority.identities import IdentityAcceptance
from commands.framework.context import Context, Provider, UserId
from commands.general.audit import IdentityChange, LeftOut, RoomAudit
from commands.general.namesakes import Own
from commands.general.room_upgrade import Move
from commands.imports.upload import AttachedFile
from commands.polls.service import PollService
from commands.roles.roll import Roll
from commands.roles.standing import Role
from commands.shared.background import BackgroundWork
from commands.shared.members import Members
from commands.turf.farewell import Farewell
from commands.zones import release
from storage.authority.standings import Renewals
from storage.chat.committees import Committees
from storage.chat.dead_letters import Letters
from storage.chat.facts import Facts
from storage.chat.identities import Identities
from storage.chat.said_once import SaidOnce
from storage.core.database import Transaction
from storage.privacy.forgotten import Seal

RECENT = 7 * 24 * 3600 * 1000
"""Milliseconds for which a changed identity is mentioned (docs/design/trust.md, "Who can read this")."""


NO_FILE = AttachedFile()


class KeyMode(StrEnum):
    """Where the passphrase came from; decides what a seized disk tells."""

    PASSPHRASE = "passphrase"  # noqa: S105 (a word for people)
    SECRET_FILE = "secret file"  # noqa: S105

    @classmethod
    def of(cls, config: Config) -> "KeyMode":
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        if config.passphrase_file is not None or (
            credentials and os.path.exists(os.path.join(credentials, CREDENTIAL))  # noqa: PTH110, PTH118
        ):
            return cls.SECRET_FILE
        return cls.PASSPHRASE if sys.stdin.isatty() else cls.SECRET_FILE


@dataclass(slots=True)
class CommandDependencies:
    """Hands commands the bot-side facts they name as parameters, and nothing else."""

    authority: Authority
    trust: Trust
    outbox: Outbox
    keys: RoomKeys
    fingerprint: str
    key_mode: KeyMode
    retention: Retention
    seal: Seal
    signals: Signals
    synced: Callable[[], float | None] = lambda: None
    polls: Callable[[Context, Transaction, str], PollService] | None = None
    """The desk for secret polls, for the committee and the message (by its event id)."""
    has_open_polls: Callable[[str], bool] = lambda _room: False
    """Whether secret polls are open that belong to a room."""
    ending: Effects = field(default_factory=Effects)
    """What follows once it is on disk that somebody's part has ended."""

    @property
    def places(self) -> RoomDirectory:
        return self.authority.places

    def provider(
        self, ctx: Context, tx: Transaction, origin: str, upload: AttachedFile = NO_FILE
    ) -> Provider:
        """For one command: facts as its author may see them, within its transaction.

        ``origin`` is the id of the message.
        """
        ready: dict[type, object] = {
            AttachedFile: upload,
            BackgroundWork: CommandSignals(tx, self.signals),
            Seal: self.seal,
            Farewell: Offboarding(self.authority, tx, ctx.committee, self.ending),
        }

        asked: dict[type, Callable[[], Awaitable[object]]] = {
            RoomAudit: lambda: self._audit(ctx, tx, origin),
            Own: lambda: self._own(ctx, tx),
            Members: lambda: self.authority.members(tx, ctx.committee),
            Roll: lambda: self.authority.roll(tx, ctx.committee),
        }

        async def provide(kind: type) -> object:
            if kind in ready:
                return ready[kind]
            if kind in asked:
                return await asked[kind]()
            if kind is PollService and self.polls is not None:
                return self.polls(ctx, tx, origin)
            if kind is IdentityAcceptance:
                return _Desk(self, ctx, tx)
            if kind is Move:
                return RoomUpgrade(self.authority, self.has_open_polls, ctx, tx)
            raise LookupError

        return provide

    async def _audit(self, ctx: Context, tx: Transaction, origin: str) -> RoomAudit:
        room = self.places.rooms[ctx.committee.room]
        people = [user for user in room.joined if user != self.places.own]
        left_out = [LeftOut(UserId(user), self.trust.left_out(user)) for user in people]
        pins = [self.trust.pin(user) for user in people]
        since = _now() - RECENT
        last = self.synced()
        roll = await self.authority.roll(tx, ctx.committee)
        return RoomAudit(
            encrypted=room.encrypted,
            join_rule=room.join_rule,
            history_visibility=room.history_visibility,
            guests=room.guests,
            members=len(people),
            servers=len({user.partition(":")[2] for user in people}),
            left_out=tuple(each for each in left_out if each.device_count),
            changed=tuple(
                IdentityChange(UserId(pin.person), _moment(pin.changed_at))
                for pin in pins
                if pin is not None and pin.changed_at > since
            ),
            suspended=tuple(UserId(user) for user in self._suspended(ctx)),
            fingerprint=self.fingerprint,
            key_mode=self.key_mode,
            version=__version__,
            time_zones=str(release.known().used),
            last_backup=await create.last(Facts(tx)),
            queue=self.outbox.waiting,
            rejected=await SaidOnce(tx).counts(),
            retention=self.retention.days,
            synced=None if last is None else ctx.now - _ago(last),
            dead_letters=await Letters(tx).count(),
            weaknesses=weaknesses(room, self.places.own),
            may_take_back=room.may_redact(self.places.own),
            compared=sum(pin.compared for pin in pins if pin is not None),
            roll=roll,
            unannounced=tuple(user for user, s in roll.standings.items() if not s.introduced),
            no_secret_polls=await self._no_secret_polls(ctx, tx, origin),
        )

    async def _no_secret_polls(self, ctx: Context, tx: Transaction, origin: str) -> tuple[str, ...]:
        return () if self.polls is None else tuple(await self.polls(ctx, tx, origin).unavailable())

    async def _own(self, ctx: Context, tx: Transaction) -> Own:
        return Own(tuple(self.places.committees_of(ctx.user, await Committees(tx).all())))

    def _suspended(self, ctx: Context) -> list[str]:
        room = self.places.rooms[ctx.committee.room]
        return [
            user for user in room.joined if self.trust.standing(user) is IdentityStanding.CHANGED
        ]


@dataclass(frozen=True, slots=True)
class _Desk(IdentityAcceptance):
    """Accepts changed identities of people in the asking lead's committee."""

    facts: CommandDependencies
    ctx: Context
    tx: Transaction

    async def suspended(self) -> list[UserId]:
        return [UserId(user) for user in self.facts._suspended(self.ctx)]  # noqa: SLF001

    async def offered(self, user: UserId) -> str | None:
        return self.facts.trust.person(user).master if await self._theirs_to_say(user) else None

    async def _theirs_to_say(self, user: UserId) -> bool:
        """Whether a lead may say who somebody is: nobody of themselves, and of nobody who is more.

        An identity is one in all committees, so it takes a lead of each that the person is in. Else
        whoever makes up a committee of their own answers for the members of another.
        """
        if user == self.ctx.user or user not in self.facts._suspended(self.ctx):  # noqa: SLF001
            return False
        for each in await Committees(self.tx).all():
            theirs = await self.facts.authority.standing(self.tx, each, user)
            if theirs.role is None:
                continue
            by = await self.facts.authority.standing(self.tx, each, self.ctx.user)
            if by.role is None or by.role < max(theirs.role, Role.LEAD):
                return False
        return True

    async def is_certain(self, user: UserId) -> bool:
        return self.facts.trust.standing(user) is IdentityStanding.PINNED

    async def accept(self, user: UserId) -> bool:
        """Pin what this person's account shows now; False when there is nothing to accept.

        Nobody accepts their own: whoever took over an account would do just that. What they are counts
        from now on.
        """
        pin = self.facts.trust.pin(user)
        if not await self._theirs_to_say(user):
            return False
        master = self.facts.trust.person(user).master
        if pin is None or master is None:
            return False
        now = _now()
        if not await Identities(self.tx).accept(user, master, now):
            return False
        await Renewals(self.tx).of(user, self.ctx.now)
        accepted = replace(
            pin, pinned=master, pinned_at=now, offered=None, offered_at=None, accepted_at=now
        )
        self.tx.after_commit(lambda: self.facts.trust.repin(accepted))
        return True


def _now() -> int:
    return time.time_ns() // 1_000_000


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _ago(monotonic: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - monotonic)
