"""Details by which somebody is reached: phone, e-mail, language. Kept only while a keeper wants a field.

An address from the employer's list is none of them: it tells people apart, and stands in ``listings``.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, EntryId, EntryKind
from storage.core.repository import Common, Repository
from storage.names import folded
from storage.privacy.holds import ON_HOLD

SAME_PHONE = 9
"""Digits from the end in which two spellings of one phone number agree."""


class DetailField(Enum):
    """A field that a keeper may switch on."""

    PHONE = "phone"
    EMAIL = "email"
    LANGUAGE = "language"

    def key(self, value: str) -> str:
        """Return a value in the form in which two of them are compared."""
        if self is DetailField.PHONE:
            return re.sub(r"\D", "", value).lstrip("0")[-SAME_PHONE:]
        return folded(value) if self is DetailField.LANGUAGE else value.strip().casefold()


@dataclass(frozen=True, slots=True)
class KnownDetail:
    """A detail of a contact as it stands, and whether the last word on it was a list's."""

    value: str | None
    """None: somebody took it out."""
    of_a_list: bool


_KNOWN = (
    "SELECT j.value AS contact, d.field, d.value, h.kind FROM json_each(?) AS j "
    "CROSS JOIN live_contact_details AS d ON d.contact IN "
    "(SELECT j.value UNION ALL SELECT id FROM contacts WHERE merged_into = j.value) "
    "JOIN history AS h ON h.id = d.entry "
    "WHERE NOT EXISTS (SELECT 1 FROM live_contact_details AS n WHERE n.contact = d.contact "
    "AND n.field = d.field AND n.id > d.id) ORDER BY d.contact = j.value, d.id"
)


@dataclass(frozen=True, slots=True)
class DetailChoices(Common):
    """Which fields one committee keeps, and why."""

    async def kept(self) -> dict[DetailField, str]:
        """Return the fields that are switched on, each with the reason."""
        found: dict[DetailField, str] = {}
        for field in DetailField:
            why = await self.tx.value(
                "SELECT w.why FROM live_detail_choices AS w WHERE w.committee = ? AND w.field = ? "
                "ORDER BY w.id DESC LIMIT 1",
                (self.committee, field.value),
            )
            if why is not None:
                found[field] = str(why)
        return found

    async def choose(self, entry: EntryId, field: DetailField, why: str | None) -> None:
        """Switch a field on, with the reason, or off (None)."""
        await self.tx.add(
            "detail_choices", committee=self.committee, field=field, why=why, entry=entry
        )

    async def chosen_by(self, entry: EntryId) -> tuple[DetailField, bool] | None:
        """Return which field an entry switched, and whether on; None if the entry switched none."""
        row = await self.tx.one("SELECT field, why FROM detail_choices WHERE entry = ?", (entry,))
        return None if row is None else (DetailField(row["field"]), row["why"] is not None)


@dataclass(frozen=True, slots=True)
class ContactDetails(Repository):
    """Phone, e-mail and language of one committee's contacts."""

    async def give(
        self, entry: EntryId, contact: ContactId, field: DetailField, value: str | None
    ) -> None:
        """Save a detail as it was typed, or take it out (None)."""
        await self.tx.add(
            "contact_details",
            committee=self.committee,
            contact=contact,
            field=field,
            value=value,
            key=field.key(value or ""),
            entry=entry,
        )

    async def of(self, contact: ContactId) -> dict[DetailField, str]:
        """Return what is kept of somebody; of merged records the kept one's comes first."""
        rows = await self.tx.all(
            "SELECT d.field, d.value FROM live_contact_details AS d WHERE d.contact IN "
            "(SELECT ?1 UNION ALL SELECT id FROM contacts WHERE merged_into = ?1) "
            "AND NOT EXISTS (SELECT 1 FROM live_contact_details AS n WHERE n.contact = d.contact "
            "AND n.field = d.field AND n.id > d.id) ORDER BY d.contact = ?1, d.id",
            (contact,),
        )
        found = {DetailField(row["field"]): row["value"] for row in rows if row["value"]}
        return {field: found[field] for field in DetailField if field in found}

    async def known(
        self, contacts: Sequence[ContactId]
    ) -> Mapping[ContactId, Mapping[DetailField, KnownDetail]]:
        """Return the details of each contact, merged records included, with what was taken out."""
        found: defaultdict[ContactId, dict[DetailField, KnownDetail]] = defaultdict(dict)
        for row in await self.tx.all(_KNOWN, (json.dumps(contacts),)):
            of_a_list = EntryKind(row["kind"]) in {EntryKind.LISTED, EntryKind.LIST_CHANGED}
            field, of_one = DetailField(row["field"]), found[ContactId(row["contact"])]
            if row["value"] or field not in of_one:
                of_one[field] = KnownDetail(row["value"], of_a_list)
        return found

    async def give_all(
        self, rows: Iterable[tuple[int, ContactId, Mapping[DetailField, str]]]
    ) -> None:
        """Save the details of each (entry, contact, details) that a list told."""
        await self.tx.executemany(
            "INSERT INTO contact_details(committee, contact, field, value, key, entry) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self.committee, contact, field.value, value, field.key(value), entry)
                for entry, contact, details in rows
                for field, value in in_order(details)
            ],
        )

    async def who_has(self, field: DetailField, value: str) -> list[ContactId]:
        """Return whose detail is this one as well, in any spelling, by the record kept in merges."""
        rows = await self.tx.all(
            "SELECT DISTINCT c.id FROM live_contact_details AS d "
            "CROSS JOIN contacts AS k ON k.id = d.contact "
            "CROSS JOIN contacts AS c ON c.id = COALESCE(k.merged_into, k.id) "
            "WHERE d.committee = ? AND d.field = ? AND d.key = ? AND d.value IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM live_contact_details AS n WHERE n.contact = d.contact "
            "AND n.field = d.field AND n.id > d.id) AND c.present ORDER BY c.number LIMIT 10",
            (self.committee, field.value, field.key(value)),
        )
        return [ContactId(row["id"]) for row in rows]

    async def count(self, field: DetailField) -> int:
        """Count the people of whom a field is kept or was, in any version."""
        return await self.tx.number(
            "SELECT COUNT(DISTINCT contact) FROM contact_details WHERE committee = ? AND field = ? "
            "AND key > ''",
            (self.committee, field.value),
        )

    async def on_hold(self, field: DetailField) -> int:
        """Count the people on hold of whom a field is kept."""
        return await self.tx.number(
            "SELECT COUNT(DISTINCT d.contact) FROM contact_details AS d "
            "WHERE d.committee = ? AND d.field = ? AND d.key > '' "
            f"AND {ON_HOLD.format(id='d.contact')}",
            (self.committee, field.value),
        )

    async def drop(self, field: DetailField) -> None:
        """Delete a field of everybody, in every version."""
        await self.tx.execute(
            "DELETE FROM contact_details WHERE committee = ? AND field = ? AND key >= ''",
            (self.committee, field.value),
        )


def in_order(details: Mapping[DetailField, str]) -> Sequence[tuple[DetailField, str]]:
    """Return details in the order in which they are shown."""
    return [(field, details[field]) for field in DetailField if field in details]
