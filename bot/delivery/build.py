"""Puts together the ways of sending: from the outbox table, and from memory."""

from collections.abc import Awaitable, Callable, Mapping

from bot.delivery.attachments import Makers
from bot.delivery.calendars import CalendarFiles
from bot.delivery.clearance import Clearance, Hearing
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.ephemeral import EphemeralSender
from bot.delivery.exports import ExportFiles, exported
from bot.delivery.outbox import Outbox
from bot.delivery.parcel_delivery import Contents, LateWords, ParcelDelivery
from bot.delivery.pictures import PictureFiles
from bot.delivery.sender import Sender
from bot.delivery.sent_messages import SentMessages
from bot.matrix.client import Client
from bot.matrix.room_keys import RoomKeys
from bot.pictures.renderer import PictureRenderer
from bot.rooms.authority import Authority
from bot.rooms.direct_rooms import DirectRooms
from bot.state import Signals
from commands.privacy.formats import CardKey
from storage.chat.outbox import ContentKind
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The two ways of saying something, from the table and from memory, and what both share."""

    renderer: PictureRenderer
    direct_rooms: DirectRooms
    outbox: Outbox
    ephemeral: EphemeralSender


def build_deliveries(
    database: Database,
    client: Client,
    keys: RoomKeys,
    authority: Authority,
    signals: Signals,
    *,
    cards: CardKey,
    late_words: Mapping[ContentKind, LateWords],
    introduced: Callable[[Transaction, str], Awaitable[None]],
    restored_at: int | None,
    pace: float,
) -> Deliveries:
    """Put the parts together. ``pace``: seconds between two messages of a large mailing."""
    sender, clearance, renderer = Sender(client, keys), Clearance(authority), PictureRenderer()
    rooms = authority.places.rooms
    direct = DirectRooms(database, client, authority.places, clearance.wanted, signals)
    resolve = direct.direct_room
    makers: Makers = {
        ContentKind.PICTURE: PictureFiles(client, renderer),
        ContentKind.EXPORT: ExportFiles(database, client, cards),
        ContentKind.CALENDAR: CalendarFiles(client),
    }
    contents = Contents(makers, late_words, exported=exported, introduced=introduced)
    duplicates = DuplicateCheck(sender, restored_at)
    sent = SentMessages(database)
    attempts = ParcelDelivery(
        database, sender, rooms, resolve, clearance, contents, duplicates, sent
    )
    hearing = Hearing(database, clearance)
    ephemeral = EphemeralSender(sender, rooms, resolve, makers, hearing, pace=pace)
    return Deliveries(renderer, direct, Outbox(database, attempts, sent), ephemeral)
