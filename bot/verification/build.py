"""Puts the parts of verification together."""

from bot.delivery.outbox import Outbox
from bot.matrix.client import Client
from bot.matrix.identity import CrossSigning
from bot.matrix.machine import Machine
from bot.matrix.room_keys import RoomKeys
from bot.matrix.trust import Trust
from bot.rooms.directory import Places
from bot.verification.record import Record
from bot.verification.sas import Side
from bot.verification.sessions import Desk
from bot.verification.transport import Wire
from storage.core.database import Database


def verifications(
    client: Client,
    database: Database,
    *,
    machine: Machine,
    trust: Trust,
    signing: CrossSigning,
    keys: RoomKeys,
    places: Places,
    outbox: Outbox,
) -> Desk:
    """The desk of this account; it answers from ``start`` to ``close``."""
    record = Record(database, client, trust=trust, signing=signing, places=places, outbox=outbox)
    wire = Wire(client, keys, trust, places.rooms)
    ours = Side(client.user, client.device, machine.ed25519, signing.master.public)
    return Desk(ours, trust, places, wire, record)
