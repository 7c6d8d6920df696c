"""The reports behind ``!status`` and ``!audit``, on a committee's room and the bot."""

import time
from datetime import UTC, datetime, timedelta

from bot import __version__
from bot.backup import create
from bot.config import Retention
from bot.delivery.outbox import Outbox
from bot.incoming.identities import suspended
from bot.keys.key_mode import KeyMode
from bot.matrix.trust import Trust
from bot.rooms.audit import weaknesses
from bot.rooms.authority import Authority
from bot.state import Pulse
from commands.framework.context import Context, UserId
from commands.general.audit import IdentityChange, LeftOut, RoomAudit
from commands.polls.service import PollService
from commands.zones import release
from storage.chat.dead_letters import Letters
from storage.chat.facts import Facts
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers, Coalitions
from storage.coalition.model import MemberState
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId

RECENT = 7 * 24 * 3600 * 1000
"""Milliseconds for which a changed identity is mentioned (docs/design/trust.md, "Who can read this")."""


@dataclass(frozen=True, slots=True)
class RoomAuditor:
    """Looks at rooms, keys and tables when somebody asks."""

    authority: Authority
    trust: Trust
    outbox: Outbox
    pulse: Pulse
    fingerprint: str
    key_mode: KeyMode
    retention: Retention

    async def audit(self, ctx: Context, tx: Transaction, polls: PollService) -> RoomAudit:
        """The audit of the committee in which the command was given."""
        room = self.authority.places.rooms[ctx.committee.room]
        people = [user for user in room.joined if user != self.authority.places.own]
        left_out = [LeftOut(UserId(user), self.trust.left_out(user)) for user in people]
        pins = [self.trust.pin(user) for user in people]
        since = _now() - RECENT
        last = self.pulse.last
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
            suspended=tuple(suspended(self.authority, self.trust, ctx.committee.room)),
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
            weaknesses=weaknesses(room, self.authority.places.own),
            may_take_back=room.may_redact(self.authority.places.own),
            compared=sum(pin.compared for pin in pins if pin is not None),
            roll=roll,
            unannounced=tuple(user for user, s in roll.standings.items() if not s.introduced),
            no_secret_polls=tuple(await polls.unavailable()),
            shares_with=await _shares_with(tx, ctx.committee.id),
        )


async def _shares_with(tx: Transaction, committee: CommitteeId) -> tuple[str, ...]:
    """What the other committees are called that are, or were, in the committee's coalition."""
    own = await Coalitions(tx, committee).own()
    if own is None:
        return ()
    holding = {MemberState.IN, MemberState.SUSPENDED, MemberState.LEFT}
    members = await CoalitionMembers(tx).of(own.id)
    return tuple(each.label for each in members if each.state in holding)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _ago(monotonic: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - monotonic)
