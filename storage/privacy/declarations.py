"""Declarations of personal data: in ``personal.py`` each job says what its tables hold about people.

Five mechanisms go through the declarations, and none of them names a table of its own: what is shown to
whoever asks what is kept about them (``subject_access``), what goes when they are forgotten (``erasure``),
their name in words about others (``redaction``), what has had its time (``retention``), and the columns that
are computed anew after an entry (``history.derived``). A test compares all of it with the schema.

In SQL a row of the table is called ``t``, and ``?1`` is the committee where nothing else is said.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import Enum

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, ContactId
from storage.names import folded
from storage.names.spelling import PARTICLES
from storage.privacy.name_patterns import NamePatterns

IN_RECORDS = "IN (SELECT value FROM json_each(?1))"
"""SQL: is one of somebody's records; ``?1`` is their ids in JSON."""
NOT_IN_FORCE = "EXISTS (SELECT 1 FROM history AS b WHERE b.reverses = t.entry)"
ENTRY = "JOIN history AS h ON h.id = t.entry"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Which columns of a table are shown to whoever asks what is kept about somebody."""

    words: str
    """SQL, separated by commas: what a row says."""
    joined: str = ENTRY
    at: str = "h.at"
    """SQL: when the row was written, Unix ms UTC, or NULL."""
    by: str = "h.author"
    taken_back: str = NOT_IN_FORCE
    about: str = f"t.contact {IN_RECORDS}"
    """SQL: which rows are about the person."""
    order: str = "t.id"


def written(words: str, *, joined: str = "", taken_back: str = NOT_IN_FORCE) -> Disclosure:
    """Disclosure of a table whose rows hold time and author in columns ``at`` and ``author``."""
    return Disclosure(words, joined, "t.at", "t.author", taken_back)


class RetentionClock(Enum):
    """Kinds of old data that are deleted by age."""

    NOTES = "notes"
    """Free words."""
    VIEWS = "views"
    """Who looked at whom, and what was done with records."""
    DEEDS = "deeds"
    """Who came to meetings; who did what in structure tests goes with the test."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """Which rows have had their time: those of ``within``, unless they are about somebody on hold."""

    clock: RetentionClock
    blanks: str | None = None
    """The column that is emptied; None: the row goes."""
    within: str = "t.committee = ?1 AND t.at >= ?2 AND t.at < ?3"
    """SQL: the committee's rows written from ``?2`` until before ``?3``, Unix ms UTC."""


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with rows about contacts, or with free words that may name contacts."""

    name: str
    key: str = "id"
    whose: str = "t.committee = ?1"
    """SQL: the committee's rows."""
    about: str | None = "t.contact"
    """SQL: the contact a row is about; None: nobody in particular."""
    words: tuple[str, ...] = ()
    """Columns with words that people typed."""
    bodies: tuple[str, ...] = ()
    """Columns with JSON in which such words stand beside ids."""
    ids: tuple[str, ...] = ()
    """Fields of that JSON with ids, which stay as they are whoever is called so."""
    shown: Disclosure | None = None
    """What is shown of a row; None: nothing that another table does not say."""
    names: str | None = None
    """SQL: what somebody is called in a row; so are ``areas``, ``numbers`` (the employer's), ``emails``."""
    areas: str | None = None
    numbers: str | None = None
    emails: str | None = None
    phones: str | None = None
    derives: tuple[str, ...] = ()
    """SQL: contacts whose derived columns an entry changes by writing a row, or by being taken back."""
    contacted: str | None = None
    """SQL: the contact with whom, as a row shows, somebody has dealt."""
    expiry: Expiry | None = None
    erased: str | None = None
    """SQL run when somebody is forgotten, for rows that do not go with the contact (ON DELETE CASCADE).
    ``?1`` is the person's records in JSON and ``?2`` the committee."""


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """Somebody's contact ids, with all names, areas, numbers and addresses they ever had."""

    contact: ContactId
    records: tuple[int, ...]
    names: tuple[str, ...]
    areas: tuple[str, ...]
    numbers: tuple[str, ...]
    """The employer's."""
    emails: tuple[str, ...]
    phones: tuple[str, ...] = ()

    @property
    def sought(self) -> NamePatterns:
        """Patterns that find the person's names, numbers and addresses in free words."""
        return NamePatterns(self.names, (*self.numbers, *self.emails, *self.phones))

    @property
    def parts(self) -> NamePatterns:
        """Patterns that find single words of the person's names: Sam, Okafor. They may mean others as well."""
        words = {word for name in self.names for word in name.split()}
        return NamePatterns([word for word in words if folded(word) not in PARTICLES])


@dataclass(frozen=True, slots=True)
class Erased:
    """Counts of the mentions of a forgotten person that were blanked in other people's data."""

    mentions: int = 0
    lines: int = 0
    """Lines of lists that wait to be saved."""
    unsent: int = 0
    """Queued messages whose words are others now."""

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(
            self.mentions + other.mentions, self.lines + other.lines, self.unsent + other.unsent
        )


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Arguments of a scrub: what a job needs to take a person out of its JSON columns."""

    tx: Transaction
    committee: CommitteeId
    person: PersonRecords
    names: NamePatterns
    instead: Mapping[str, str]
    """Content to send in place of a queued message that mentions the person."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All declarations of one job."""

    tables: tuple[PersonalTable, ...] = ()
    nobody: tuple[str, ...] = ()
    """Tables without contacts and without words that people typed."""
    scrubs: tuple[Callable[[Forgetting], Awaitable[Erased]], ...] = ()
    scrubbed: tuple[str, ...] = ()
    """Tables whose JSON ``scrubs`` look through."""
