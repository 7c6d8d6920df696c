"""Dated changes of a contact: name, place, belonging to the unit, roles, notes."""

from datetime import date, datetime

from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, EntryId, Membership, Note, Part, UserId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.history.derived import SAME_PERSON, names_of, recompute
from storage.names import folded


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody works from a day on."""

    area: str | None
    shift: str | None
    from_day: date


@dataclass(frozen=True, slots=True)
class ContactChanges(Repository):
    """Dated changes of one committee's contacts. Every change names the entry that made the change."""

    today: date

    async def rename(self, entry: EntryId, contact: ContactId, name: str) -> None:
        """Give a contact a new name; a preferred name gives way."""
        await self._write_down_first_name(contact)
        names = await names_of(self.tx, contact)
        await self._name(entry, contact, "preferred", names.shown, ended=True)
        await self._name(entry, contact, "name", name)
        await recompute(self.tx, [contact])

    async def also_called(
        self, entry: EntryId, contact: ContactId, alias: str, *, preferred: bool
    ) -> None:
        """Add another name of a contact; ``preferred``: show the name in place of the old one."""
        await self._write_down_first_name(contact)
        await self._name(entry, contact, "preferred" if preferred else "alias", alias)
        await recompute(self.tx, [contact])

    async def no_longer_called(self, entry: EntryId, contact: ContactId, alias: str) -> None:
        """End another name of a contact, so that a search no longer finds them by the name."""
        await self._name(entry, contact, "alias", alias, ended=True)
        await recompute(self.tx, [contact])

    async def names(self, contact: ContactId) -> tuple[str, ...]:
        """Return the other names of a contact, without the names of merged records."""
        return (await names_of(self.tx, contact)).others

    async def _name(
        self, entry: EntryId, contact: ContactId, kind: str, name: str, *, ended: bool = False
    ) -> None:
        await self.tx.add("names", contact=contact, kind=kind, name=name, ended=ended, entry=entry)

    async def _write_down_first_name(self, contact: ContactId) -> None:
        await self.tx.execute(
            "INSERT INTO names(contact, kind, name, entry) "
            "SELECT c.id, 'name', c.name, c.entry FROM contacts AS c WHERE c.id = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM names AS n WHERE n.contact = ?1)",
            (contact,),
        )

    async def move(self, entry: EntryId, contact: ContactId, placement: Placement) -> None:
        """Save that somebody works elsewhere from a day on; older figures keep counting the old place."""
        await Contacts(self.tx, self.committee, self.today).place(
            contact, placement.area, placement.shift, placement.from_day, entry
        )

    async def coming(self, contact: ContactId) -> Placement | None:
        """Return the next placement in the future; None if none is planned."""
        return await self.tx.record(
            Placement,
            "SELECT a.name AS area, p.shift, p.from_day FROM live_placements AS p "
            "LEFT JOIN areas AS a ON a.id = p.area WHERE p.contact = ? AND p.from_day > ? "
            "ORDER BY p.from_day, p.id DESC LIMIT 1",
            (contact, self.today.isoformat()),
        )

    async def knows_area(self, name: str) -> bool:
        """Whether an area with the given name exists."""
        found = await self.tx.value(
            "SELECT 1 FROM areas WHERE committee = ? AND folded = ?", (self.committee, folded(name))
        )
        return found is not None

    async def organizer_in(self, area: str) -> UserId | None:
        """Return who has most contacts of an area, as far as a bounded query can tell; None: nobody."""
        found = await self.tx.value(
            "SELECT c.organizer FROM (SELECT p.contact FROM placements AS p WHERE p.area = "
            "(SELECT id FROM areas WHERE committee = ? AND folded = ?) LIMIT 200) AS there "
            "JOIN contacts AS c ON c.id = there.contact WHERE c.organizer IS NOT NULL "
            "AND c.present GROUP BY c.organizer ORDER BY COUNT(*) DESC, c.organizer LIMIT 1",
            (self.committee, folded(area)),
        )
        return UserId(found) if isinstance(found, str) else None

    async def become(
        self,
        entry: EntryId,
        contact: ContactId,
        state: Membership,
        from_day: date,
        reason: str | None = None,
    ) -> None:
        """Save that somebody belongs to the unit in another way, or no longer, from a day on."""
        await self.tx.add(
            "memberships",
            contact=contact,
            state=state,
            reason=reason,
            from_day=from_day,
            entry=entry,
        )
        await recompute(self.tx, [contact])

    async def last_state(self, contact: ContactId) -> tuple[Membership, date] | None:
        """Return the membership with the latest day, also in the future; None if there is none."""
        row = await self.tx.one(
            "SELECT m.state, m.from_day FROM live_memberships AS m WHERE m.contact = ? "
            "ORDER BY m.from_day DESC, m.id DESC LIMIT 1",
            (contact,),
        )
        if row is None:
            return None
        return Membership(row["state"]), date.fromisoformat(row["from_day"])

    async def cancel_follow_ups(
        self, entry: EntryId, contact: Contact, from_day: date, *, author: UserId, at: datetime
    ) -> int:
        """Close open follow-ups due from a day on, because the contact is out; returns how many."""
        rows = await self.tx.all(
            f"SELECT id FROM follow_ups WHERE contact IN {SAME_PERSON.format(id='?1')} "
            "AND open AND due_day >= ?2",
            (contact.id, "" if from_day <= self.today else from_day.isoformat()),
        )
        await self.tx.executemany(
            "INSERT INTO follow_up_events(follow_up, kind, author, at, entry) "
            "VALUES (?, 'done', ?, ?, ?)",
            [(row["id"], author, millis(at), entry) for row in rows],
        )
        await self.tx.executemany(
            "UPDATE follow_ups SET open = 0 WHERE id = ?", [(row["id"],) for row in rows]
        )
        return len(rows)

    async def give_part(
        self, entry: EntryId, contact: ContactId, part: Part, from_day: date
    ) -> None:
        """Give a contact a role in the campaign from a day on."""
        await self._part(entry, contact, part, from_day, ended=False)

    async def end_part(
        self, entry: EntryId, contact: ContactId, part: Part, from_day: date
    ) -> None:
        """End a contact's role in the campaign from a day on."""
        await self._part(entry, contact, part, from_day, ended=True)

    async def _part(
        self, entry: EntryId, contact: ContactId, part: Part, from_day: date, *, ended: bool
    ) -> None:
        await self.tx.add(
            "roles", contact=contact, role=part, ended=ended, from_day=from_day, entry=entry
        )

    async def parts(self, contact: ContactId) -> tuple[Part, ...]:
        """Return somebody's roles today, over all merged records."""
        rows = await self.tx.all(
            "SELECT r.role, r.ended FROM live_roles AS r "
            f"WHERE r.contact IN {SAME_PERSON.format(id='?1')} AND r.from_day <= ?2 "
            f"ORDER BY r.from_day, r.id",
            (contact, self.today.isoformat()),
        )
        latest = {Part(row["role"]): not row["ended"] for row in rows}
        return tuple(part for part in Part if latest.get(part))

    async def note(self, entry: EntryId, contact: ContactId, note: Note) -> None:
        """Save a note about a contact."""
        await self.tx.add(
            "notes",
            committee=self.committee,
            contact=contact,
            author=note.author,
            at=note.at,
            note=note.text,
            entry=entry,
        )

    async def notes(self, contact: ContactId, limit: int) -> list[Note]:
        """Return the newest notes about somebody, newest first."""
        return await self.tx.records(
            Note,
            "SELECT t.author, t.at, t.note AS text FROM live_notes AS t "
            f"WHERE t.contact IN {SAME_PERSON.format(id='?1')} ORDER BY t.id DESC LIMIT ?2",
            (contact, limit),
        )
