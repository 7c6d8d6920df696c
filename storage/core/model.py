"""Plain records of storage: contacts, talks, ratings, follow-ups, history. No behaviour beyond reading."""

from datetime import date, datetime
from enum import Enum
from typing import NewType
from zoneinfo import ZoneInfo

from storage.core.lazy_dataclass import dataclass

UserId = NewType("UserId", str)
"""A full Matrix user id, ``@ana:example.org``."""

RoomId = NewType("RoomId", str)
"""A Matrix room id."""

CommitteeId = NewType("CommitteeId", int)
"""A committee's row id; every query is scoped by one."""

ContactId = NewType("ContactId", int)
"""A contact's row id; people see handles."""

EntryId = NewType("EntryId", int)
"""A history entry: one thing one person did, together with every row it wrote."""


@dataclass(frozen=True, slots=True)
class Committee:
    """A committee: the people of one Matrix room and what they keep here."""

    id: CommitteeId
    room: RoomId
    name: str
    zone: ZoneInfo
    set_up: bool
    """Whether a lead has run ``!setup``."""
    language: str = "en"
    """The language that the room is spoken to in, as a code of a catalogue."""
    alike: str | None = ""
    """Names before the colon that two people have, with a space between (storage/chat/called_alike.py).
    None: nobody looked yet."""


class Outcome(Enum):
    """How an attempt to talk with somebody ended; only REACHED is a one-on-one."""

    REACHED = "reached"
    NO_ANSWER = "noanswer"
    BUSY = "busy"
    CALL_BACK = "callback"
    WRONG_CONTACT = "wrongcontact"
    REFUSED = "refused"


class Assessment(Enum):
    """Where a person stands, anchored in deeds. An Enum, so that nobody can average it."""

    NOT_ASSESSED = 0
    ORGANIZES = 1
    SUPPORTS = 2
    UNDECIDED = 3
    AGAINST = 4
    OPPOSED = 5


class Evidence(Enum):
    """What an assessment rests on."""

    SAID = "said"
    DID = "did"
    HEARD = "heard"


class Coming(Enum):
    """Whether somebody comes to a meeting, or can at a time."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Duty(Enum):
    """What somebody does in a meeting."""

    FACILITATOR = "facilitator"
    NOTES = "notes"
    STACK = "stack"
    TIME = "time"


class Membership(Enum):
    """Whether somebody belongs to the unit, and how."""

    NOT_YET = "not yet"
    EMPLOYED = "employed"
    ON_LEAVE = "on leave"
    CONTRACTOR = "contractor"
    LEFT = "left"
    EXCLUDED = "excluded"

    @property
    def out(self) -> bool:
        """Whether it takes somebody out of the unit; leave and contracts are for its definition."""
        return self in {Membership.NOT_YET, Membership.LEFT, Membership.EXCLUDED}


class Part(Enum):
    """What somebody is in the campaign. Independent of where they stand."""

    COMMITTEE = "committee"
    LEADER = "leader"


class Answer(Enum):
    """A person's answer to an ask."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class EntryKind(Enum):
    """What a history entry did."""

    CONTACT_ADDED = "contact added"
    CONVERSATION_LOGGED = "conversation logged"
    ASSESSED = "assessed"
    FOLLOW_UP_DONE = "follow-up done"
    FOLLOW_UP_SNOOZED = "follow-up snoozed"
    FOLLOW_UP_ADDED = "follow-up added"
    """Without a talk; one that a talk brings belongs to the talk's entry."""
    CONTACT_EDITED = "contact edited"
    NAMED = "named"
    MOVED = "moved"
    STATE_CHANGED = "state changed"
    ROLE_CHANGED = "role changed"
    FOLLOWING_CHANGED = "following changed"
    """Somebody stands behind a natural leader, or no longer does."""
    NOTED = "noted"
    CONVERSATION_EDITED = "conversation edited"
    TALK_WITHDRAWN = "talk withdrawn"
    """Takes a talk back, however old; can itself be taken back, unlike ``UNDONE``."""
    TALK_MOVED_AWAY = "talk moved away"
    """Takes a talk back where it was, since it was with somebody else."""
    MERGED = "merged"
    TOLD_APART = "told apart"
    TURF_ASSIGNED = "turf assigned"
    TURF_MOVED = "turf moved"
    TURF_RELEASED = "turf released"
    AWAY = "away"
    BUDDY_CHANGED = "buddy changed"
    """Who is there for a new organizer."""
    OFFBOARDED = "off-boarded"
    LISTED = "listed"
    """Added from a list; a whole import is taken back at once."""
    LIST_CHANGED = "list changed"
    BASED = "based"
    """Why something may be kept about them."""
    TEST_OPENED = "test opened"
    TEST_CHANGED = "test changed"
    TEST_MARKED = "test marked"
    TEST_COUNTED = "test counted"
    TEST_CLOSED = "test closed"
    TEST_AMENDED = "test amended"
    MEETING_CHANGED = "meeting changed"
    """Made, moved, repeated, cancelled; one time of it skipped or moved."""
    ANSWERED = "answered"
    """Whether somebody comes, or when they can."""
    AGENDA_CHANGED = "agenda changed"
    ROLE_TAKEN = "role taken"
    MINUTED = "minuted"
    ACTION_CHANGED = "action changed"
    FIELDS_CHANGED = "fields changed"
    """Whether phone, e-mail or language of contacts is kept."""
    ATTENDED = "attended"
    """Which contacts came to a meeting."""
    ISSUES_CHANGED = "issues changed"
    """What is on the list of issues, or what a word is counted as."""
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Contact:
    """A record about a coworker; never an account."""

    id: ContactId
    number: int
    name: str
    area: str | None
    shift: str | None
    organizer: UserId | None
    """The primary organizer; None is unassigned."""
    state: Membership = Membership.EMPLOYED
    """Today's."""
    since: date | None = None
    """The day from which the state holds; None: since the contact was added."""

    @property
    def handle(self) -> str:
        """The handle people type, ``M-41``."""
        return f"M-{self.number}"


@dataclass(frozen=True, slots=True)
class Rated:
    """One assessment as somebody gave it."""

    rating: Assessment
    evidence: Evidence | None
    author: UserId
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation or attempt."""

    outcome: Outcome
    author: UserId
    at: datetime
    issue: str | None
    ask: str | None
    answer: Answer | None
    note: str | None
    number: int = 0
    """The number people type; given when the talk is saved."""


@dataclass(frozen=True, slots=True)
class Note:
    """A few words about somebody, apart from any talk."""

    author: UserId
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A dated task an organizer owes to a contact; it never closes by itself."""

    id: int
    number: int
    contact: ContactId
    handle: str
    name: str
    owner: UserId
    what: str
    due: date
    """The day in the owner's own calendar, as agreed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the history."""

    id: EntryId
    kind: EntryKind
    author: UserId
    at: datetime
    contact: ContactId | None
