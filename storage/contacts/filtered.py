"""Contacts by what is known of them: where they work, whether anybody talked with them, where they stand."""

import json
from collections.abc import Sequence
from datetime import date

from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, Contact, ContactId, UserId
from storage.core.repository import Repository
from storage.history.derived import SAME_PERSON
from storage.names import folded
from storage.structure_tests.model import Mark

_SAME = SAME_PERSON.format(id="c.id")
_ASKED_LAST = (
    f"(SELECT t.id FROM current_conversations AS t WHERE t.contact IN {_SAME} "
    "AND t.ask IS NOT NULL ORDER BY t.number DESC LIMIT 1)"
)
_OPEN_ASK = (
    f"EXISTS (SELECT 1 FROM conversations AS n WHERE n.id = {_ASKED_LAST} AND n.answer IS NULL "
    "AND (?7 = '' OR instr(lower(n.ask), lower(?7))) "
    # What came of it was said since: with the follow-up that came with the ask, or in a test.
    "AND NOT EXISTS (SELECT 1 FROM follow_ups AS f WHERE f.entry = n.entry AND NOT f.open) "
    "AND NOT EXISTS (SELECT 1 FROM live_test_marks AS k WHERE k.contact = n.contact "
    f"AND k.mark >= {Mark.UNABLE.value} AND k.entry > n.entry))"
)


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What contacts have in common that are looked for; None: it does not matter."""

    organizer: UserId | None = None
    area: int | None = None
    """Area id of storage.reports.unit; 0: nobody said where they work."""
    shift: str | None = None
    rating: Assessment | None = None
    never: bool = False
    """Nobody has had a one-on-one with them."""
    ask: str | None = None
    """Words of what they were asked for last, and did not answer; empty: whatever it was."""


@dataclass(frozen=True, slots=True)
class FilteredContacts(Repository):
    """One committee's contacts, read from columns that storage.reports.unit has recomputed."""

    today: date

    async def page(
        self, only: ContactFilter, *, after: Contact | None, limit: int
    ) -> list[Contact]:
        """Return contacts of the unit by name after ``after`` for whom the filter holds."""
        key, last = ("", 0) if after is None else (folded(after.name), after.id)
        rows = await self.tx.all(
            f"SELECT c.id FROM contacts AS c WHERE {self._conditions(only)} "
            "AND (c.sort_key, c.id) > (?8, ?9) ORDER BY c.sort_key, c.id LIMIT ?10",
            (*await self._said(only), key, last, limit),
        )
        return await self._in_order([row["id"] for row in rows])

    async def among(self, only: ContactFilter, contacts: Sequence[Contact]) -> list[Contact]:
        """Return those of the given contacts for whom the filter holds, in the same order."""
        ids = json.dumps([each.id for each in contacts])
        rows = await self.tx.all(
            "SELECT c.id FROM json_each(?8) AS j CROSS JOIN contacts AS c ON c.id = j.value "
            f"WHERE {self._conditions(only)}",
            (*await self._said(only), ids),
        )
        found = {row["id"] for row in rows}
        return [each for each in contacts if each.id in found]

    def _conditions(self, only: ContactFilter) -> str:
        """What must hold, the cheap questions first."""
        asked = (
            (only.organizer is not None, "c.organizer = ?3"),
            (only.area is not None, "c.unit_area = ?4"),
            (only.shift is not None, "c.unit_shift IN (SELECT value FROM json_each(?5))"),
            (only.rating is not None, "COALESCE(c.rating, 0) = ?6 AND c.unit_area >= 0"),
            (only.never, "c.talked_at IS NULL AND c.unit_area >= 0"),
            (only.ask is not None, _OPEN_ASK),
        )
        always = (
            "c.committee = ?1 AND c.present AND c.merged_into IS NULL "
            "AND (c.out_from IS NULL OR c.out_from > ?2)"
        )
        return " AND ".join((always, *(condition for given, condition in asked if given)))

    async def _said(self, only: ContactFilter) -> tuple[object, ...]:
        """What stands for ?1 to ?7."""
        shifts = [] if only.shift is None else await self._spelled(only.shift)
        return (
            self.committee,
            self.today.isoformat(),
            only.organizer,
            only.area,
            json.dumps(shifts),
            None if only.rating is None else only.rating.value,
            only.ask,
        )

    async def _spelled(self, shift: str) -> list[str]:
        """The ways in which a shift is written in the committee's records."""
        rows = await self.tx.all(
            "SELECT shift FROM unit_counts WHERE committee = ?1 UNION "
            "SELECT unit_shift FROM contacts WHERE committee = ?1 AND unit_area IS NULL "
            "AND unit_shift IS NOT NULL",
            (self.committee,),
        )
        return [row["shift"] for row in rows if folded(row["shift"]) == folded(shift)]

    async def _in_order(self, contacts: Sequence[ContactId]) -> list[Contact]:
        found = await Contacts(self.tx, self.committee, self.today).all(contacts)
        by_id = {each.id: each for each in found}
        return [by_id[each] for each in contacts if each in by_id]
