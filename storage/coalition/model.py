"""Plain records of coalitions: the coalition, its members, messages and proposals."""

from datetime import datetime
from enum import Enum
from typing import Final, NewType

from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, RoomId, UserId
from storage.core.rows import millis

BLOCK: Final = "org.steward.coalition"
"""The key of an event's content below which a message stands, beside the sentence for people."""

CoalitionId = NewType("CoalitionId", int)
"""A coalition's row id in this bot's database; its bots call it by ``ref``."""

MemberId = NewType("MemberId", int)
"""The row id of another committee in a coalition."""

ProposalId = NewType("ProposalId", int)
"""A proposal's row id; leads see its number."""


class CoalitionState(Enum):
    """How far a committee is in its coalition."""

    JOINING = "joining"
    """A code was typed; the other bot has not let us in."""
    OPEN = "open"
    LEAVING = "leaving"
    """It was said that we leave; when that is out, everything here is deleted."""


class MemberState(Enum):
    """What another committee is in the coalition, as this bot knows it."""

    INTRODUCED = "introduced"
    """Leads here or elsewhere have not all said ok."""
    INVITED = "invited"
    """Agreed to; its bot has said nothing in the room yet."""
    IN = "in"
    SUSPENDED = "suspended"
    """Its bot has another master key, or is out of the room: not heard until leads pair again."""
    LEFT = "left"


class HeardState(Enum):
    """What became of a message of another bot."""

    HELD = "held"
    """It came before one with a smaller counter."""
    DONE = "done"
    UNKNOWN = "unknown"
    """Of a kind that this release does not know."""
    UNFIT = "unfit"
    """Its body is not what its kind says, or it could not be acted upon."""


class ProposalState(Enum):
    """What became of a proposal."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Coalition:
    """A committee's coalition, with the counter of this bot's own messages in it."""

    id: CoalitionId
    committee: CommitteeId
    ref: str
    """What its bots call it: 32 hexadecimal digits. Empty while it is not known."""
    title: str
    label: str
    """What this committee is called there."""
    room: RoomId | None
    """The room of its bots; None while there is none, or this bot was not told."""
    state: CoalitionState
    epoch: int
    """Since when this bot counts its messages, Unix ms UTC: since it joined, or was restored last. 0: it made it."""
    counter: int
    back: int
    """When the backup was made (Unix ms UTC) from which the bot was restored without saying so yet; 0: none."""
    at: datetime

    @property
    def restored(self) -> bool:
        """Whether this bot was restored from a backup since it has been in it."""
        return self.epoch > millis(self.at)


@dataclass(frozen=True, slots=True)
class CoalitionMember:
    """Another committee of a coalition: its label, and what it takes to know its bot."""

    id: MemberId
    coalition: CoalitionId
    bot: UserId
    master: str
    """The bot's master key, unpadded base64: the one that was compared, or that everybody agreed to."""
    label: str
    state: MemberState
    epoch: int
    counter: int | None
    """Of the last message that was acted upon, within ``epoch``; None: nothing was heard yet."""
    at: datetime


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """A message of this bot to its coalition."""

    coalition: CoalitionId
    epoch: int
    counter: int
    kind: str
    body: str
    """Canonical JSON."""
    sentence: str
    """What people read."""
    at: datetime
    version: int
    """Of the format, as it stood in the message."""


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message of another bot that waits for those before it."""

    member: MemberId
    epoch: int
    counter: int
    kind: str
    body: str
    """Canonical JSON."""
    sentence: str
    """What people read, as it came."""


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """One message in the room of the bots, as people read it."""

    label: str
    """Whose; what that committee is called now."""
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that a lead has to agree to before this committee is part of it."""

    id: ProposalId
    coalition: CoalitionId
    number: int
    """What leads type: ``!ok 3``."""
    kind: str
    key: str
    """Names the thing proposed, so that it is proposed once."""
    body: str
    """Canonical JSON."""
    member: MemberId | None
    """The committee that proposed it; None: this one."""
    state: ProposalState
    decided_by: UserId | None
    decided_at: datetime | None
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A pairing code that this bot gave out."""

    id: int
    coalition: CoalitionId
    number: str
    """Hexadecimal; known to whoever was told the code."""
    bot: UserId | None
    """Whose lead typed it; None: nobody did so far. Nobody else can then."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Knock:
    """A pairing code that was typed here: whose bot is to be met, and how far that is."""

    coalition: CoalitionId
    bot: UserId
    fingerprint: str
    """Of the other bot's master key, as the code has it."""
    number: str
    agreed: bool
    """Whether a lead here said ok."""
    room: RoomId | None
    """Where the other bot invites to; None: it has not said so."""
    expires_at: datetime
