"""The parts of a bot's coalitions, put together."""

from collections.abc import Callable

from bot.account import Account
from bot.coalition.bots_room import BotsRoom
from bot.coalition.hearing import CoalitionHearing
from bot.coalition.pairing import BotPairing
from bot.coalition.voice import VoiceParts
from bot.coalition.work import CoalitionWork
from bot.delivery.outbox import Outbox
from bot.matrix.room_keys import RoomKeys
from bot.state import Signals
from commands.coalition.own_ballots import OwnBallots
from commands.framework.context import Committee
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class CoalitionParts:
    """What hears, pairs, speaks and works for coalitions."""

    voices: VoiceParts
    hearing: CoalitionHearing
    pairing: BotPairing
    work: CoalitionWork


def parts_of(
    account: Account,
    keys: RoomKeys,
    outbox: Outbox,
    signals: Signals,
    ballots: Callable[[Transaction, Committee], OwnBallots],
) -> CoalitionParts:
    """Put the parts together for a running bot."""
    database, trust, machine = account.database, account.trust, account.machine
    own, master = account.authority, account.signing.master.public
    voices = VoiceParts(outbox, own, signals, master, keys.forget, ballots)
    pairing = BotPairing(database, machine, trust, voices)
    room = BotsRoom(account.client, account.places, keys, machine)
    hearing = CoalitionHearing(database, voices)
    work = CoalitionWork(database, trust, room, pairing, hearing, signals.coalition)
    return CoalitionParts(voices, hearing, pairing, work)
