"""What a command knows about who typed it, where and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from zoneinfo import ZoneInfo

from storage.model import Committee, CommitteeId, RoomId, UserId

__all__ = ["Committee", "CommitteeId", "Context", "Place", "Role", "RoomId", "UserId"]


class Role(IntEnum):
    """What a person may do, from the power levels of the committee room (2-trust: Roles)."""

    ORGANIZER = 1
    LEAD = 2
    KEEPER = 3


class Place(Enum):
    """Where a message was typed."""

    ROOM = "room"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Context:
    """One typed command's circumstances. ``now`` is aware and in UTC; rules never read a clock."""

    user: UserId
    role: Role
    place: Place
    committee: Committee
    committees: tuple[Committee, ...]
    """All committees this person belongs to, for ``!use``."""
    now: datetime
    zone: ZoneInfo
    """The person's own zone, or the committee's."""
    locale: str = "en"
