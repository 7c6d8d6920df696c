"""Legal bases for keeping records about somebody (GDPR, articles 6 and 9)."""

from datetime import date, datetime
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, EntryId, UserId
from storage.core.repository import Repository
from storage.history.derived import SAME_PERSON


class Basis(Enum):
    """Legal basis for keeping something about somebody (GDPR, articles 6 and 9)."""

    CONSENT = "consent"
    """The person agreed."""
    MEMBER = "member"
    """The person is a member of the union, or in regular contact with the union."""
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
        """Record a legal basis for a contact; an earlier one is superseded, not deleted."""
        await self.tx.add(
            "bases",
            contact=contact,
            basis=based.basis,
            on_day=based.on,
            author=based.author,
            at=at,
            entry=entry,
        )

    async def of(self, contact: ContactId) -> Based | None:
        """Return the person's latest basis, over merged records; None if no basis counts."""
        row = await self.tx.one(
            "SELECT b.basis, b.on_day, b.author FROM live_bases AS b "
            f"WHERE b.contact IN {SAME_PERSON.format(id='?1')} ORDER BY b.id DESC LIMIT 1",
            (contact,),
        )
        if row is None:
            return None
        return Based(Basis(row["basis"]), date.fromisoformat(row["on_day"]), UserId(row["author"]))
