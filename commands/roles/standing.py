"""The standing of one person in one committee at this moment."""

from datetime import datetime
from enum import IntEnum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


class Role(IntEnum):
    """A role in a committee, in rising order: a higher role may do all that a lower one may."""

    ORGANIZER = 1
    LEAD = 2
    KEEPER = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of one person in one committee now. Times are the bot's own clock, aware, UTC."""

    user: UserId
    role: Role | None
    """What counts: what the room shows, bounded by what was confirmed. None: no member, or barred."""
    shown: Role | None
    """What the room's state shows, which is the homeserver's word. None: not in the room."""
    barred: bool
    """Whether their part has ended (``!offboard``), be they in the room or not."""
    introduced: bool
    """Whether the room was told of them. Before that nothing about people is answered to them."""
    joined: datetime | None
    """When the bot first saw them in the room, since they were last away from it."""
    held: datetime | None
    """Since when the role that counts has counted; 1970 for those the committee began with."""
    led: datetime | None = None
    """Since when they have counted as a lead, or as more."""
    accepted: bool = True
    """Whether somebody let them in, where a committee wants that of newcomers."""
