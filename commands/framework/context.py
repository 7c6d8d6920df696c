"""The context of a command: who typed it, where, when, and in which language and zone."""

from collections.abc import Awaitable, Callable
from dataclasses import field
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from commands.framework.study import IN_PLACE, Study
from commands.roles.rules import AuthoritySettings
from commands.roles.standing import Role, Standing
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, CommitteeId, RoomId, UserId

__all__ = ["Committee", "CommitteeId", "Context", "Place", "Provider", "Role", "RoomId", "UserId"]

Provider = Callable[[type], Awaitable[object]]
"""Gives what only the bot knows, by the type a command names."""


class Place(Enum):
    """The kind of room in which a message was typed."""

    ROOM = "room"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Context:
    """One typed command's circumstances. ``now`` is aware and in UTC; rules never read a clock."""

    user: UserId
    standing: Standing
    """What the person is in the committee at this moment; :mod:`commands.roles` decides by it."""
    place: Place
    committee: Committee
    committees: tuple[Committee, ...]
    """All committees this person belongs to, for ``!use``."""
    now: datetime
    zone: ZoneInfo
    """The person's own zone, or the committee's."""
    language: str = "en"
    """The person's own language, or the committee's: a code of a catalogue. What they type is read in it."""
    study: Study = IN_PLACE
    """Who thinks for long, and when."""
    settings: AuthoritySettings = field(default_factory=AuthoritySettings)
    """What the operator decided about authority."""

    @property
    def today(self) -> date:
        """Today where this person is: for the days that they type, and that they are told."""
        return self.now.astimezone(self.zone).date()

    @property
    def day(self) -> date:
        """Today in the committee's calendar: what ends on a day ends for everybody then.

        Their own zone people set themselves, so nothing that they may see or do depends on it.
        """
        return self.now.astimezone(self.committee.zone).date()

    @property
    def own_clock(self) -> ZoneInfo | None:
        """The reader's own zone in their direct chat; None in a room, where many clocks read."""
        return self.zone if self.place is Place.DIRECT else None

    @property
    def clock(self) -> ZoneInfo:
        """The clock on which a time is told: the reader's in their direct chat, the committee's in a room."""
        return self.own_clock or self.committee.zone

    @property
    def locale(self) -> str:
        """The language of answers here: the person's in their direct chat, the committee's in a room."""
        return self.language if self.place is Place.DIRECT else self.committee.language

    @property
    def role(self) -> Role:
        """The role that counts. Whoever has none is answered that, and nothing else."""
        return self.standing.role or Role.ORGANIZER
