"""Contacts whom a list may name without saying anything new, looked up by number a sheet at a time.

Most lines of a list that was taken before say of somebody what is kept already. Such a line is found here
for a twentieth of what judging it takes; whatever is not plain about a contact is left to judging.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import cast

from storage.contacts.contacts import on_the_day
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, Membership
from storage.core.repository import Repository
from storage.names.employee_numbers import KEY

Bearer = tuple[int, ContactId, str, str | None, str | None, int]
"""A contact to whom a list gave a number: where that stands among the numbers that were asked for, the first
being 0; the contact's id, shown name, area and shift; and 1 if they have no other number or name, no record
was merged with theirs, and they have not left."""

_GONE = ", ".join(f"'{each.value}'" for each in (Membership.LEFT, Membership.EXCLUDED))


@dataclass(frozen=True, slots=True)
class MetAgain(Repository):
    """One committee's contacts, by the numbers that lists gave them."""

    today: date

    async def bearers(self, numbers: Sequence[str]) -> list[Bearer]:
        """Return who bears each number, given as its key; several where it was given to several.

        In the order of the numbers.
        """
        rows = await self.tx.all(self._bearers, (self.committee, json.dumps(numbers)))
        return cast("list[Bearer]", rows)

    @property
    def _bearers(self) -> str:
        placed, state = (
            on_the_day(row, table, self.today)
            for row, table in (("p", "placements"), ("m", "memberships"))
        )
        return (
            "SELECT j.key AS at, c.id AS contact, c.name, a.name AS area, p.shift, "
            "c.merged_into IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM contacts AS o WHERE o.merged_into = c.id) "
            "AND NOT EXISTS (SELECT 1 FROM names AS n WHERE n.contact = c.id) "
            f"AND NOT EXISTS (SELECT 1 FROM memberships AS g WHERE g.id = {state} AND g.state IN ({_GONE})) "
            "AND NOT EXISTS (SELECT 1 FROM live_listings AS s WHERE s.contact = c.id AND s.id <> l.id "
            f"AND s.external_id IS NOT NULL AND {KEY.format(row='s')} <> j.value) AS alone "
            "FROM json_each(?2) AS j CROSS JOIN live_listings AS l ON l.committee = ?1 "
            f"AND {KEY.format(row='l')} = j.value AND l.external_id IS NOT NULL "
            "JOIN contacts AS c ON c.id = l.contact "
            f"LEFT JOIN placements AS p ON p.id = {placed} "
            "LEFT JOIN areas AS a ON a.id = p.area WHERE c.present ORDER BY j.key"
        )
