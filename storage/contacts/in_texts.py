"""Contacts whose names stand in a text: found by the words of the text, never by going through contacts."""

import json
from collections.abc import Collection
from datetime import date

from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId
from storage.core.repository import Repository
from storage.names import full_key
from storage.turf.care import Care, mine

SEVERAL = 5
"""Contacts that are told apart by the words of one name, at most."""
COMMON = 300
"""Contacts with one word of a name among whom another word of it is looked for. Of two words that more
have, "Maria Garcia" in a large unit, only whole names of two words are found.
"""

Name = tuple[str, ...]
"""One or two folded words, in the order of the alphabet."""


@dataclass(frozen=True, slots=True)
class NamesInTexts(Repository):
    """One committee's contacts by words of their names."""

    today: date

    async def of(self, names: Collection[Name], care: Care | None) -> dict[Name, list[Contact]]:
        """Return by name who has all its words in their names.

        ``care``: only who is in it; None: everybody. A name of more contacts than ``SEVERAL`` has so many.
        """
        if not names:
            return {}
        having = await self._having({word for name in names for word in name})
        ways: list[tuple[Name, str, str | None]] = []
        whole: list[tuple[Name, str]] = []
        for name in sorted(set(names)):
            first, *others = sorted(name, key=lambda word: having[word])
            if others and having[first] >= COMMON:
                whole.append((name, full_key(" ".join(name))))
            elif having[first]:
                ways.append((name, first, others[0] if others else None))
        rows = [
            *await self._look_up(
                "JOIN name_words AS w ON w.committee = ?1 AND w.word = j.value->>1", ways, care
            ),
            *await self._look_up(
                "JOIN name_keys AS w ON w.committee = ?1 AND w.key = j.value->>1", whole, care
            ),
        ]
        contacts = await Contacts(self.tx, self.committee, self.today).all(
            list(dict.fromkeys(contact for _name, contact in rows))
        )
        by_id = {contact.id: contact for contact in contacts}
        found: dict[Name, list[Contact]] = {}
        for name, contact in rows:
            if contact in by_id:
                found.setdefault(name, []).append(by_id[contact])
        return found

    async def _having(self, words: Collection[str]) -> dict[str, int]:
        """How many contacts have each word in their names, counted up to ``COMMON``."""
        rows = await self.tx.all(
            "SELECT j.value AS word, (SELECT COUNT(*) FROM (SELECT 1 FROM name_words AS w "
            f"WHERE w.committee = ?1 AND w.word = j.value LIMIT {COMMON})) AS n FROM json_each(?2) AS j",
            (self.committee, json.dumps(sorted(words))),
        )
        return {row["word"]: row["n"] for row in rows}

    async def _look_up(
        self, through: str, ways: Collection[tuple[object, ...]], care: Care | None
    ) -> list[tuple[Name, ContactId]]:
        """Look up ``[name, indexed, another word or nothing]``; return names and contacts' row ids."""
        if not ways:
            return []
        whose = "" if care is None else f" AND {mine('?3', '?4')}"
        rows = await self.tx.all(
            "SELECT name, contact FROM (SELECT j.value->0 AS name, c.id AS contact, ROW_NUMBER() OVER "
            f"(PARTITION BY j.key) AS n FROM json_each(?2) AS j CROSS {through} "
            "CROSS JOIN contacts AS c ON c.id = w.contact WHERE c.present AND c.merged_into IS NULL "
            "AND (j.value->>2 IS NULL OR EXISTS (SELECT 1 FROM name_words AS v WHERE v.contact = c.id "
            f"AND v.word = j.value->>2)){whose}) WHERE n <= ?5",
            (
                self.committee,
                json.dumps(list(ways)),
                None if care is None else care.whose,
                None if care is None else care.user,
                SEVERAL,
            ),
        )
        return [(tuple(json.loads(row["name"])), ContactId(row["contact"])) for row in rows]
