"""Plain records of structure tests: actions, marks, tests, counts."""

from datetime import date, datetime
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


class Action(Enum):
    """What is asked of the unit together."""

    SURVEY = "survey"
    MEETING = "meeting"
    CARDS = "cards"
    PETITION = "petition"
    BUTTONS = "buttons"
    PHOTO_BOARD = "photoboard"
    MARCH = "march"
    RALLY = "rally"
    MOCK_VOTE = "mockvote"
    STRIKE_PLEDGE = "pledge"
    CUSTOM = "custom"


class Mark(Enum):
    """How far somebody has come in a test; a higher number is the stronger one."""

    NOT_ASKED = 0
    ASKED = 1
    UNABLE = 2
    NO = 3
    YES = 4
    DID = 5


ANSWERS = (Mark.UNABLE, Mark.NO, Mark.YES)
OUTSIDE = -1
"""The area of people who were not in the unit when a test opened."""


@dataclass(frozen=True, slots=True)
class AnnouncedTerms:
    """Announced terms of a test; bars in whole percent of the unit."""

    goal: int | None
    public: int | None
    closes: date | None


@dataclass(frozen=True, slots=True)
class StructureTest:
    """A deliberate collective action whose participation is measured."""

    id: int
    number: int
    action: Action
    name: str
    area: int | None
    """The area the test is about; None: the whole unit."""
    count_only: bool
    opened: date
    closed_at: datetime | None
    names_gone: bool
    joint: int | None
    terms: AnnouncedTerms

    @property
    def handle(self) -> str:
        """The handle people type, ``T-3``."""
        return f"T-{self.number}"

    @property
    def open(self) -> bool:
        """Whether the test is not closed."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class MarkCell:
    """People of one group and one mark, counted."""

    area: int
    """0: unknown."""
    shift: str | None
    mark: Mark
    promised: bool
    """Whether the last answer was yes."""
    people: int


@dataclass(frozen=True, slots=True)
class Belief:
    """People of one organizer who were rated alike when the test opened."""

    organizer: UserId | None
    rating: int | None
    asked: int
    did: int


@dataclass(frozen=True, slots=True)
class FrozenCounts:
    """The counts of a test."""

    cells: tuple[MarkCell, ...]
    outside: int
    """People who did but were outside the unit at the opening; in no other figure."""
    reported: int | None = None
    """In a test that only counts, how many rows somebody has counted; None in the others."""


NEVER = date.min
"""The day on which figures were told that nobody was told yet."""


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """Counts of an open test that everybody was told: in all, and by area, each as of a day."""

    whole_day: date
    whole: FrozenCounts
    rows_day: date
    rows: FrozenCounts


@dataclass(frozen=True, slots=True)
class Frozen:
    """The figures at a closing or after an amendment."""

    did: int
    people: int
    author: UserId
    at: datetime
    why: str | None
