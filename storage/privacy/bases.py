"""Why something may be kept about somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from storage.core.model import ContactId, EntryId, UserId
from storage.core.repository import Repository, millis
from storage.history.derived import SAME_PERSON
from storage.names.called import COUNTS


class Basis(Enum):
    """Why we may keep something about somebody (GDPR, articles 6 and 9)."""

    CONSENT = "consent"
    """They agreed."""
    MEMBER = "member"
    """They are a member of the union, or in regular contact with it."""
    INTEREST = "interest"
    """The union's legitimate interest, weighed against theirs."""


@dataclass(frozen=True, slots=True)
class Based:
    """A basis, and the day from which it holds."""

    basis: Basis
    on: date
    author: UserId


@dataclass(frozen=True, slots=True)
class Bases(Repository):
    """One committee's bases."""

    async def give(self, entry: EntryId, contact: ContactId, based: Based, at: datetime) -> None:
        await self.tx.execute(
            "INSERT INTO bases(contact, basis, on_day, author, at, entry) VALUES (?, ?, ?, ?, ?, ?)",
            (contact, based.basis.value, based.on.isoformat(), based.author, millis(at), entry),
        )

    async def of(self, contact: ContactId) -> Based | None:
        row = await self.tx.one(
            "SELECT b.basis, b.on_day, b.author FROM bases AS b "
            f"WHERE b.contact IN {SAME_PERSON.format(id='?1')} AND {COUNTS.format(row='b')} "
            "ORDER BY b.id DESC LIMIT 1",
            (contact,),
        )
        if row is None:
            return None
        return Based(Basis(row["basis"]), date.fromisoformat(row["on_day"]), UserId(row["author"]))
