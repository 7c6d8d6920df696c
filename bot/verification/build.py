"""Puts the parts of verification together."""

from bot.delivery.post import Delivering
from bot.matrix.client import Client
from bot.matrix.identity import CrossSigning
from bot.matrix.machine import Machine
from bot.matrix.room_keys import RoomKeys
from bot.matrix.trust import Trust
from bot.rooms.directory import RoomDirectory
from bot.state import CommitteeDirectory
from bot.verification.record import VerificationRecord
from bot.verification.sas import SasSide
from bot.verification.sessions import Verifications
from bot.verification.transport import Transport
from storage.core.database import Database


def build_verification(
    client: Client,
    database: Database,
    *,
    machine: Machine,
    trust: Trust,
    signing: CrossSigning,
    keys: RoomKeys,
    places: RoomDirectory,
    outbox: Delivering,
    committees: CommitteeDirectory,
) -> Verifications:
    """Put the parts together for this account."""
    record = VerificationRecord(
        database, client, trust=trust, signing=signing, places=places, outbox=outbox
    )
    wire = Transport(client, keys, trust, places.rooms)
    ours = SasSide(client.user, client.device, machine.ed25519, signing.master.public)
    return Verifications(ours, trust, places, wire, record, committees)
