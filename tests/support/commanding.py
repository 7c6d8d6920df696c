"""Command handling (dispatcher, queue, dependencies) put together for tests without Matrix."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.config import Retention
from bot.config.limits import Limits
from bot.delivery.outbox import Outbox
from bot.incoming.admission import Admission
from bot.incoming.build import CommandHandling, build_commands
from bot.incoming.dependencies import CommandDependencies
from bot.incoming.replies import SayFromMemory
from bot.incoming.room_audit import RoomAuditor
from bot.keys.key_mode import KeyMode
from bot.matrix.client import Client
from bot.matrix.trust import Trust
from bot.membership.offboarding import Effects
from bot.rooms.authority import Authority
from bot.state import Pulse, SharedState
from commands.all import CATALOGUE
from commands.framework.context import Context
from commands.polls.service import PollService
from storage.core.database import Database, Transaction
from storage.privacy.forgotten import Seal
from tests.chat.conversation import Alone
from tests.support.poll_desk import OpenDesk

NO_EFFECTS = Effects(lambda _committee, _user: None, lambda: None, lambda: None)


def new_state() -> SharedState:
    """Shared state of a bot without secret polls."""
    return SharedState(Pulse(lambda: False))


def dependencies_for(
    authority: Authority,
    trust: Trust,
    outbox: Outbox,
    state: SharedState,
    *,
    polls: Callable[[Context, Transaction, str], PollService] | None = None,
) -> CommandDependencies:
    """What commands may ask of the bot; without ``polls`` nobody has any."""
    desk = OpenDesk(datetime.now(UTC))
    auditor = RoomAuditor(
        authority, trust, outbox, state.pulse, "abcd", KeyMode.SECRET_FILE, Retention()
    )
    return CommandDependencies(
        authority,
        trust,
        auditor,
        Seal(bytes(32)),
        state.signals,
        NO_EFFECTS,
        polls or (lambda _ctx, _tx, _origin: desk),
        lambda _room: False,
        lambda tx, _committee: Alone(tx),
    )


def commands_for(
    database: Database,
    authority: Authority,
    client: Client,
    outbox: Outbox,
    state: SharedState,
    *,
    admission: Admission | None = None,
    limits: Limits | None = None,
    say_from_memory: SayFromMemory = lambda _rooms, _people, _said, _name, _of: None,
    polls: Callable[[Context, Transaction, str], PollService] | None = None,
    queued: bool = False,
) -> CommandHandling:
    """Dispatcher, queue and files over a real database; nothing else is the bot's."""
    return build_commands(
        database,
        CATALOGUE,
        dependencies_for(authority, Trust(client, ()), outbox, state, polls=polls),
        outbox,
        state,
        say_from_memory=say_from_memory,
        admission=admission or Admission(None, None),
        limits=limits or Limits(),
        afterwards=_nothing,
        queued=queued,
    )


async def _nothing() -> None:
    return
