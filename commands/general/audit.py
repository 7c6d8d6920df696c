"""What the bot can say about its room and itself, for ``!status``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.model import UserId


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody some of whose devices get no room keys, because they are not cross-signed."""

    user: UserId
    device_count: int


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """Somebody whose cross-signing identity changed."""

    user: UserId
    when: datetime


@dataclass(frozen=True, slots=True)
class RoomAudit:
    """Who can read a committee's room, and how the bot is doing. Provided by the bot."""

    encrypted: bool
    join_rule: str
    history_visibility: str
    guests: bool
    members: int
    servers: int
    left_out: tuple[LeftOut, ...]
    changed: tuple[IdentityChange, ...]
    fingerprint: str
    """The bot's master key, in groups of four."""
    key_mode: str
    version: str
    last_backup: datetime | None
    queue: int
    rejected: Mapping[str, int]
    """Refused messages by reason."""
    retention: tuple[tuple[str, int], ...]
    """What is kept, and for how many days."""
    synced: datetime | None
    """The last good sync."""
    suspended: tuple[UserId, ...]
    no_secret_polls: tuple[str, ...] = ()
    """Why this machine can hold no secret polls, one sentence each; empty when it can."""
    dead_letters: int = 0
    """What could not be handled or delivered."""
