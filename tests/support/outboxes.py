"""The real outbox and sender over a stand-in for the homeserver."""

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from bot.delivery.attachments import Makers
from bot.delivery.clearance import Clearance
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.outbox import Outbox
from bot.delivery.parcel_delivery import Contents, LateWords, ParcelDelivery, Resolve
from bot.delivery.pictures import PictureFiles
from bot.delivery.sender import Sender
from bot.delivery.sent_messages import SentMessages
from bot.matrix.client import Client
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import Room
from bot.pictures.renderer import PictureRenderer
from storage.chat.outbox import ContentKind
from storage.core.database import Database, Transaction


async def nobody(_person: str) -> Room | None:
    """Nobody has a direct chat."""
    return None


async def _not_noted(_tx: Transaction, _what: object) -> None:
    """Nobody has to know what the homeserver has."""


def outbox_over(
    line: object,
    database: Database,
    client: Client,
    rooms: Mapping[str, Room],
    resolve: Resolve,
    clearance: Clearance,
    *,
    makers: Makers | None = None,
    late_words: Mapping[ContentKind, LateWords] | None = None,
    exported: Callable[[Transaction, int], Awaitable[None]] = _not_noted,
    introduced: Callable[[Transaction, str], Awaitable[None]] = _not_noted,
    restored_at: int | None = None,
) -> Outbox:
    """Make an outbox whose messages ``line`` encrypts and sends."""
    sender = Sender(client, cast(RoomKeys, line))
    pictures: Makers = {ContentKind.PICTURE: PictureFiles(client, PictureRenderer())}
    contents = Contents({**pictures, **(makers or {})}, late_words or {}, exported, introduced)
    duplicates = DuplicateCheck(sender, restored_at)
    sent = SentMessages(database)
    delivery = ParcelDelivery(
        database, sender, rooms, resolve, clearance, contents, duplicates, sent
    )
    return Outbox(database, delivery, sent)
