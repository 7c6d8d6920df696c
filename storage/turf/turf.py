"""Turf: who is responsible for which contacts. Each change of hands is a row; the last one counts."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, EntryId, UserId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.history.derived import recompute_ratings_of
from storage.names import folded

NOBODY = UserId("")
"""Owns the follow-ups of people who left, until somebody gets the contact."""

_BACKUP = "SELECT contact FROM current_backups WHERE organizer = ?"
_IN_UNIT = "{c}.present AND {c}.merged_into IS NULL AND ({c}.out_from IS NULL OR {c}.out_from > ?2)"
"""Those who count on the day ?2: not merged away, not left, not excluded."""

_ORGANIZERS = (
    "WITH RECURSIVE organizers(organizer) AS ("
    "SELECT (SELECT c.organizer FROM contacts AS c WHERE c.committee = ?1 AND c.organizer > '' "
    "AND c.present ORDER BY c.organizer LIMIT 1) UNION ALL "
    "SELECT (SELECT c.organizer FROM contacts AS c WHERE c.committee = ?1 "
    "AND c.organizer > organizers.organizer AND c.present ORDER BY c.organizer LIMIT 1) "
    "FROM organizers WHERE organizer IS NOT NULL) "
)
"""Jumps from one organizer to the next in the index, however many contacts each has."""

_BACKUPS_HERE = (
    "assignments AS a CROSS JOIN contacts AS c ON c.id = a.contact AND c.committee = ?1 "
    "WHERE a.part = 'backup'"
)
"""Rows of backups for this committee's contacts. CROSS: SQLite keeps to the order of the index."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many contacts an organizer has; ``organizer`` None: contacts that nobody has."""

    organizer: UserId | None
    contacts: int


@dataclass(frozen=True, slots=True)
class Handed:
    """Counts of what changed hands at once."""

    contacts: int
    follow_ups: int
    backups: int = 0


@dataclass(frozen=True, slots=True)
class Turf(Repository):
    """One committee's turf: which organizer has which contacts."""

    async def load(self, organizer: UserId | None, today: date) -> int:
        """Count the contacts an organizer is responsible for; None: contacts that nobody has."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM contacts AS c WHERE c.committee = ?1 AND c.organizer IS ?3 "
            f"AND {_IN_UNIT.format(c='c')}",
            (self.committee, today.isoformat(), organizer),
        )

    async def loads(self, today: date) -> list[Load]:
        """Return the load of every organizer, sorted by user id, and last of nobody."""
        rows = await self.tx.all(
            _ORGANIZERS + "SELECT o.organizer, (SELECT COUNT(*) FROM contacts AS c "
            "WHERE c.committee = ?1 AND c.organizer = o.organizer "
            f"AND {_IN_UNIT.format(c='c')}) AS n "
            "FROM organizers AS o WHERE o.organizer IS NOT NULL",
            (self.committee, today.isoformat()),
        )
        loads = [Load(UserId(row["organizer"]), row["n"]) for row in rows if row["n"]]
        return [*loads, Load(None, await self.load(None, today))]

    async def by_area(self, organizer: UserId, today: date) -> list[tuple[str | None, int]]:
        """Return an organizer's contacts counted by the area they work in today, largest first."""
        rows = await self.tx.all(
            "SELECT a.name AS area, COUNT(*) AS n FROM contacts AS c "
            f"LEFT JOIN placements AS p ON p.id = {_placed('c')} LEFT JOIN areas AS a "
            "ON a.id = p.area WHERE c.committee = ?1 AND c.organizer = ?3 "
            f"AND {_IN_UNIT.format(c='c')} GROUP BY a.id ORDER BY n DESC, a.folded",
            (self.committee, today.isoformat(), organizer),
        )
        return [(row["area"], row["n"]) for row in rows]

    async def unassigned(self, after: Contact | None, today: date, limit: int) -> list[ContactId]:
        """Contacts nobody is responsible for, by name, following ``after``."""
        key, last = ("", 0) if after is None else (folded(after.name), after.id)
        rows = await self.tx.all(
            "SELECT c.id FROM contacts AS c WHERE c.committee = ?1 AND c.organizer IS NULL "
            f"AND {_IN_UNIT.format(c='c')} AND (c.sort_key, c.id) > (?3, ?4) "
            "ORDER BY c.sort_key, c.id LIMIT ?5",
            (self.committee, today.isoformat(), key, last, limit),
        )
        return [ContactId(row["id"]) for row in rows]

    async def area(self, name: str) -> str | None:
        """Return an area's own spelling; None if there is no such area."""
        found = await self.tx.value(
            "SELECT name FROM areas WHERE committee = ? AND folded = ?",
            (self.committee, folded(name)),
        )
        return None if found is None else str(found)

    async def areas(self, limit: int = 50) -> list[str]:
        """Return the names of areas, alphabetically, at most ``limit``."""
        rows = await self.tx.all(
            "SELECT name FROM areas WHERE committee = ? AND folded >= '' ORDER BY folded LIMIT ?",
            (self.committee, limit),
        )
        return [row["name"] for row in rows]

    async def working_in(self, area: str, today: date) -> dict[ContactId, UserId | None]:
        """Return who works in an area today, each with the organizer responsible (None: nobody)."""
        rows = await self.tx.all(
            "SELECT DISTINCT c.id, c.organizer FROM areas AS a "
            "JOIN placements AS p ON p.area = a.id JOIN contacts AS c ON c.id = p.contact "
            f"WHERE a.committee = ?1 AND a.folded = ?3 AND {_IN_UNIT.format(c='c')} "
            f"AND p.id = {_placed('c')}",
            (self.committee, today.isoformat(), folded(area)),
        )
        return {
            ContactId(row["id"]): None if row["organizer"] is None else UserId(row["organizer"])
            for row in rows
        }

    async def neighbour(self, contact: Contact, but: UserId) -> UserId | None:
        """Suggest another organizer: a backup, or whoever has most contacts in the same area; else None."""
        backups = [user for user in await self.backups(contact.id) if user != but]
        if backups or contact.area is None:
            return backups[0] if backups else None
        # By derived columns, which one index holds: whoever asks does not wait for a large area.
        found = await self.tx.value(
            "SELECT c.organizer FROM areas AS a JOIN contacts AS c "
            "ON c.committee = a.committee AND c.unit_area = a.id WHERE a.committee = ? "
            "AND a.folded = ? AND c.organizer IS NOT NULL AND c.organizer <> ? "
            "GROUP BY c.organizer ORDER BY COUNT(*) DESC, c.organizer LIMIT 1",
            (self.committee, folded(contact.area), but),
        )
        return None if found is None else UserId(str(found))

    # -- backups and who may see whom ------------------------------------------------------------

    async def backups(self, contact: ContactId) -> list[UserId]:
        """Return the backups of a contact, in the order in which they were added."""
        rows = await self.tx.all(
            "SELECT organizer FROM current_backups WHERE contact = ? ORDER BY id", (contact,)
        )
        return [UserId(row["organizer"]) for row in rows]

    async def backed_up_by(self, organizer: UserId) -> list[ContactId]:
        """Return the contacts for whom somebody is a backup."""
        rows = await self.tx.all(
            "SELECT c.id FROM contacts AS c WHERE c.committee = ? AND c.present "
            f"AND c.id IN ({_BACKUP}) ORDER BY c.id",
            (self.committee, organizer),
        )
        return [ContactId(row["id"]) for row in rows]

    # -- changes of hands ------------------------------------------------------------------------

    async def assign(
        self, entry: EntryId, contacts: Sequence[ContactId], to: UserId, at: datetime
    ) -> Handed:
        """Make somebody responsible for contacts; open follow-ups go along."""
        # One statement: a whole workplace may be one area.
        await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, at, entry) "
            "SELECT value, ?, 'primary', ?, ? FROM json_each(?)",
            (to, millis(at), entry, json.dumps(contacts)),
        )
        follow_ups = await self.tx.execute(
            "INSERT INTO follow_up_owners(follow_up, owner, at, entry) "
            "SELECT f.id, ?, ?, ? FROM assignments AS a JOIN contacts AS c ON c.id = a.contact "
            "JOIN follow_ups AS f ON f.contact = c.id AND f.open "
            "WHERE a.entry = ? AND a.part = 'primary' AND f.owner IN (?, c.organizer)",
            (to, millis(at), entry, entry, NOBODY),
        )
        await self._end_backups(entry, to, at)
        await self._derive(entry)
        return Handed(len(contacts), follow_ups)

    async def back_up(
        self, entry: EntryId, contacts: Sequence[ContactId], who: UserId, at: datetime
    ) -> None:
        """Make somebody a backup for contacts."""
        await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, at, entry) "
            "SELECT value, ?, 'backup', ?, ? FROM json_each(?)",
            (who, millis(at), entry, json.dumps(contacts)),
        )

    async def release(self, entry: EntryId, contact: Contact, why: str, at: datetime) -> Handed:
        """Give a contact back to the pool."""
        await self.tx.insert(
            "INSERT INTO assignments(contact, organizer, part, ended, at, entry) "
            "VALUES (?, ?, 'primary', 1, ?, ?)",
            (contact.id, contact.organizer, millis(at), entry),
        )
        follow_ups = await self.tx.execute(
            "INSERT INTO follow_up_owners(follow_up, owner, at, entry) "
            "SELECT id, ?, ?, ? FROM follow_ups WHERE contact = ? AND owner = ? AND open",
            (NOBODY, millis(at), entry, contact.id, contact.organizer),
        )
        await self.tx.add("turf_reasons", entry=entry, why=why)
        await self._derive(entry)
        return Handed(1, follow_ups)

    async def hand_over(
        self, entry: EntryId, organizer: UserId, to: UserId | None, at: datetime
    ) -> Handed:
        """Move all contacts and open follow-ups of an organizer; ``to`` None: into the pool."""
        contacts = await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, ended, at, entry) "
            "SELECT id, ?, 'primary', ?, ?, ? FROM contacts "
            "WHERE committee = ? AND organizer = ? AND present",
            (to or organizer, to is None, millis(at), entry, self.committee, organizer),
        )
        follow_ups = await self.tx.execute(
            "INSERT INTO follow_up_owners(follow_up, owner, at, entry) SELECT id, ?, ?, ? "
            "FROM follow_ups WHERE committee = ? AND owner = ? AND due_day >= '' AND open",
            (to or NOBODY, millis(at), entry, self.committee, organizer),
        )
        backups = await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, ended, at, entry) "
            "SELECT c.id, ?, 'backup', 1, ?, ? FROM contacts AS c WHERE c.committee = ? "
            f"AND c.present AND c.id IN ({_BACKUP})",
            (organizer, millis(at), entry, self.committee, organizer),
        )
        if to is not None:
            await self._back_up_instead(entry, to, at)
            await self._end_backups(entry, to, at)
        await self._derive(entry)
        return Handed(contacts, follow_ups, backups)

    async def people_with_duties(self) -> set[UserId]:
        """Return everybody with contacts, follow-ups, or contacts as a backup."""
        rows = await self.tx.all(
            _ORGANIZERS + ", owners(owner) AS ("
            "SELECT (SELECT f.owner FROM follow_ups AS f WHERE f.committee = ?1 AND f.owner > '' "
            "AND f.open ORDER BY f.owner LIMIT 1) UNION ALL "
            "SELECT (SELECT f.owner FROM follow_ups AS f WHERE f.committee = ?1 "
            "AND f.owner > owners.owner AND f.open ORDER BY f.owner LIMIT 1) "
            "FROM owners WHERE owner IS NOT NULL), backups(organizer) AS ("
            f"SELECT (SELECT a.organizer FROM {_BACKUPS_HERE} "
            "AND a.organizer > '' ORDER BY a.organizer LIMIT 1) UNION ALL "
            f"SELECT (SELECT a.organizer FROM {_BACKUPS_HERE} "
            "AND a.organizer > backups.organizer ORDER BY a.organizer LIMIT 1) "
            "FROM backups WHERE organizer IS NOT NULL) "
            "SELECT organizer AS person FROM organizers UNION SELECT owner FROM owners "
            "UNION SELECT organizer FROM backups",
            (self.committee,),
        )
        return {UserId(row["person"]) for row in rows if row["person"] is not None}

    async def touched(self, entry: EntryId) -> set[UserId]:
        """Return the organizers whose turf an entry changed, and the organizers the entry names."""
        rows = await self.tx.all(
            "SELECT a.organizer FROM assignments AS a WHERE a.entry = ?1 UNION "
            "SELECT c.organizer FROM assignments AS a JOIN contacts AS c ON c.id = a.contact "
            "WHERE a.entry = ?1 AND c.organizer IS NOT NULL",
            (entry,),
        )
        return {UserId(row["organizer"]) for row in rows}

    async def given(self, entry: EntryId) -> dict[UserId, int]:
        """Return how many contacts an entry put in whose hands, as a backup as well."""
        rows = await self.tx.all(
            "SELECT organizer, COUNT(DISTINCT contact) AS n FROM assignments "
            "WHERE entry = ? AND NOT ended GROUP BY organizer ORDER BY organizer",
            (entry,),
        )
        return {UserId(row["organizer"]): row["n"] for row in rows}

    async def why(self, contact: ContactId) -> str | None:
        """Return why a contact was last handed back; None if that was not the last change of hands."""
        reason = await self.tx.value(
            "SELECT r.why FROM live_assignments AS a LEFT JOIN turf_reasons AS r ON r.entry = a.entry "
            "WHERE a.contact = ? AND a.part = 'primary' ORDER BY a.id DESC LIMIT 1",
            (contact,),
        )
        return None if reason is None else str(reason)

    async def _back_up_instead(self, entry: EntryId, to: UserId, at: datetime) -> None:
        """Stand behind those whom somebody stood behind until this entry, except for one's own."""
        await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, at, entry) "
            "SELECT c.id, ?, 'backup', ?, ? FROM assignments AS n "
            "JOIN contacts AS c ON c.id = n.contact WHERE n.entry = ? AND n.part = 'backup' "
            "AND n.ended AND c.organizer IS NOT ? ORDER BY c.id",
            (to, millis(at), entry, entry, to),
        )

    async def _end_backups(self, entry: EntryId, organizer: UserId, at: datetime) -> None:
        """Nobody is their own backup."""
        await self.tx.execute(
            "INSERT INTO assignments(contact, organizer, part, ended, at, entry) "
            "SELECT n.contact, n.organizer, 'backup', 1, ?, ? FROM assignments AS n "
            "WHERE n.entry = ? AND n.part = 'primary' AND n.organizer = ? AND NOT n.ended "
            f"AND n.contact IN ({_BACKUP})",
            (millis(at), entry, entry, organizer, organizer),
        )

    async def _derive(self, entry: EntryId) -> None:
        """Bring the derived columns up to what an entry has just written."""
        # By the rows of the entry, each once: looked for by contact, SQLite goes through all of the
        # entry for each of them.
        await self.tx.execute(
            "UPDATE contacts SET organizer = iif(a.ended, NULL, a.organizer) "
            "FROM assignments AS a WHERE a.entry = ? AND a.part = 'primary' "
            "AND contacts.id = a.contact",
            (entry,),
        )
        # Whose rating is the current one depends on whose contact it is.
        await recompute_ratings_of(self.tx, entry)
        await self.tx.execute(
            "UPDATE follow_ups SET owner = o.owner FROM follow_up_owners AS o "
            "WHERE o.entry = ? AND follow_ups.id = o.follow_up",
            (entry,),
        )


def _placed(contact: str) -> str:
    """SQL for a contact's placement on the day ?2."""
    return (
        f"(SELECT q.id FROM live_placements AS q WHERE q.contact = {contact}.id AND q.from_day <= ?2 "
        f"ORDER BY q.from_day DESC, q.id DESC LIMIT 1)"
    )
