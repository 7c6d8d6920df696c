"""Responsibility for contacts: their own organizer, a backup, or whoever stands in."""

import json
from collections.abc import Collection, Sequence
from datetime import date

from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, UserId
from storage.core.repository import Repository
from storage.turf.absences import Absences


@dataclass(frozen=True, slots=True)
class Whose(Repository):
    """One committee's contacts, by who looks after each contact."""

    async def bearing(self, numbers: Collection[int]) -> tuple[ContactId, ...]:
        """Return the contacts with the given handle numbers."""
        rows = await self.tx.all(
            "SELECT c.id FROM json_each(?2) AS j JOIN contacts AS c "
            "ON c.committee = ?1 AND c.number = j.value ORDER BY c.id",
            (self.committee, json.dumps(sorted(numbers))),
        )
        return tuple(ContactId(row["id"]) for row in rows)

    async def gone(self, contacts: Sequence[ContactId]) -> bool:
        """Whether the record of any of the contacts was deleted."""
        there = await self.tx.value(
            "SELECT COUNT(*) FROM json_each(?1) AS j JOIN contacts AS c ON c.id = j.value",
            (json.dumps(contacts),),
        )
        return int(str(there)) < len(set(contacts))

    async def of(
        self, user: UserId, contacts: Sequence[ContactId], day: date
    ) -> tuple[ContactId, ...]:
        """Return which of the contacts are in somebody's care on a day, by the record kept in merges."""
        absences = Absences(self.tx, self.committee)
        mine = {user, *(each.organizer for each in await absences.covered_by(user, day))}
        rows = await self.tx.all(
            "SELECT c.id, kept.id AS kept, kept.organizer FROM json_each(?1) AS j "
            "JOIN contacts AS c ON c.id = j.value "
            "JOIN contacts AS kept ON kept.id = COALESCE(c.merged_into, c.id) ORDER BY c.id",
            (json.dumps(contacts),),
        )
        found = []
        for row in rows:
            held = row["organizer"] in mine
            if held or await self._stands_behind(user, ContactId(row["kept"]), day):
                found.append(ContactId(row["id"]))
        return tuple(found)

    async def _stands_behind(self, user: UserId, contact: ContactId, day: date) -> bool:
        kept = await Contacts(self.tx, self.committee, day).by_id(contact)
        if kept is None:
            return False
        return await Absences(self.tx, self.committee).may_stand_in(kept, user, day)
