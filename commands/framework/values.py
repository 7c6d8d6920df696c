"""The kinds of values people type, as types a command's signature names."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NewType

from storage.core.model import UserId

FutureDate = NewType("FutureDate", date)
"""A day from today on, in the person's own calendar."""

AnyDay = NewType("AnyDay", date)
"""A day, past or to come, in the person's own calendar."""

Days = NewType("Days", int)
"""A number of days."""

Weeks = NewType("Weeks", int)
"""A number of weeks."""

TalkNumber = NewType("TalkNumber", int)
"""A talk's number within its committee."""

PairNumber = NewType("PairNumber", int)
"""The number of a pair of contacts that may be one person."""

"""A time zone, typed as a city."""

PersonName = NewType("PersonName", str)
"""A new contact's name."""

Label = NewType("Label", str)
"""An area, a shift, an issue: a few words."""

Sentence = NewType("Sentence", str)
"""An ask: one sentence."""

Note = NewType("Note", str)
"""The rest of the line, or a quoted note."""

SearchWords = NewType("SearchWords", str)
"""Words to look for."""

FollowUpNumber = NewType("FollowUpNumber", int)
"""A follow-up's number within its committee."""

Person = NewType("Person", UserId)
"""A Matrix user typed in full."""

Colleague = NewType("Colleague", str)
"""An organizer of one's own committee: @ana, or the full address. Who that is, its members say."""

ImportNumber = NewType("ImportNumber", int)
"""An import's number within its committee."""

ExportNumber = NewType("ExportNumber", int)
"""An export's number within its committee."""

SecondNumber = NewType("SecondNumber", int)
"""The number of a question to a second lead."""

LineNumber = NewType("LineNumber", int)
"""A line of a file, the first being 1."""

ColumnWords = NewType("ColumnWords", str)
"""Pairs with equals signs about the columns of a list."""

CommitteeName = NewType("CommitteeName", str)
"""What a committee calls itself."""

Topic = NewType("Topic", str)
"""A command somebody wants to know more about."""


class EmploymentStatus(Enum):
    """How somebody in the unit is employed."""

    EMPLOYEE = "employee"
    LEAVE = "leave"
    CONTRACTOR = "contractor"


class Reason(Enum):
    """Why somebody is not of the unit."""

    SUPERVISOR = "supervisor"
    OUTSIDE = "outside"
    OTHER = "other"


class RoleWord(Enum):
    """What to call somebody's role; none takes roles away."""

    LEADER = "leader"
    COMMITTEE = "committee"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact as typed: by handle or by name. Which contact that is, the committee's records say."""

    number: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        return f"M-{self.number}" if self.name is None else self.name


@dataclass(frozen=True, slots=True)
class ContactRefs:
    """One contact, or several by their handles."""

    refs: tuple[ContactRef, ...]


@dataclass(frozen=True, slots=True)
class LineDecision:
    """Who a line of a list is: a contact; without one somebody new, or (skip) nobody for us."""

    contact: ContactRef | None
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Pasted:
    """The lines under a command in the same message, as they were sent. Nobody types it as a value."""

    text: str
