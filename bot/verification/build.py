"""Puts the parts of verification together."""

from bot.account import Account
from bot.delivery.post import Delivering
from bot.matrix.room_keys import RoomKeys
from bot.state import CommitteeDirectory
from bot.verification.record import VerificationRecord
from bot.verification.sas import SasSide
from bot.verification.sessions import Verifications
from bot.verification.transport import Transport


def build_verification(
    account: Account,
    keys: RoomKeys,
    outbox: Delivering,
    committees: CommitteeDirectory,
) -> Verifications:
    """Build the parts of verification for the bot's account."""
    client, trust, places = account.client, account.trust, account.places
    record = VerificationRecord(
        account.database,
        client,
        trust=trust,
        signing=account.signing,
        places=places,
        outbox=outbox,
    )
    transport = Transport(client, keys, trust, places.rooms)
    master = account.signing.master.public
    ours = SasSide(client.user, client.device, account.machine.ed25519, master)
    return Verifications(ours, trust, places, transport, record, committees)
