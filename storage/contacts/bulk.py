"""Bulk changes from lists: many people matched, added, changed and taken back at once.

What one command does in a few statements for one contact is done here for some hundred in as many;
the rows are the same, so that undo, search and history know no difference.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count

from storage.contacts.contacts import Contacts
from storage.contacts.details import ContactDetails, DetailField
from storage.contacts.listed import Candidates, ContactChange, KnownContact, Last, Listed
from storage.contacts.past import NOTHING_KNOWN, Past, PastOfContacts
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, Entry, EntryId, EntryKind, Membership, UserId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.core.slices import in_slices
from storage.history.derived import recompute
from storage.history.entries import History
from storage.names import alike, findable, folded, full_key, keys
from storage.names.employee_numbers import KEY, number_key

TALK = (
    EntryKind.CONVERSATION_LOGGED,
    EntryKind.ASSESSED,
    EntryKind.FOLLOW_UP_DONE,
    EntryKind.FOLLOW_UP_SNOOZED,
    EntryKind.FOLLOW_UP_ADDED,
    EntryKind.CONVERSATION_EDITED,
    EntryKind.NOTED,
)
"""What may be said about somebody without resting on what a list changed about them."""


UNDER_ONE_KEY = 40
"""Contacts that are looked at under one key of a name; hundreds are called Nguyen Van A."""
JUDGED = 16
"""Contacts a line's name is held against: a sheet of lines must not hold everybody else up."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of the history entries of one sheet (a chunk of a list)."""

    removed: int
    restored: int
    kept: tuple[ContactId, ...]
    """People somebody has worked with since."""


_MET = (
    "SELECT j.value AS value, COALESCE(c.merged_into, c.id) AS contact "
    "FROM json_each(?2) AS j CROSS JOIN live_listings AS l ON l.committee = ?1 AND {said} = j.value "
    "AND l.{column} IS NOT NULL JOIN contacts AS c ON c.id = l.contact WHERE c.present "
)
_BY_NUMBER = _MET.format(said=KEY.format(row="l"), column="external_id")
_BY_EMAIL = _MET.format(said="l.email", column="email")
_NAMED = (
    "SELECT j.value AS value, k.contact FROM json_each(?2) AS j "
    "CROSS JOIN name_keys AS k ON k.committee = ?1 AND k.key = j.value"
)
_NEAR = (
    "SELECT j.value AS value, k.contact FROM json_each(?2) AS j "
    "CROSS JOIN name_keys AS k ON k.committee = ?1 AND k.key = j.value AND k.contact IN "
    "(SELECT f.contact FROM name_keys AS f WHERE f.committee = ?1 AND f.key = j.value "
    f"ORDER BY f.contact LIMIT {UNDER_ONE_KEY})"
)
_LISTINGS = (
    "SELECT j.value AS kept, l.external_id, l.email, l.name, l.area, l.shift FROM json_each(?) AS j "
    "CROSS JOIN live_listings AS l ON l.contact IN "
    "(SELECT j.value UNION ALL SELECT id FROM contacts WHERE merged_into = j.value) ORDER BY l.id"
)
_SINCE = (
    "SELECT 1 FROM history AS n WHERE n.contact = h.contact AND n.id > h.id AND n.reverses IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM history AS b WHERE b.reverses = n.id)"
)
_MADE = (
    "SELECT h.id, h.kind, h.contact, "
    f"EXISTS ({_SINCE}) OR EXISTS (SELECT 1 FROM live_test_marks AS tm WHERE tm.contact = h.contact"
    ") OR EXISTS (SELECT 1 FROM live_attendances AS at WHERE at.contact = h.contact) AS touched, "
    f"EXISTS ({_SINCE} AND n.kind NOT IN ({', '.join(repr(kind.value) for kind in TALK)})) AS changed, "
    "EXISTS (SELECT 1 FROM contacts AS m WHERE m.merged_into = h.contact "
    "OR (m.id = h.contact AND m.merged_into IS NOT NULL)) AS merged "
    "FROM history AS h WHERE h.id BETWEEN ? AND ? AND h.committee = ? AND h.reverses IS NULL "
    "AND NOT h.forgotten "
    "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) ORDER BY h.id DESC"
)


@dataclass(frozen=True, slots=True)
class Bulk(Repository):
    """One committee's people, changed a sheet (a chunk of a list) at a time."""

    today: date

    # -- meeting -------------------------------------------------------------------------------

    async def candidates(self, people: Sequence[Listed], *, but: set[ContactId]) -> Candidates:
        """Return the contacts whom the lines may mean, leaving out ``but``."""
        numbers = await self._pairs(
            _BY_NUMBER, {number_key(p.external_id) for p in people if p.external_id}
        )
        mails = await self._pairs(_BY_EMAIL, {p.email for p in people if p.email})
        named = await self._pairs(_NAMED, {p.key for p in people})
        found = {c for pairs in (numbers, mails, named) for _value, c in pairs} - but
        known = await self.known(sorted(found))

        def by(pairs: Iterable[tuple[str, ContactId]]) -> dict[str, list[KnownContact]]:
            """Group the known contacts by value."""
            grouped: defaultdict[str, dict[ContactId, KnownContact]] = defaultdict(dict)
            for value, contact in pairs:
                if contact in known:
                    grouped[value][contact] = known[contact]
            return {value: list(one.values()) for value, one in grouped.items()}

        # The index holds keys of names that are only like the one looked for, too.
        exact = [
            (key, c) for key, c in named if c in known and key in map(full_key, known[c].names)
        ]
        return Candidates(by(numbers), by(mails), by(exact))

    async def near(self, people: Sequence[Listed]) -> dict[int, list[KnownContact]]:
        """Return by line number the contacts whose names may be another spelling of the line's name.

        The likeliest ones of a line are judged: a key that few have says more than one of hundreds.
        """
        if not people or not await self._anybody():
            return {}
        looked_up: defaultdict[str, set[int]] = defaultdict(set)
        for person, every in await in_slices((p, keys(p.name)) for p in people):
            for key in every:
                looked_up[key].add(person.line)
        under = await self._pairs(_NEAR, set(looked_up))
        bearers = Counter(key for key, _contact in under)
        met: defaultdict[int, Counter[ContactId]] = defaultdict(Counter)
        for key, contact in under:
            for line in looked_up[key]:
                met[line][contact] += UNDER_ONE_KEY**2 // bearers[key]
        likely = {
            line: sorted(contact for contact, _weight in found.most_common(JUDGED))
            for line, found in met.items()
        }
        known = await self.known(sorted({c for found in likely.values() for c in found}))
        judged = await in_slices(
            (
                person.line,
                [
                    known[c]
                    for c in likely[person.line]
                    if c in known and any(alike(person.name, name) for name in known[c].names)
                ],
            )
            for person in people
            if person.line in likely
        )
        return dict(judged)

    async def anybody(self) -> bool:
        """Whether there is, or ever was, a contact whom a line could mean."""
        found = await self.tx.value(
            "SELECT 1 FROM contacts WHERE committee = ? LIMIT 1", (self.committee,)
        )
        return found is not None

    async def _anybody(self) -> bool:
        """Whether anybody is found by a name."""
        found = await self.tx.value(
            "SELECT 1 FROM name_keys WHERE committee = ? LIMIT 1", (self.committee,)
        )
        return found is not None

    async def known(self, contacts: Sequence[ContactId]) -> dict[ContactId, KnownContact]:
        """Return the contacts by id, with everything that lists have said about each contact."""
        if not contacts:
            return {}
        repository = Contacts(self.tx, self.committee, self.today)
        people = await repository.all(contacts)
        names = await repository.every_name(contacts)
        pasts = await PastOfContacts(self.tx, self.committee, self.today).known(contacts)
        reached = await ContactDetails(self.tx, self.committee).known(contacts)
        said: defaultdict[int, list[Row]] = defaultdict(list)
        for row in await self.tx.all(_LISTINGS, (json.dumps(contacts),)):
            said[row["kept"]].append(row)
        return {
            p.id: KnownContact(
                id=p.id,
                number=p.number,
                names=tuple(dict.fromkeys((p.name, *names[p.id]))),
                area=p.area,
                shift=p.shift,
                out=p.state in {Membership.LEFT, Membership.EXCLUDED},
                external_ids=frozenset(r["external_id"] for r in said[p.id] if r["external_id"]),
                emails=frozenset(r["email"] for r in said[p.id] if r["email"]),
                last=_last(said[p.id]),
                past=pasts.get(p.id, NOTHING_KNOWN),
                reach=reached.get(p.id, {}),
            )
            for p in people
        }

    async def _pairs(self, sql: str, values: set[str]) -> list[tuple[str, ContactId]]:
        if not values:
            return []
        rows = await self.tx.all(sql, (self.committee, json.dumps(sorted(values))))
        return [(row["value"], ContactId(row["contact"])) for row in rows]

    # -- adding --------------------------------------------------------------------------------

    async def add(self, people: Sequence[Listed], author: UserId, at: datetime) -> range:
        """Add people nobody is responsible for, each by an entry of their own; returns their row ids."""
        if not people:
            return range(0)
        entry = await self._next("history")
        contact = await self._next("contacts")
        last = await self.tx.value(
            "UPDATE committees SET last_contact = last_contact + ? WHERE id = ? "
            "RETURNING last_contact",
            (len(people), self.committee),
        )
        number = int(str(last)) - len(people) + 1
        areas = await self._areas({p.area for p in people if p.area is not None})
        rows = list(zip(count(entry), count(contact), count(number), people))
        # An entry names its contact and the contact its entry; looked at when all is there.
        await self.tx.execute("PRAGMA defer_foreign_keys = ON")
        await self.tx.executemany(
            "INSERT INTO history(id, committee, author, at, kind, contact) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (e, self.committee, author, millis(at), EntryKind.LISTED.value, c)
                for e, c, _n, _p in rows
            ],
        )
        await self.tx.executemany(
            "INSERT INTO contacts(id, committee, number, name, sort_key, entry) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(c, self.committee, n, p.name, folded(p.name), e) for e, c, n, p in rows],
        )
        await self.tx.executemany(
            "INSERT INTO placements(contact, area, shift, from_day, entry) VALUES (?, ?, ?, ?, ?)",
            [
                (c, areas.get(folded(p.area or "")), p.shift, self._from(p), e)
                for e, c, _n, p in rows
                if p.area is not None or p.shift is not None
            ],
        )
        await self.tx.executemany(
            "INSERT INTO memberships(contact, state, from_day, entry) VALUES (?, ?, ?, ?)",
            [
                (c, state.value, day.isoformat(), e)
                for e, c, _n, p in rows
                if p.hired is not None
                for state, day in ((Membership.NOT_YET, date.min), (Membership.EMPLOYED, p.hired))
            ],
        )
        await self._index(rows)
        await self._remember((e, ContactId(c), p) for e, c, _n, p in rows)
        past = PastOfContacts(self.tx, self.committee, self.today)
        await past.add(((e, ContactId(c), p.past) for e, c, _n, p in rows), author, at)
        details = ContactDetails(self.tx, self.committee)
        await details.give_all((e, ContactId(c), p.reach) for e, c, _n, p in rows)
        return range(contact, contact + len(people))

    async def _index(self, rows: Sequence[tuple[int, int, int, Listed]]) -> None:
        await self.tx.executemany(
            "INSERT OR IGNORE INTO name_words(committee, word, contact) VALUES (?, ?, ?)",
            [(self.committee, word, c) for _e, c, _n, p in rows for word in findable(p.name)],
        )
        await self.tx.executemany(
            "INSERT OR IGNORE INTO name_keys(committee, key, contact) VALUES (?, ?, ?)",
            [(self.committee, key, c) for _e, c, _n, p in rows for key in keys(p.name)],
        )

    async def _remember(self, rows: Iterable[tuple[int, ContactId, Listed]]) -> None:
        await self.tx.executemany(
            "INSERT INTO listings(committee, contact, external_id, email, name, area, shift, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (self.committee, contact, p.external_id, p.email, p.name, p.area, p.shift, entry)
                for entry, contact, p in rows
            ],
        )

    async def _next(self, table: str) -> int:
        """The row id that an AUTOINCREMENT table gives next; we are the only writer."""
        last = await self.tx.value("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return 1 if last is None else int(str(last)) + 1

    async def _areas(self, names: set[str]) -> dict[str, int]:
        """Area ids by folded name, new ones made."""
        by_key = {folded(name): name for name in sorted(names)}
        await self.tx.executemany(
            "INSERT OR IGNORE INTO areas(committee, name, folded) VALUES (?, ?, ?)",
            [(self.committee, name, key) for key, name in by_key.items()],
        )
        rows = await self.tx.all(
            "SELECT a.folded, a.id FROM json_each(?) AS j "
            "CROSS JOIN areas AS a ON a.committee = ? AND a.folded = j.value",
            (json.dumps(list(by_key)), self.committee),
        )
        return {row["folded"]: row["id"] for row in rows}

    def _from(self, person: Listed) -> str:
        """The day from which we know where somebody works; a new hire's first one."""
        return max(person.hired or self.today, self.today).isoformat()

    # -- changing ------------------------------------------------------------------------------

    async def change(self, changes: Sequence[ContactChange], author: UserId, at: datetime) -> None:
        """Save the changes a list makes, each by an entry of its own."""
        if not changes:
            return
        history = History(self.tx, self.committee, author, at)
        areas = await self._areas({c.area for c in changes if c.area is not None})
        renamed: list[ContactId] = []
        remembered: list[tuple[int, ContactId, Listed]] = []
        pasts: list[tuple[int, ContactId, Past]] = []
        reached: list[tuple[int, ContactId, Mapping[DetailField, str]]] = []
        for change in changes:
            known = change.contact
            entry = await history.record(EntryKind.LIST_CHANGED, known.id)
            if change.area is not None or change.shift is not None:
                await self._move(change, areas, entry)
            if change.name is not None:
                await self._rename(known.id, change.name, entry)
                renamed.append(known.id)
            remembered.append((entry, known.id, _carried_over(change)))
            pasts.append((entry, known.id, change.past))
            reached.append((entry, known.id, change.reach))
        await self._remember(remembered)
        await recompute(self.tx, renamed)
        await PastOfContacts(self.tx, self.committee, self.today).add(pasts, author, at)
        await ContactDetails(self.tx, self.committee).give_all(reached)

    async def _move(self, change: ContactChange, areas: Mapping[str, int], entry: EntryId) -> None:
        """The part that is not said stays as it is today."""
        area: object | None
        if change.area is not None:
            area = areas[folded(change.area)]
        else:
            area = (await self._areas({change.contact.area})).get(folded(change.contact.area)) \
                if change.contact.area else None  # fmt: skip
        await self.tx.add(
            "placements",
            contact=change.contact.id,
            area=area,
            shift=change.shift or change.contact.shift,
            from_day=self.today,
            entry=entry,
        )

    async def _rename(self, contact: ContactId, name: str, entry: EntryId) -> None:
        """The name somebody was added with is written down when another one replaces it."""
        await self.tx.execute(
            "INSERT INTO names(contact, kind, name, entry) SELECT id, 'name', name, entry "
            "FROM contacts WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM names WHERE contact = contacts.id AND kind = 'name')",
            (contact,),
        )
        await self.tx.execute(
            "INSERT INTO names(contact, kind, name, entry) VALUES (?, 'name', ?, ?)",
            (contact, name, entry),
        )

    # -- taking back ---------------------------------------------------------------------------

    async def take_back(self, first: int, last: int, author: UserId, at: datetime) -> TakenBack:
        """Reverse the entries ``first`` to ``last``, except where somebody has worked on a contact since."""
        removed: list[tuple[int, ContactId]] = []
        restored: list[Entry] = []
        kept: list[ContactId] = []
        for row in await self.tx.all(_MADE, (first, last, self.committee)):
            contact, kind = ContactId(row["contact"]), EntryKind(row["kind"])
            new = kind is EntryKind.LISTED
            if row["merged"] or (row["touched"] if new else row["changed"]):
                kept.append(contact)
            elif new:
                removed.append((row["id"], contact))
            else:
                restored.append(Entry(EntryId(row["id"]), kind, author, at, contact))
        await self._remove(removed, author, at)
        history = History(self.tx, self.committee, author, at)
        for entry in restored:
            await history.reverse(entry)
        return TakenBack(len(removed), len(restored), tuple(kept))

    async def _remove(
        self, added: Sequence[tuple[int, ContactId]], author: UserId, at: datetime
    ) -> None:
        await self.tx.executemany(
            "INSERT INTO history(committee, author, at, kind, contact, reverses) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self.committee, author, millis(at), EntryKind.UNDONE.value, contact, entry)
                for entry, contact in added
            ],
        )
        contacts = [(contact,) for _entry, contact in added]
        await self.tx.executemany("DELETE FROM name_words WHERE contact = ?", contacts)
        await self.tx.executemany("DELETE FROM name_keys WHERE contact = ?", contacts)
        await self.tx.executemany("UPDATE contacts SET present = 0 WHERE id = ?", contacts)
        await self.tx.executemany(
            "UPDATE test_people SET counted = 0 WHERE contact = ? "
            "AND test IN (SELECT id FROM tests WHERE closed_at IS NULL)",
            contacts,
        )


def _last(rows: Sequence[Row]) -> Last | None:
    return Last(rows[-1]["name"], rows[-1]["area"], rows[-1]["shift"]) if rows else None


def _carried_over(change: ContactChange) -> Listed:
    """What lists say about somebody now: the new where there is some, else what they said before."""
    last, said = change.contact.last, change.listed
    return Listed(
        line=said.line,
        name=change.name or (last.name if last else said.name),
        key=said.key,
        external_id=said.external_id,
        email=said.email,
        area=change.area or (last.area if last else None),
        shift=change.shift or (last.shift if last else None),
        hired=None,
    )
