"""What a line of a list says about somebody, whom it may mean, and what changes by it."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date

from storage.contacts.details import DetailField, KnownDetail
from storage.contacts.past import NO_PAST, NOTHING_KNOWN, KnownPast, Past
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.names.employee_numbers import number_key


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as a line of a list describes them."""

    line: int
    name: str
    key: str
    """The name under which it meets itself in another word order."""
    external_id: str | None
    email: str | None
    area: str | None
    shift: str | None
    hired: date | None
    past: Past = NO_PAST
    reach: Mapping[DetailField, str] = field(default_factory=dict)
    """How the person is reached."""


@dataclass(frozen=True, slots=True)
class Last:
    """Values in the latest list that named a contact."""

    name: str
    area: str | None
    shift: str | None


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact whom a line may mean."""

    id: ContactId
    number: int
    names: tuple[str, ...]
    """The shown one first."""
    area: str | None
    shift: str | None
    out: bool
    external_ids: frozenset[str]
    emails: frozenset[str]
    last: Last | None
    past: KnownPast = NOTHING_KNOWN
    reach: Mapping[DetailField, KnownDetail] = field(default_factory=dict)

    def has_number(self, number: str) -> bool:
        """Whether lists gave the contact an employer's number, leading zeros aside."""
        return number in self.external_ids or number_key(number) in map(
            number_key, self.external_ids
        )

    @property
    def name(self) -> str:
        """The shown name."""
        return self.names[0]

    @property
    def label(self) -> str:
        """Handle, name and area, for people to read."""
        where = f" ({self.area})" if self.area else ""
        return f"M-{self.number} {self.name}{where}"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Contacts whom some lines may mean."""

    by_id: Mapping[str, Sequence[KnownContact]]
    """By the number's key."""
    by_email: Mapping[str, Sequence[KnownContact]]
    by_key: Mapping[str, Sequence[KnownContact]]


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Changes by a list to one contact; a field None stays as it was."""

    contact: KnownContact
    listed: Listed
    name: str | None
    area: str | None
    shift: str | None
    past: Past = NO_PAST
    """New about the contact's past."""
    reach: Mapping[DetailField, str] = field(default_factory=dict)
    """New about how the contact is reached."""
