"""Messages queued for sending, and the terms on which each may still be sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from enum import Enum
from typing import Any

from storage.core.database import Transaction
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, ContactId, UserId

ORGANIZER = 1
"""The lowest role, as numbered in ``commands/roles/standing.py``."""


class MessageKind(Enum):
    """Why a queued message is sent."""

    ANSWER = "answer"
    """To what somebody typed."""
    TELL = "tell"
    """News for people who typed nothing, or for the room."""
    REMINDER = "reminder"
    DIGEST = "digest"
    NOTICE = "notice"
    """Fixed words that tell nothing of a committee: how to verify, that something was not understood."""
    COALITION = "coalition"
    """To the bots of a coalition, in their room."""
    OLD = "old"
    """Of a release that wrote down no terms."""


class ContentKind(Enum):
    """How a queued message becomes an event: sent as written, or completed just before sending."""

    EVENT = "event"
    """A finished event."""
    FILE = "file"
    """An event with a file of ours, which is encrypted and uploaded already."""
    PICTURE = "picture"
    """An event whose file is still to be drawn. The source describes the picture, as JSON."""
    EXPORT = "export"
    """An event whose file is still to be written. The source is the row id of the export."""
    CALENDAR = "calendar"
    """An event whose file is still to be uploaded. The source is the text of the calendar file."""
    REMINDER = "reminder"
    """Words are made when the message is sent. The source is the row id of the reminder."""
    DIGEST = "digest"
    """Words are made when the message is sent. The source says whose and of which day, as JSON."""
    LEFT_OUT = "left_out"
    """Fixed words for a device that reads nothing else. The source says which and why, as JSON."""
    REDACTION = "redaction"
    """No event of ours: one is taken back. The source is its id."""


ATTACHMENTS = frozenset({ContentKind.PICTURE, ContentKind.EXPORT, ContentKind.CALENDAR})
"""Contents whose file is made when the message is sent."""

LATE_WORDS = frozenset({ContentKind.REMINDER, ContentKind.DIGEST})
"""Contents whose words are made when the message is sent, anew for every attempt."""

UNSEARCHABLE = frozenset({ContentKind.PICTURE, ContentKind.EXPORT, ContentKind.FILE})
"""Contents with a file that may hold names; no search reads files."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send: the event content written so far, and how the rest is made."""

    content: Mapping[str, Any]
    """Event content, which the homeserver sees encrypted; anything to be taken out before goes elsewhere."""
    kind: ContentKind = ContentKind.EVENT
    source: str = ""
    """Input for the unwritten rest, by ``kind``; never leaves this machine. Empty: nothing is left."""


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """Terms on which a message may be sent, checked when the message is made and again when sent."""

    kind: MessageKind = MessageKind.NOTICE
    why: str = ""
    """What the message answers, or its occasion: for whoever looks into the table."""
    committee: CommitteeId | None = None
    person: UserId | None = None
    """The reader, in whatever room the message goes. None: everybody in the committee's room."""
    least: int = ORGANIZER
    """The lowest role the reader needs, numbered as ``Role``."""
    people: bool = False
    """Whether the reader must be somebody who may hear about contacts."""
    named: tuple[ContactId, ...] = ()
    """Contacts named in the message."""
    care: tuple[ContactId, ...] = ()
    """Contacts named because they were in the reader's care."""
    export: int | None = None
    """The row id of the export whose file the message carries."""


_COLUMNS = (
    "transaction_id, room, recipient, content, queued_at, device_id, kind, occasion, committee, person,"
    " least, people, about, export, content_kind, source"
)
"""What a parcel and a dead letter have in common."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to send, to a room or, once they have a direct room, to a person."""

    id: int
    transaction_id: str
    room: str | None
    recipient: str | None
    outgoing: Outgoing
    queued_at: int
    """Unix ms UTC."""
    device_id: str
    """The bot's device at queueing; homeservers remember transaction ids per device."""
    terms: DeliveryTerms = field(default_factory=DeliveryTerms)

    @property
    def content(self) -> Mapping[str, Any]:
        """The event content written so far."""
        return self.outgoing.content

    @property
    def kind(self) -> ContentKind:
        """How the content becomes an event."""
        return self.outgoing.kind

    @property
    def source(self) -> str:
        """Input for the unwritten rest of the content."""
        return self.outgoing.source


@dataclass(frozen=True, slots=True)
class OutboxTable:
    """The queue of messages to send, oldest first."""

    tx: Transaction

    async def put(
        self,
        transaction_id: str,
        outgoing: Outgoing,
        at: int,
        device_id: str,
        *,
        room: str | None = None,
        recipient: str | None = None,
        terms: DeliveryTerms | None = None,
    ) -> Parcel | None:
        """Queue a message; None when a message with the same transaction id still waits."""
        terms = DeliveryTerms() if terms is None else terms
        if recipient is not None:
            terms = replace(terms, person=UserId(recipient))
        number = await self.tx.insert_new(
            f"INSERT INTO outbox({_COLUMNS}) VALUES ({', '.join('?' * 16)})"
            " ON CONFLICT(transaction_id) DO NOTHING",
            (
                transaction_id,
                room,
                recipient,
                json.dumps(outgoing.content),
                at,
                device_id,
                terms.kind.value,
                terms.why,
                terms.committee,
                terms.person,
                terms.least,
                int(terms.people),
                json.dumps({"named": terms.named, "care": terms.care}),
                terms.export,
                outgoing.kind.value,
                outgoing.source,
            ),
        )
        if not number:
            return None
        parcel = Parcel(number, transaction_id, room, recipient, outgoing, at, device_id, terms)
        # It is looked at again at once, to be sent.
        self.tx.remember("outbox", number, parcel)
        return parcel

    async def waiting(self) -> list[Parcel]:
        """Return every message not yet acknowledged by the homeserver, oldest first."""
        return [parcel_of(row) for row in await self.tx.all("SELECT * FROM outbox ORDER BY id")]

    async def waits_for(self, room: str) -> bool:
        """Whether anything for a room is not acknowledged by the homeserver yet."""
        return bool(await self.tx.value("SELECT 1 FROM outbox WHERE room = ?", (room,)))

    async def by_id(self, parcel: int) -> Parcel | None:
        """Return the queued message with the row id; None if there is none."""
        known = await self.tx.remembered(Parcel, "outbox", parcel)
        if known is not None:
            return known
        row = await self.tx.one("SELECT * FROM outbox WHERE id = ?", (parcel,))
        return None if row is None else parcel_of(row)

    async def of_people(self, committee: CommitteeId) -> list[Parcel]:
        """Return what waits for single people of a committee, oldest first."""
        rows = await self.tx.all(
            "SELECT * FROM outbox WHERE committee = ? AND person IS NOT NULL ORDER BY id",
            (committee,),
        )
        return [parcel_of(row) for row in rows]

    async def replace(self, parcel: Parcel, outgoing: Outgoing) -> Parcel:
        """Replace the content of a queued message, keeping its transaction id; returns the changed parcel."""
        written = json.dumps(outgoing.content)
        await self.tx.execute(
            "UPDATE outbox SET content = ?, content_kind = ?, source = ? WHERE id = ?",
            (written, outgoing.kind.value, outgoing.source, parcel.id),
        )
        return replace(parcel, outgoing=replace(outgoing, content=json.loads(written)))

    async def reword(self, parcel: Parcel, words: Outgoing) -> Parcel:
        """Replace a queued message by words that name nobody, and clear its list of named contacts."""
        about = json.dumps({"named": (), "care": ()})
        await self.tx.execute("UPDATE outbox SET about = ? WHERE id = ?", (about, parcel.id))
        reworded = await self.replace(parcel, words)
        return replace(reworded, terms=replace(parcel.terms, named=(), care=()))

    async def done(self, *parcels: int) -> None:
        """Delete messages from the queue: the homeserver has accepted the events, or must not get them."""
        await self.tx.brief("DELETE FROM outbox WHERE id = ?", *((each,) for each in parcels))

    async def withdraw(
        self, person: UserId, committee: CommitteeId | None, below: int | None = None
    ) -> int:
        """Delete what waits for somebody in a committee, and their dead letters' texts; returns how many.

        ``committee`` None: what belongs to none. ``below``: only what needs more than this role.
        """
        found = 0
        for table in ("outbox", "parked"):
            found += await self.tx.execute(
                f"DELETE FROM {table} WHERE person = ? AND committee IS ? AND least > ?",
                (person, committee, 0 if below is None else below),
            )
        return found

    async def bury(self, parcel: int, reason: str, at: int) -> None:
        """Move a message from the queue to the dead letters; an admin may send it again within a week."""
        letter = await self.tx.insert(
            "INSERT INTO dead_letters(kind, reason, at) VALUES ('send', ?, ?)", (reason, at)
        )
        await self.tx.execute(
            f"INSERT INTO parked(letter, {_COLUMNS}) SELECT ?, {_COLUMNS} FROM outbox WHERE id = ?",
            (letter, parcel),
        )
        await self.done(parcel)

    async def dig_up(self, letter: int) -> Parcel | None:
        """Queue a dead letter again, with its old transaction id and terms; None: no message is kept."""
        taken = await self.tx.value(
            f"INSERT INTO outbox({_COLUMNS}) SELECT {_COLUMNS} FROM parked WHERE letter = ?"
            " ON CONFLICT(transaction_id) DO NOTHING RETURNING id",
            (letter,),
        )
        return None if taken is None else await self.by_id(int(str(taken)))


def ids(numbers: Sequence[int]) -> tuple[ContactId, ...]:
    """Convert row ids from JSON to contact ids."""
    return tuple(map(ContactId, numbers))


def parcel_of(row: Row) -> Parcel:
    """Convert a row of the table ``outbox`` to a Parcel."""
    about = json.loads(row["about"])
    terms = DeliveryTerms(
        MessageKind(row["kind"]),
        row["occasion"],
        None if row["committee"] is None else CommitteeId(row["committee"]),
        None if row["person"] is None else UserId(row["person"]),
        row["least"],
        bool(row["people"]),
        ids(about.get("named", ())),
        ids(about.get("care", ())),
        row["export"],
    )
    return Parcel(
        row["id"],
        row["transaction_id"],
        row["room"],
        row["recipient"],
        Outgoing(json.loads(row["content"]), ContentKind(row["content_kind"]), row["source"]),
        row["queued_at"],
        row["device_id"],
        terms,
    )
