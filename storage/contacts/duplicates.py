"""Duplicates: contacts who may be one person, searched for through the name keys, a stretch at a time."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import combinations

from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.core.repository import Repository
from storage.core.slices import in_slices
from storage.names import Commonness, Spelling, alone_under, evidence, spelled

READ = 20_000
"""Name keys that one look reads; the next look goes on from there."""
JUDGED = 6_000
"""Pairs that one look judges, about; an answer waits for it."""
UNDER_ONE_KEY = 40
"""Contacts under one key that are compared with each other."""
FEW = 12
"""Bearers of a word up to which somebody who is known by it alone may be one of them."""

AT_ONCE = 500
"""Contacts whose names one statement asks for."""

Couple = tuple[ContactId, ContactId]

_READ = "SELECT key FROM name_keys WHERE committee = ?1 AND key > ?2 ORDER BY key LIMIT ?3"
_SHARED = f"SELECT key, COUNT(*) AS n FROM ({_READ}) GROUP BY key HAVING n > 1 OR key LIKE '=%' ORDER BY key"
_END = f"SELECT MAX(key) AS key, COUNT(*) AS n FROM ({_READ})"
_UNDER = (
    "SELECT key, contact FROM (SELECT k.key, k.contact, ROW_NUMBER() OVER (PARTITION BY k.key "
    "ORDER BY k.contact) AS n FROM json_each(?2) AS j CROSS JOIN name_keys AS k "
    "ON k.committee = ?1 AND k.key = j.value) WHERE n <= ?3"
)
_BEARERS = (
    "SELECT j.value AS word, (SELECT COUNT(*) FROM name_words AS w WHERE w.committee = ?1 "
    "AND w.word = j.value) AS n FROM json_each(?2) AS j"
)
_CALLED = (
    "SELECT w.word, w.contact FROM json_each(?2) AS j CROSS JOIN name_words AS w "
    "ON w.committee = ?1 AND w.word = j.value"
)
_NUMBERED = "SELECT p.one, p.other FROM json_each(?1) AS j CROSS JOIN pairs AS p ON p.one = j.value"


@dataclass(frozen=True, slots=True)
class Duplicates(Repository):
    """One committee's pairs of possible duplicates, as far as the search has come."""

    today: date

    async def look_on(self) -> None:
        """Search the next name keys, as far as one answer may take, and number the pairs found."""
        keys, upto = await self._stretch()
        couples: set[Couple] = set()
        for group in await self._groups(keys):
            couples.update(combinations(sorted(group), 2))
            await asyncio.sleep(0)
        await self._number(await self._alike(couples))
        await self.tx.execute(
            "UPDATE committees SET pairs_from = ? WHERE id = ?", (upto, self.committee)
        )

    async def _stretch(self) -> tuple[list[str], str]:
        """The keys that several share, from where the last look ended; and where this one ends."""
        start = await self.tx.value(
            "SELECT pairs_from FROM committees WHERE id = ?", (self.committee,)
        )
        stretch = (self.committee, start, READ)
        end = await self.tx.one(_END, stretch)
        if end is None or end["key"] is None:
            return [], ""
        keys: list[str] = []
        work = 0
        for row in await self.tx.all(_SHARED, stretch):
            size = min(row["n"], UNDER_ONE_KEY) if row["n"] > 1 else FEW
            work += size * (size - 1) // 2
            if keys and work > JUDGED:
                return keys, keys[-1]
            keys.append(row["key"])
        if end["n"] < READ:
            return keys, ""
        # What lies under the last key may go on beyond what was read.
        return list(dict.fromkeys((*keys, end["key"]))), end["key"]

    async def _groups(self, keys: Sequence[str]) -> list[set[ContactId]]:
        """Return the contacts under each of the keys."""
        rows = await self.tx.all(_UNDER, (self.committee, json.dumps(keys), UNDER_ONE_KEY))
        under: defaultdict[str, set[ContactId]] = defaultdict(set)
        for row in rows:
            under[row["key"]].add(ContactId(row["contact"]))
        words = {word: key for key in under if (word := alone_under(key))}
        bearers = await self._bearers(words)
        few = [word for word, count in bearers.items() if count <= FEW]
        for row in await self.tx.all(_CALLED, (self.committee, json.dumps(few))):
            under[words[row["word"]]].add(ContactId(row["contact"]))
        return list(under.values())

    async def _bearers(self, words: Collection[str]) -> dict[str, int]:
        """Count for each word how many people have the word in their names."""
        rows = await self.tx.all(_BEARERS, (self.committee, json.dumps(sorted(words))))
        return {row["word"]: row["n"] for row in rows}

    async def _alike(self, couples: Iterable[Couple]) -> list[Couple]:
        """Return couples who may be one person and were not asked about, the likeliest first."""
        ones = sorted({one for one, _other in couples})
        rows = await self.tx.all(_NUMBERED, (json.dumps(ones),))
        new = sorted(set(couples) - {(row["one"], row["other"]) for row in rows})
        names = await self._names({contact for couple in new for contact in couple})
        words = {word.plain for called in names.values() for each in called for word in each.words}
        last = await self.tx.value(
            "SELECT last_contact FROM committees WHERE id = ?", (self.committee,)
        )
        common = Commonness(int(str(last)), await self._bearers(words))
        bits = await in_slices(
            (max(evidence(a, b, common) for a in names[one] for b in names[other]), (one, other))
            for one, other in new
        )
        likely = sorted((each for each in bits if each[0] >= 0), key=lambda each: -each[0])
        return [couple for _bits, couple in likely]

    async def _names(self, contacts: Collection[ContactId]) -> dict[ContactId, list[Spelling]]:
        repository = Contacts(self.tx, self.committee, self.today)
        names: dict[ContactId, list[Spelling]] = {}
        every = sorted(contacts)
        for start in range(0, len(every), AT_ONCE):
            found = await repository.every_name(every[start : start + AT_ONCE])
            every_spelled = await in_slices(
                (contact, [spelled(name) for name in dict.fromkeys(called)])
                for contact, called in found.items()
            )
            names |= dict(every_spelled)
        return names

    async def _number(self, couples: Sequence[Couple]) -> None:
        if not couples:
            return
        last = await self.tx.value(
            "UPDATE committees SET last_pair = last_pair + ? WHERE id = ? RETURNING last_pair",
            (len(couples), self.committee),
        )
        first = int(str(last)) - len(couples) + 1
        await self.tx.executemany(
            "INSERT INTO pairs(committee, number, one, other) VALUES (?, ?, ?, ?)",
            [(self.committee, n, one, other) for n, (one, other) in enumerate(couples, first)],
        )
