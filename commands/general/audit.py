"""Findings about the room and the bot itself, for ``!status``."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum

from commands.roles.roll import Roll
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody with devices that get no room keys, because they are not cross-signed."""

    user: UserId
    device_count: int


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """Somebody whose cross-signing identity changed."""

    user: UserId
    when: datetime


class Flaw(Enum):
    """A setting that lets people read, join or change things who should not."""

    NOT_ENCRYPTED = "not encrypted"
    PUBLIC = "public"
    SPACE = "space"
    ODD_JOIN_RULE = "odd join rule"
    GUESTS = "guests"
    ADDRESS = "address"
    ALL_INVITE = "all invite"
    MAIL_INVITES = "mail invites"
    WORLD_READABLE = "world readable"
    SHARED_HISTORY = "shared history"
    PENDING = "pending"
    WIDGETS = "widgets"
    BRIDGES = "bridges"
    SERVERS = "servers"
    ROTATION = "rotation"
    ALL_LEAD = "all lead"
    OPEN_SETTINGS = "open settings"
    OPEN_SAFETY = "open safety"
    ALL_REMOVE = "all remove"
    ALL_REDACT = "all redact"
    OLD_VERSION = "old version"


@dataclass(frozen=True, slots=True)
class Weakness:
    """One flaw of the room, with the details its sentence needs."""

    flaw: Flaw
    count: int = 0
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomAudit:
    """Findings on who can read a committee's room, and how the bot is doing. Provided by the bot."""

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
    time_zones: str
    """The release of the time zone data in use, 2026f."""
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
    weaknesses: tuple[Weakness, ...] = ()
    """What is wrong with the room's settings, the worst first."""
    may_take_back: bool = True
    """Whether the bot may remove what somebody typed in the room by mistake."""
    compared: int = 0
    """Members whose identity was compared with an operator."""
    roll: Roll = field(default_factory=lambda: Roll({}))
    """Everybody in the room and what counts of them."""
    unannounced: tuple[UserId, ...] = ()
    """Members of whom the room was not told yet."""
    shares_with: tuple[str, ...] = ()
    """What other committees are called that hold counts of this one."""
