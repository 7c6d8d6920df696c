"""Contacts whose names stand in a text: found by the words of the text, never by going through contacts."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from storage.contacts.contacts import Contacts
from storage.core.model import Contact
from storage.core.repository import Repository
from storage.turf.care import Care, mine

SEVERAL = 5
"""Contacts that are told apart by the words of one name, at most."""

_LIVE = "c.present AND c.merged_into IS NULL"


@dataclass(frozen=True, slots=True)
class NamesInTexts(Repository):
    """One committee's contacts by words of their names."""

    today: date

    async def of(
        self, names: Collection[tuple[str, ...]], care: Care | None
    ) -> dict[tuple[str, ...], list[Contact]]:
        """Return by name, of one or two folded words, who has all its words in their names.

        ``care``: only who is in it; None: everybody. A name of more contacts than ``SEVERAL`` has so many.
        """
        rows = await self.tx.all(
            "SELECT name, contact FROM (SELECT j.value AS name, c.id AS contact, ROW_NUMBER() OVER "
            "(PARTITION BY j.key) AS n FROM json_each(?2) AS j CROSS JOIN name_words AS w "
            "ON w.committee = ?1 AND w.word = j.value->>0 CROSS JOIN contacts AS c ON c.id = w.contact "
            f"WHERE {_LIVE} AND (json_array_length(j.value) = 1 OR EXISTS (SELECT 1 FROM name_words "
            f"AS v WHERE v.contact = c.id AND v.word = j.value->>1)){self._whose(care)}) WHERE n <= ?5",
            (self.committee, json.dumps(sorted(set(names))), *self._of(care), SEVERAL),
        )
        contacts = await Contacts(self.tx, self.committee, self.today).all(
            list(dict.fromkeys(row["contact"] for row in rows))
        )
        by_id = {contact.id: contact for contact in contacts}
        found: dict[tuple[str, ...], list[Contact]] = {}
        for row in rows:
            if row["contact"] in by_id:
                found.setdefault(tuple(json.loads(row["name"])), []).append(by_id[row["contact"]])
        return found

    @staticmethod
    def _whose(care: Care | None) -> str:
        return "" if care is None else f" AND {mine('?3', '?4')}"

    @staticmethod
    def _of(care: Care | None) -> tuple[str | None, str | None]:
        return (None, None) if care is None else (care.whose, care.user)
