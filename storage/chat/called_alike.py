"""Which people of a committee have names that may be taken for one another, on whatever homeservers."""

from collections import defaultdict
from collections.abc import Iterable

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.names.look_alikes import looks

_OF_COMMITTEE = {
    "standings": ("person",),
    "history": ("author",),
    "contacts": ("organizer",),
    "absences": ("organizer", "cover"),
    "barred": ("person",),
    "buddies": ("newcomer", "buddy"),
    "follow_ups": ("owner",),
    "actions": ("owner",),
    "meeting_roles": ("person",),
    "audits": ("author",),
    "holds": ("author", "ended_by"),
    "exports": ("author", "decided_by"),
    "imports": ("author", "asked_by"),
    "test_sheets": ("author",),
}
"""Columns with people who are named in answers, of tables with a column ``committee``."""
_OF_ENTRIES = {
    "assignments": ("organizer",),
    "follow_up_owners": ("owner",),
    "action_events": ("owner",),
    "minute_lines": ("person",),
    "rsvps": ("person",),
    "availabilities": ("person",),
}
"""The same, of tables whose rows belong to a history entry. Who wrote the row wrote the entry."""

_OF_COALITIONS = {"coalition_proposals": ("decided_by",)}
"""The same, of tables whose rows belong to a coalition."""

NAMED = {**_OF_COMMITTEE, **_OF_ENTRIES, **_OF_COALITIONS}
"""Every column by which somebody may be named, by table; a test looks for others."""


@dataclass(frozen=True, slots=True)
class CalledAlike(Common):
    """One committee's people who are named in full: those there now, and those whom its records name."""

    async def renew(self, present: Iterable[UserId]) -> None:
        """Find out again who has a name that somebody else has; ``present`` are in the room.

        It reads all records, so it is done when somebody comes, not when somebody is named.
        """
        found = " ".join(sorted(alike({*present, *await self._in_records()})))
        await self.tx.execute(
            "UPDATE committees SET alike = ?2 WHERE id = ?1 AND alike IS NOT ?2",
            (self.committee, found),
        )

    async def _in_records(self) -> set[UserId]:
        rows = await self.tx.all(_EVERYBODY, (self.committee,))
        return {UserId(row["user"]) for row in rows if row["user"]}


def alike(people: Iterable[UserId]) -> set[str]:
    """Return the names before the colon, without @, that two of these people have, or that look alike."""
    called: defaultdict[str, set[str]] = defaultdict(set)
    for user in set(people):
        called[looks(_local(user))].add(user)
    return {_local(each) for those in called.values() if len(those) > 1 for each in those}


def _local(user: str) -> str:
    return user.partition(":")[0].removeprefix("@")


_EVERYBODY = " UNION ".join(
    f"SELECT t.{column} AS user FROM {table} AS t {joined} WHERE {whose}.committee = ?1"
    for tables, joined, whose in (
        (_OF_COMMITTEE, "", "t"),
        (_OF_ENTRIES, "JOIN history AS h ON h.id = t.entry", "h"),
        (_OF_COALITIONS, "JOIN coalitions AS c ON c.id = t.coalition", "c"),
    )
    for table, columns in tables.items()
    for column in columns
)
