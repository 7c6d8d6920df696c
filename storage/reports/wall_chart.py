"""The wall chart: everybody in the unit with what the chart shows about them."""

import json
from collections.abc import Sequence
from datetime import datetime

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, ContactId, Part, UserId
from storage.core.repository import Repository
from storage.core.rows import moment
from storage.structure_tests.model import Mark, StructureTest


@dataclass(frozen=True, slots=True)
class Charted:
    """One person on the wall chart."""

    id: ContactId
    number: int
    name: str
    organizer: UserId | None
    area: int
    """Area id as in storage.reports.unit."""
    rating: Assessment
    disputed: bool
    parts: tuple[Part, ...]
    talked: datetime | None
    """When the last one-on-one took place."""
    marks: tuple[Mark, ...] = ()
    """Marks in the last structure tests, oldest first."""


@dataclass(frozen=True, slots=True)
class WallChart(Repository):
    """One committee's wall chart, read from columns that storage.reports.unit.Unit has recomputed."""

    async def people(self, *, area: int | None, limit: int) -> list[Charted]:
        """Return the people of an area, or of all areas (None), sorted by area id; at most ``limit``."""
        where = "unit_area >= 0" if area is None else "unit_area = ?3"
        rows = await self.tx.all(
            "SELECT id, number, name, organizer, unit_area, rating, disputed, parts, talked_at "
            f"FROM contacts WHERE committee = ?1 AND {where} ORDER BY unit_area LIMIT ?2",
            (self.committee, limit, *(() if area is None else (area,))),
        )
        return [_charted(row) for row in rows]

    async def led(self, limit: int) -> list[Charted]:
        """Return every natural leader and whoever stands behind one, at most ``limit``."""
        rows = await self.tx.all(
            "SELECT c.id, c.number, c.name, c.organizer, c.unit_area, c.rating, c.disputed, c.parts, "
            "c.talked_at FROM (SELECT id FROM contacts INDEXED BY contacts_leading WHERE committee = ?1 "
            "AND parts >= 2 AND unit_area >= 0 UNION SELECT f.id FROM contacts AS l "
            "INDEXED BY contacts_leading CROSS JOIN contacts AS f ON f.follows = l.id "
            "WHERE l.committee = ?1 AND l.parts >= 2 AND l.unit_area >= 0 AND f.unit_area >= 0) AS s "
            "CROSS JOIN contacts AS c ON c.id = s.id ORDER BY c.id LIMIT ?2",
            (self.committee, limit),
        )
        return [_charted(row) for row in rows]

    async def marks(
        self, tests: Sequence[StructureTest], people: Sequence[Charted]
    ) -> dict[ContactId, tuple[Mark, ...]]:
        """Return each person's marks, one for each test, in the order of ``tests``."""
        found = {person.id: [Mark.NOT_ASKED] * len(tests) for person in people}
        ids = json.dumps([person.id for person in people])
        for place, test in enumerate(tests):
            rows = await self.tx.all(
                "SELECT j.value AS contact, MAX(p.mark) AS mark FROM json_each(?1) AS j "
                "CROSS JOIN test_people AS p ON p.test = ?2 AND p.contact IN (SELECT j.value "
                "UNION ALL SELECT d.id FROM contacts AS d WHERE d.merged_into = j.value) "
                "WHERE p.mark > 0 GROUP BY j.value",
                (ids, test.id),
            )
            for row in rows:
                found[ContactId(row["contact"])][place] = Mark(row["mark"])
        return {contact: tuple(marks) for contact, marks in found.items()}


def _charted(row: Row) -> Charted:
    parts = ((Part.COMMITTEE, row["parts"] & 1), (Part.LEADER, row["parts"] & 2))
    return Charted(
        id=ContactId(row["id"]),
        number=row["number"],
        name=row["name"],
        organizer=None if row["organizer"] is None else UserId(row["organizer"]),
        area=row["unit_area"],
        rating=Assessment(row["rating"] or 0),
        disputed=bool(row["disputed"]),
        parts=tuple(part for part, has in parts if has),
        talked=None if row["talked_at"] is None else moment(row["talked_at"]),
    )
