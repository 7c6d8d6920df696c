"""Tallies of issues: how many people named what, when and where. Never who, but for an organizer's own."""

import json
from collections.abc import Sequence
from datetime import datetime

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, UserId
from storage.core.repository import Counts
from storage.core.rows import millis, moment
from storage.core.slices import in_slices

_NAMED = (
    "SELECT COALESCE(k.merged_into, k.id) AS person, t.issue, MIN(t.at) AS first, "
    "c.unit_area AS area, COALESCE(c.was_area, c.unit_area) AS told_area, c.rating, c.organizer "
    "FROM current_conversations AS t CROSS JOIN contacts AS k ON k.id = t.contact "
    "CROSS JOIN contacts AS c ON c.id = COALESCE(k.merged_into, k.id) "
    "WHERE t.committee = ?1 AND t.at >= ?2 AND t.issue IS NOT NULL AND t.outcome = 'reached' "
    "AND c.present AND c.unit_area >= 0 "
    "AND (?3 IS NULL OR c.organizer IN (SELECT value FROM json_each(?3))) "
    "GROUP BY person, t.issue ORDER BY first"
)
_ASKED = (
    "SELECT j.value AS person FROM json_each(?) AS j WHERE EXISTS (SELECT 1 "
    "FROM current_conversations AS t WHERE t.ask IS NOT NULL AND t.contact IN "
    "(SELECT j.value UNION ALL SELECT id FROM contacts WHERE merged_into = j.value))"
)


@dataclass(frozen=True, slots=True)
class Naming:
    """One person who named an issue in a talk; the words as they were typed."""

    person: ContactId
    issue: str
    first: datetime
    """When they first named it within the time that is looked at."""
    area: int
    """Today's area id."""
    told_area: int
    """The area id under which the last report to the room counted them."""
    rating: int | None
    organizer: UserId | None


@dataclass(frozen=True, slots=True)
class IssueCounts(Counts):
    """Who in one committee's unit named what, by row id; answers are counts of them."""

    async def named(self, since: datetime, whose: Sequence[UserId] | None = None) -> list[Naming]:
        """Return who named an issue since a time, of some organizers or of all (None), earliest first."""
        mine = None if whose is None else json.dumps(list(whose))
        rows = await self.tx.all(_NAMED, (self.committee, millis(since), mine))
        # Thousands of them are not made in one go: the others have their turn between.
        return await in_slices(_naming(row) for row in rows)

    async def ever_asked(self, people: Sequence[ContactId]) -> set[ContactId]:
        """Return which of the given people were asked to do something in any talk."""
        rows = await self.tx.all(_ASKED, (json.dumps(list(people)),))
        return {ContactId(row["person"]) for row in rows}


def _naming(row: Row) -> Naming:
    return Naming(
        ContactId(row["person"]),
        row["issue"],
        moment(row["first"]),
        row["area"],
        row["told_area"],
        row["rating"],
        row["organizer"] and UserId(row["organizer"]),
    )
