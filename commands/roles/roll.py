"""The roll: every member of a committee's room with the role that counts."""

from collections.abc import Mapping
from datetime import datetime

from commands.roles.rules import AuthoritySettings, Newcomers
from commands.roles.standing import Role, Standing
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


@dataclass(frozen=True, slots=True)
class AwaitingConfirmation:
    """A member of whom a lead has to confirm something before it counts."""

    user: UserId
    shown: Role
    since: datetime
    """When the bot first saw it, UTC."""


@dataclass(frozen=True, slots=True)
class Roll:
    """One committee's members at this moment; the bot provides it."""

    standings: Mapping[UserId, Standing]
    waiting: tuple[AwaitingConfirmation, ...] = ()

    @classmethod
    def of(
        cls,
        standings: Mapping[UserId, Standing],
        waits: Mapping[UserId, datetime | None],
        settings: AuthoritySettings,
    ) -> "Roll":
        """The roll; ``waits`` says since when the room shows more of somebody than counts."""
        waiting = []
        for user, each in standings.items():
            if each.barred or each.shown is None:
                continue
            since = waits.get(user)
            if since is None and settings.newcomers is Newcomers.CONFIRMED and not each.accepted:
                since = each.joined
            if since is not None:
                waiting.append(AwaitingConfirmation(user, each.shown, since))
        return cls(standings, tuple(waiting))

    def counting(self, role: Role) -> tuple[UserId, ...]:
        """The members whose role is exactly this one."""
        return tuple(user for user, each in self.standings.items() if each.role is role)

    @property
    def leads(self) -> tuple[UserId, ...]:
        """Everybody who counts as a lead or more."""
        return self.at_least(Role.LEAD)

    def at_least(self, role: Role) -> tuple[UserId, ...]:
        """The members whose role is this one or a higher one."""
        found = self.standings.items()
        return tuple(u for u, each in found if each.role is not None and each.role >= role)
