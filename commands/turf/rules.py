"""Rules about turf: how much is much, and who may end whose part. Pure."""

from commands.framework.context import Role
from storage.core.lazy_dataclass import dataclass

MUCH = 10
"""Contacts after which one person is warned: one in ten is what a committee is counted by."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The number of people in somebody's care, before and after a change."""

    before: int
    after: int

    @property
    def much(self) -> bool:
        """Whether the organizer ends up with more than MUCH people, and with more than before."""
        return self.after > MUCH and self.after > self.before


def may_end(part_of: Role | None, by: Role) -> bool:
    """A lead ends an organizer's part, a keeper a lead's; anybody's who is not in the room (None).

    Nobody removes somebody of their own standing, as in the room itself.
    """
    return part_of is None or part_of < by
