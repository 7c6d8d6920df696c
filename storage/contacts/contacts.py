"""Contacts: records about coworkers, found by handle or by name."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, EntryId, EntryKind, Membership, UserId
from storage.core.repository import Repository
from storage.core.rows import millis, records
from storage.core.slices import in_slices
from storage.history.derived import index_names
from storage.history.entries import History
from storage.names import beginnings, evidence, folded, full_key, keys, parted, spelled, words
from storage.names.called import called

NARROW = 64
"""A name word that fewer contacts have than this is a good place to start a search from."""
WIDE = 300
"""How many contacts with one common word are looked through before we ask for another word."""
VOCABULARY = 20_000
"""How many words of names are looked through for one that was written with a slip."""
LAST_LETTER = "\U0010ffff"
NEAR = 40
"""How many contacts under each key of a name are compared with the name."""


def on_the_day(row: str, table: str, day: date) -> str:
    """Return the SQL for the id of the row of a dated table that holds for contact ``c`` on a day.

    ``row`` is the row's alias.
    """
    return (
        f"(SELECT {row}.id FROM live_{table} AS {row} WHERE {row}.contact = c.id "
        f"AND {row}.from_day <= '{day}' ORDER BY {row}.from_day DESC, {row}.id DESC LIMIT 1)"
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Result of a search; ``complete`` is False when there are more matches, or more to look through."""

    contacts: tuple[Contact, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Contacts(Repository):
    """One committee's contacts."""

    today: date

    async def add(
        self,
        name: str,
        *,
        area: str | None,
        shift: str | None,
        author: UserId,
        at: datetime,
        from_day: date,
        state: Membership = Membership.EMPLOYED,
        hired: date | None = None,
    ) -> Contact:
        """Add a contact; whoever adds them is their primary organizer.

        ``hired`` is the day from which they belong to the unit; None: they always did.
        """
        entry = await History(self.tx, self.committee, author, at).record(EntryKind.CONTACT_ADDED)
        number = await self.tx.returned(
            "UPDATE committees SET last_contact = last_contact + 1 WHERE id = ? "
            "RETURNING last_contact",
            (self.committee,),
        )
        contact = await self.tx.add(
            "contacts",
            committee=self.committee,
            number=number,
            name=name,
            sort_key=folded(name),
            organizer=author,
            entry=entry,
        )
        await self.tx.execute("UPDATE history SET contact = ? WHERE id = ?", (contact, entry))
        await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, at, entry) "
            "VALUES (?, ?, 'primary', ?, ?)",
            (contact, author, millis(at), entry),
        )
        await self.place(ContactId(contact), area, shift, hired or from_day, entry)
        if hired is not None:
            await self._state(ContactId(contact), Membership.NOT_YET, date.min, entry)
        if hired is not None or state is not Membership.EMPLOYED:
            await self._state(ContactId(contact), state, hired or from_day, entry)
        await index_names(self.tx, self.committee, contact, [name])
        added = await self.by_id(ContactId(contact))
        if added is None:
            raise LookupError("a contact just added is not there")
        return added

    async def by_number(self, number: int) -> Contact | None:
        """Return the contact with the handle ``M-<number>``, or the contact it was merged into; else None."""
        return await self.tx.record(
            Contact,
            self._select + "WHERE c.id = (SELECT COALESCE(o.merged_into, o.id) FROM contacts AS o "
            "WHERE o.committee = ? AND o.number = ? AND o.present) AND c.present",
            (self.committee, number),
        )

    async def named(self, name: str, limit: int = 10) -> list[Contact]:
        """Return contacts whose name has exactly the given words, in any order."""
        rows = await self.tx.all(
            self._select + "JOIN name_keys AS k ON k.contact = c.id "
            "WHERE k.committee = ? AND k.key = ? ORDER BY c.number LIMIT ?",
            (self.committee, full_key(name), limit),
        )
        names = await self.every_name([row["id"] for row in rows])
        return [
            contact
            for contact in records(Contact, rows)
            if full_key(name) in map(full_key, names[contact.id])
        ]

    async def search(self, text: str, limit: int = 10) -> Found:
        """Return contacts with a name word for each given beginning, at most ``limit``."""
        wanted = words(text)
        if not wanted:
            return Found((), complete=True)
        first = await self._rarest(wanted)
        others = [w for w in wanted if w != first]
        also = "".join(
            " AND EXISTS (SELECT 1 FROM name_words AS o WHERE o.contact = w.contact "
            "AND o.word >= ? AND o.word < ?)"
            for _ in others
        )
        start = (self.committee, first, _after(first), WIDE)
        rows = await self.tx.all(
            self._select + "JOIN (SELECT DISTINCT w.contact FROM (SELECT contact FROM name_words "
            "WHERE committee = ? AND word >= ? AND word < ? LIMIT ?) AS w "
            f"WHERE TRUE{also} LIMIT ?) AS hit ON hit.contact = c.id ORDER BY c.sort_key, c.id",
            (*start, *(edge for w in others for edge in (w, _after(w))), limit + 1),
        )
        complete = len(rows) <= limit and await self._count(first, WIDE) < WIDE
        return Found(tuple(records(Contact, rows[:limit])), complete=complete)

    async def similar(self, name: str, limit: int = 5) -> list[Contact]:
        """Return contacts whose names may mean the same person, likeliest first."""
        same = await self.named(name, limit)
        if len(same) == limit:
            return same
        rows = await self.tx.all(
            "SELECT DISTINCT contact FROM (SELECT k.contact, ROW_NUMBER() OVER (PARTITION BY j.value) "
            "AS n FROM json_each(?2) AS j CROSS JOIN name_keys AS k "
            "ON k.committee = ?1 AND k.key = j.value) WHERE n <= ?3",
            (self.committee, json.dumps(keys(name)), NEAR),
        )
        known = {contact.id for contact in same}
        names = await self.every_name([r["contact"] for r in rows if r["contact"] not in known])
        said = spelled(name)
        bits = dict(
            await in_slices(
                (c, max(evidence(spelled(n), said) for n in called)) for c, called in names.items()
            )
        )
        near = sorted((c for c in bits if bits[c] >= 0), key=lambda c: (-bits[c], c))
        found = {c.id: c for c in await self.all(near[: limit - len(same)])}
        return same + [found[c] for c in near if c in found]

    async def meant(self, said: str, limit: int) -> list[Contact]:
        """Return contacts who may be meant by a misspelt or partial name."""
        found = {contact.id: contact for contact in await self.similar(said, limit)}
        for parts in parted(said, await self._vocabulary(said)):
            if len(found) >= limit:
                break
            rows = await self.tx.all(
                "SELECT w.contact FROM json_each(?2) AS j CROSS JOIN json_each(j.value) AS v "
                "CROSS JOIN name_words AS w ON w.committee = ?1 AND w.word = v.value "
                "GROUP BY w.contact HAVING COUNT(DISTINCT j.key) = ?3 ORDER BY w.contact LIMIT ?4",
                (self.committee, json.dumps(parts), len(parts), limit),
            )
            more = await self.all([row["contact"] for row in rows])
            found |= {contact.id: contact for contact in more}
        return list(found.values())[:limit]

    async def _vocabulary(self, said: str) -> list[str]:
        """The words of names here, each once, that begin as one that was meant may."""
        rows = await self.tx.all(
            "SELECT DISTINCT w.word FROM json_each(?2) AS j CROSS JOIN name_words AS w "
            "ON w.committee = ?1 AND w.word >= j.value AND w.word < j.value || ?3 LIMIT ?4",
            (self.committee, json.dumps(beginnings(said)), LAST_LETTER, VOCABULARY),
        )
        return [row["word"] for row in rows]

    async def page(
        self, *, organizer: UserId | None, after: Contact | None, limit: int
    ) -> list[Contact]:
        """Return contacts of the unit by name after ``after``, of one organizer or of all (None)."""
        key, last = ("", 0) if after is None else (folded(after.name), after.id)
        mine = "" if organizer is None else "AND c.organizer = ? "
        return await self.tx.records(
            Contact,
            self._select + f"WHERE c.committee = ? {mine}AND c.present AND c.merged_into IS NULL "
            f"AND (c.out_from IS NULL OR c.out_from > '{self.today}') AND (c.sort_key, c.id) > (?, ?) ORDER BY c.sort_key, c.id LIMIT ?",
            (self.committee, *(() if organizer is None else (organizer,)), key, last, limit),
        )

    async def by_id(self, contact: ContactId) -> Contact | None:
        """Return the contact with the row id; None if there is none or its adding was taken back."""
        return await self.tx.record(
            Contact,
            self._select + "WHERE c.committee = ? AND c.id = ? AND c.present",
            (self.committee, contact),
        )

    async def all(self, contacts: Sequence[ContactId]) -> list[Contact]:
        """Return the contacts with the given row ids, by handle number."""
        if not contacts:
            return []
        rows = await self.tx.all(
            self._select + f"WHERE c.id IN ({','.join('?' * len(contacts))}) AND c.present",
            contacts,
        )
        return sorted(records(Contact, rows), key=lambda contact: contact.number)

    async def every_name(self, contacts: Sequence[ContactId]) -> dict[ContactId, list[str]]:
        """Return all names of the contacts by row id, names of merged records included."""
        if not contacts:
            return {}
        some = ",".join("?" * len(contacts))
        rows = await self.tx.all(
            "SELECT c.id, COALESCE(c.merged_into, c.id) AS kept, c.name AS shown, "
            f"n.kind, n.name, n.ended FROM contacts AS c LEFT JOIN live_names AS n ON n.contact = c.id "
            f"WHERE c.id IN ({some}) OR c.merged_into IN ({some}) ORDER BY c.id, n.id",
            (*contacts, *contacts),
        )
        found: dict[ContactId, list[str]] = {contact: [] for contact in contacts}
        for _record, group in groupby(rows, key=lambda row: row["id"]):
            told = list(group)
            every = found[ContactId(told[0]["kept"])]
            every.append(told[0]["shown"])
            if told[0]["name"] is not None:
                every += called(told).others
        return found

    @property
    def _select(self) -> str:
        """A contact as of today. The day is written in, for it stands before every condition."""
        at, of = (
            on_the_day(row, table, self.today)
            for row, table in (("p", "placements"), ("m", "memberships"))
        )
        return (
            "SELECT c.id, c.number, c.name, c.organizer, a.name AS area, p.shift, "
            "COALESCE(m.state, 'employed') AS state, m.from_day AS since FROM contacts AS c "
            f"LEFT JOIN placements AS p ON p.id = {at} "
            f"LEFT JOIN areas AS a ON a.id = p.area LEFT JOIN memberships AS m ON m.id = {of} "
        )

    async def place(
        self,
        contact: ContactId,
        area: str | None,
        shift: str | None,
        from_day: date,
        entry: EntryId,
    ) -> None:
        """Save where somebody works from a day on; without area and shift, nothing is saved."""
        if area is None and shift is None:
            return
        await self.tx.add(
            "placements",
            contact=contact,
            area=await self._area(area),
            shift=shift,
            from_day=from_day,
            entry=entry,
        )

    async def _area(self, name: str | None) -> object | None:
        if name is None:
            return None
        await self.tx.add_new("areas", committee=self.committee, name=name, folded=folded(name))
        return await self.tx.value(
            "SELECT id FROM areas WHERE committee = ? AND folded = ?",
            (self.committee, folded(name)),
        )

    async def _state(
        self, contact: ContactId, state: Membership, from_day: date, entry: EntryId
    ) -> None:
        await self.tx.add(
            "memberships", contact=contact, state=state, from_day=from_day, entry=entry
        )

    async def _rarest(self, wanted: tuple[str, ...]) -> str:
        """The word the fewest contacts have, as far as a bounded look can tell."""
        if len(wanted) == 1:
            return wanted[0]
        counts = {word: await self._count(word, NARROW) for word in wanted}
        return min(wanted, key=lambda word: (counts[word], -len(word)))

    async def _count(self, word: str, most: int) -> int:
        """How many name words begin so; counting stops at ``most``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM name_words WHERE committee = ? "
            "AND word >= ? AND word < ? LIMIT ?)",
            (self.committee, word, _after(word), most),
        )


def _after(prefix: str) -> str:
    """The end of the range of words that begin with the prefix."""
    return prefix + LAST_LETTER
