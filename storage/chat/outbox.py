"""Messages that transactions left to send, and the terms on which they may go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from storage.core.database import Transaction
from storage.core.driver import Row
from storage.core.model import CommitteeId, ContactId, UserId

ORGANIZER = 1
"""The least role there is, as roles are numbered in ``commands/roles/standing.py``."""


class MessageKind(Enum):
    """What a message is that waits."""

    ANSWER = "answer"
    """To what somebody typed."""
    TELL = "tell"
    """News for people who typed nothing, or for the room."""
    REMINDER = "reminder"
    DIGEST = "digest"
    NOTICE = "notice"
    """Fixed words that tell nothing of a committee: how to verify, that something was not understood."""
    OLD = "old"
    """Of a release that wrote down no terms."""


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """On what terms a message may go. They hold when it is made and again when it is sent."""

    kind: MessageKind = MessageKind.NOTICE
    why: str = ""
    """What it answers, or on what occasion it is said: for whoever looks into the table."""
    committee: CommitteeId | None = None
    person: UserId | None = None
    """Whom it is for, in whatever room it goes. None: everybody in the committee's room."""
    least: int = ORGANIZER
    """The role its reader needs at least, numbered as ``Role``."""
    people: bool = False
    """Whether its reader has to be one who may hear about contacts."""
    named: tuple[ContactId, ...] = ()
    """Contacts it names."""
    care: tuple[ContactId, ...] = ()
    """Those of them that were in its reader's care, which is why it names them."""
    export: int | None = None
    """The row id of the export whose file it is."""


_COLUMNS = (
    "transaction_id, room, recipient, content, queued_at, device_id, kind, occasion, committee, person,"
    " least, people, about, export"
)
"""What a parcel and a dead letter have in common."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to send, to a room or, once they have a direct room, to a person."""

    id: int
    transaction_id: str
    room: str | None
    recipient: str | None
    content: Mapping[str, Any]
    queued_at: int
    """Unix ms UTC."""
    device_id: str
    """Our device when it was queued; homeservers remember transaction ids per device."""
    terms: DeliveryTerms = field(default_factory=DeliveryTerms)


@dataclass(frozen=True, slots=True)
class OutboxTable:
    tx: Transaction

    async def put(
        self,
        transaction_id: str,
        content: Mapping[str, Any],
        at: int,
        device_id: str,
        *,
        room: str | None = None,
        recipient: str | None = None,
        terms: DeliveryTerms | None = None,
    ) -> Parcel | None:
        """Queue a message; None when that transaction id was queued before and still waits."""
        terms = DeliveryTerms() if terms is None else terms
        if recipient is not None:
            terms = replace(terms, person=UserId(recipient))
        taken = await self.tx.value(
            f"INSERT INTO outbox({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(transaction_id) DO NOTHING RETURNING id",
            (
                transaction_id,
                room,
                recipient,
                json.dumps(content),
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
            ),
        )
        if taken is None:
            return None
        number = int(str(taken))
        return Parcel(number, transaction_id, room, recipient, content, at, device_id, terms)

    async def waiting(self) -> list[Parcel]:
        """Everything not yet acknowledged by the homeserver, oldest first."""
        return [parcel_of(row) for row in await self.tx.all("SELECT * FROM outbox ORDER BY id")]

    async def by_id(self, parcel: int) -> Parcel | None:
        row = await self.tx.one("SELECT * FROM outbox WHERE id = ?", (parcel,))
        return None if row is None else parcel_of(row)

    async def of_people(self, committee: CommitteeId) -> list[Parcel]:
        """What waits for single people of a committee, oldest first."""
        rows = await self.tx.all(
            "SELECT * FROM outbox WHERE committee = ? AND person IS NOT NULL ORDER BY id",
            (committee,),
        )
        return [parcel_of(row) for row in rows]

    async def replace(self, parcel: Parcel, content: Mapping[str, Any]) -> Parcel:
        """Send this under the same transaction id instead."""
        written = json.dumps(content)
        await self.tx.execute("UPDATE outbox SET content = ? WHERE id = ?", (written, parcel.id))
        return replace(parcel, content=json.loads(written))

    async def reword(self, parcel: Parcel, content: Mapping[str, Any]) -> Parcel:
        """Send words in its place that name nobody."""
        about = json.dumps({"named": (), "care": ()})
        await self.tx.execute("UPDATE outbox SET about = ? WHERE id = ?", (about, parcel.id))
        reworded = await self.replace(parcel, content)
        return replace(reworded, terms=replace(parcel.terms, named=(), care=()))

    async def done(self, parcel: int) -> None:
        """The homeserver has it, or shall not get it: drop the text."""
        await self.tx.execute("DELETE FROM outbox WHERE id = ?", (parcel,))

    async def withdraw(
        self, person: UserId, committee: CommitteeId | None, below: int | None = None
    ) -> int:
        """Drop what waits for somebody in a committee, and their dead letters' texts; how much.

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
        """Give up on a message, which an admin may send again within a week."""
        letter = await self.tx.insert(
            "INSERT INTO dead_letters(kind, reason, at) VALUES ('send', ?, ?)", (reason, at)
        )
        await self.tx.execute(
            f"INSERT INTO parked(letter, {_COLUMNS}) SELECT ?, {_COLUMNS} FROM outbox WHERE id = ?",
            (letter, parcel),
        )
        await self.done(parcel)

    async def dig_up(self, letter: int) -> Parcel | None:
        """Queue a dead letter again, under its transaction id and on its terms; None: it is not there."""
        taken = await self.tx.value(
            f"INSERT INTO outbox({_COLUMNS}) SELECT {_COLUMNS} FROM parked WHERE letter = ?"
            " ON CONFLICT(transaction_id) DO NOTHING RETURNING id",
            (letter,),
        )
        return None if taken is None else await self.by_id(int(str(taken)))


def ids(numbers: Sequence[int]) -> tuple[ContactId, ...]:
    """Row ids as JSON has them."""
    return tuple(map(ContactId, numbers))


def parcel_of(row: Row) -> Parcel:
    """A row of the table as a parcel."""
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
        json.loads(row["content"]),
        row["queued_at"],
        row["device_id"],
        terms,
    )
