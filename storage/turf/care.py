"""Searches among the people in somebody's care; no result depends on anybody else's contacts."""

import json
from collections.abc import Sequence
from datetime import date

from storage.contacts.contacts import Contacts, Found
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, UserId
from storage.core.repository import Repository
from storage.names import evidence, findable, full_key, parted, spelled, words

LAST_LETTER = "\U0010ffff"
LOOKED_THROUGH = 4_000
"""Name words that begin alike, of everybody, through which one's own are looked for."""
NEAR = 200
"""People in somebody's care among whom a name with a slip in it is looked for."""

_MINE = (
    "(c.organizer IN (SELECT value FROM json_each({whose})) OR EXISTS (SELECT 1 FROM current_backups AS a "
    "WHERE a.contact = c.id AND a.organizer = {user}))"
)


@dataclass(frozen=True, slots=True)
class Care:
    """Whose people somebody looks after: their own, and those of whom they stand in for.

    Single contacts that they are the backup for come on top; the database knows those.
    """

    user: UserId
    organizers: tuple[UserId, ...]

    @property
    def whose(self) -> str:
        """The organizers' ids as JSON, for queries."""
        return json.dumps(self.organizers)


@dataclass(frozen=True, slots=True)
class InCare(Repository):
    """Contacts of one committee in somebody's care."""

    today: date

    async def by_number(self, care: Care, number: int) -> Contact | None:
        """Return the contact in care with a handle, or with the handle before a merge; None: not in care."""
        found = await self.tx.value(
            "SELECT c.id FROM contacts AS o JOIN contacts AS c ON c.id = COALESCE(o.merged_into, o.id) "
            "WHERE o.committee = ?1 AND o.number = ?2 AND o.present AND c.present "
            f"AND {mine('?3', '?4')}",
            (self.committee, number, care.whose, care.user),
        )
        return None if found is None else await self._contacts.by_id(ContactId(int(str(found))))

    async def named(self, care: Care, name: str, limit: int) -> list[Contact]:
        """Return contacts in care whose name has exactly the given words, in any order."""
        rows = await self.tx.all(
            "SELECT c.id FROM name_keys AS k CROSS JOIN contacts AS c ON c.id = k.contact "
            f"WHERE k.committee = ?1 AND k.key = ?2 AND c.present AND {mine('?3', '?4')} "
            "ORDER BY c.number LIMIT ?5",
            (self.committee, full_key(name), care.whose, care.user, limit),
        )
        contacts = await self._contacts.all([row["id"] for row in rows])
        names = await self._contacts.every_name([each.id for each in contacts])
        wanted = full_key(name)
        return [each for each in contacts if wanted in map(full_key, names[each.id])]

    async def search(self, care: Care, text: str, limit: int) -> Found:
        """Return contacts in care with a name word for each given beginning, at most ``limit``."""
        wanted = sorted(set(words(text)), key=len, reverse=True)
        if not wanted:
            return Found((), complete=True)
        rows = await self.tx.all(
            "SELECT DISTINCT c.id, c.sort_key FROM (SELECT contact FROM name_words "
            "WHERE committee = ?1 AND word >= ?2 AND word < ?2 || ?3 LIMIT ?4) AS w "
            f"CROSS JOIN contacts AS c ON c.id = w.contact WHERE c.present AND {mine('?5', '?6')} "
            "AND NOT EXISTS (SELECT 1 FROM json_each(?7) AS j WHERE NOT EXISTS (SELECT 1 "
            "FROM name_words AS o WHERE o.contact = c.id AND o.word >= j.value "
            "AND o.word < j.value || ?3)) ORDER BY c.sort_key, c.id LIMIT ?8",
            (
                self.committee,
                wanted[0],
                LAST_LETTER,
                LOOKED_THROUGH,
                care.whose,
                care.user,
                json.dumps(wanted[1:]),
                limit + 1,
            ),
        )
        ids = [ContactId(row["id"]) for row in rows[:limit]]
        found = {each.id: each for each in await self._contacts.all(ids)}
        return Found(tuple(found[each] for each in ids if each in found), len(rows) <= limit)

    async def similar(self, care: Care, name: str, limit: int) -> list[Contact]:
        """Return contacts in care whose names may mean the same person, likeliest first."""
        same = await self.named(care, name, limit)
        near = _alike(name, await self._names(care))
        return same + await self._in_order(
            [c for c in near if c not in {s.id for s in same}], limit
        )

    async def meant(self, care: Care, said: str, limit: int) -> list[Contact]:
        """Return contacts in care who may be meant by a misspelt or partial name, likeliest first."""
        names = await self._names(care)
        return await self._in_order([*_alike(said, names), *_in_part(said, names)], limit)

    async def people(self, care: Care, limit: int) -> list[ContactId]:
        """Return the ids of contacts in somebody's care, at most ``limit``."""
        rows = await self.tx.all(
            "SELECT c.id FROM json_each(?2) AS j CROSS JOIN contacts AS c ON c.committee = ?1 "
            "AND c.organizer = j.value AND c.present AND c.merged_into IS NULL LIMIT ?3",
            (self.committee, care.whose, limit),
        )
        # Those whom they back up for others.
        rows += await self.tx.all(
            "SELECT DISTINCT c.id FROM assignments AS b CROSS JOIN contacts AS c ON c.id = b.contact "
            "WHERE b.organizer = ?3 AND b.part = 'backup' AND c.committee = ?1 AND c.present "
            f"AND c.merged_into IS NULL AND {mine('?2', '?3')} LIMIT ?4",
            (self.committee, care.whose, care.user, limit),
        )
        return list(dict.fromkeys(ContactId(row["id"]) for row in rows))[:limit]

    async def _names(self, care: Care) -> dict[ContactId, list[str]]:
        """Everything these people are called, of so many as are looked through."""
        return await self._contacts.every_name(await self.people(care, NEAR))

    async def _in_order(self, contacts: Sequence[ContactId], limit: int) -> list[Contact]:
        some = list(dict.fromkeys(contacts))[:limit]
        found = {each.id: each for each in await self._contacts.all(some)}
        return [found[one] for one in some if one in found]

    async def among(self, care: Care, contacts: Sequence[ContactId]) -> set[ContactId]:
        """Return which of the given contacts are in somebody's care."""
        rows = await self.tx.all(
            "SELECT c.id FROM json_each(?1) AS j CROSS JOIN contacts AS c ON c.id = j.value "
            f"WHERE c.committee = ?2 AND c.present AND {mine('?3', '?4')}",
            (json.dumps(list(contacts)), self.committee, care.whose, care.user),
        )
        return {ContactId(row["id"]) for row in rows}

    @property
    def _contacts(self) -> Contacts:
        return Contacts(self.tx, self.committee, self.today)


def mine(whose: str, user: str) -> str:
    """The condition that the contact ``c`` is in somebody's care."""
    return _MINE.format(whose=whose, user=user)


def _alike(said: str, names: dict[ContactId, list[str]]) -> list[ContactId]:
    """Return people with a name like the one said, the likeliest first."""
    asked = spelled(said)
    bits = {one: max(evidence(spelled(name), asked) for name in names[one]) for one in names}
    return sorted((one for one in bits if bits[one] >= 0), key=lambda one: (-bits[one], one))


def _in_part(said: str, names: dict[ContactId, list[str]]) -> list[ContactId]:
    """Return people whose names have, for every word that was said, a word that may be meant."""
    theirs = {one: {word for name in names[one] for word in findable(name)} for one in names}
    vocabulary = sorted({word for some in theirs.values() for word in some})
    return [
        one
        for parts in parted(said, vocabulary)
        for one in theirs
        if all(not theirs[one].isdisjoint(part) for part in parts)
    ]
