"""Agendas, duties and minutes: a meeting's topics, who does what in it, and lines typed meanwhile."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Duty, EntryId, UserId
from storage.core.repository import Common
from storage.core.rows import millis, moment
from storage.meetings.meetings import OccurrenceId


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item of an agenda; ``state`` is open, done, dropped or carried."""

    number: int
    minutes: int
    words: str
    author: UserId
    state: str


@dataclass(frozen=True, slots=True)
class Typed:
    """One line typed in a meeting."""

    kind: str
    person: UserId
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agendas(Common):
    """The agenda of each time of a meeting."""

    async def add(
        self, entry: EntryId, occurrence: OccurrenceId, words: str, minutes: int, author: UserId
    ) -> int:
        """Add an item to an agenda; returns its number within the meeting."""
        number = await self.tx.value(
            "SELECT COALESCE(MAX(number), 0) + 1 FROM agenda_items WHERE occurrence = ?",
            (occurrence,),
        )
        await self.tx.add(
            "agenda_items",
            occurrence=occurrence,
            number=number,
            minutes=minutes,
            words=words,
            author=author,
            entry=entry,
        )
        return int(str(number))

    async def items(self, occurrence: OccurrenceId) -> list[AgendaItem]:
        """Return the items of an agenda by number, without items taken back."""
        rows = await self.tx.all(
            "SELECT * FROM live_agenda_items AS i WHERE occurrence = ? ORDER BY number",
            (occurrence,),
        )
        return [
            AgendaItem(r["number"], r["minutes"], r["words"], UserId(r["author"]), r["state"])
            for r in rows
        ]

    async def has(self, occurrence: OccurrenceId, number: int) -> bool:
        """Whether an agenda has an item with the number."""
        found = await self.tx.value(
            "SELECT 1 FROM live_agenda_items AS i WHERE occurrence = ? AND number = ? ",
            (occurrence, number),
        )
        return found is not None

    async def mark(self, entry: EntryId, occurrence: OccurrenceId, number: int, state: str) -> None:
        """Say what became of an item: done, dropped or carried."""
        await self.tx.execute(
            "INSERT INTO agenda_marks(item, state, entry) SELECT id, ?, ? FROM agenda_items "
            "WHERE occurrence = ? AND number = ?",
            (state, entry, occurrence, number),
        )
        await self.recompute_entry(entry)

    async def recompute_entry(self, entry: EntryId) -> None:
        """Recompute the state of items that an entry marked."""
        await self.tx.execute(
            "UPDATE agenda_items AS i SET state = COALESCE((SELECT m.state FROM live_agenda_marks AS m "
            "WHERE m.item = i.id ORDER BY m.id DESC LIMIT 1), 'open') "
            "WHERE i.id IN (SELECT item FROM agenda_marks WHERE entry = ?)",
            (entry,),
        )


@dataclass(frozen=True, slots=True)
class Duties(Common):
    """Who facilitates, takes notes, keeps the stack and the time."""

    async def give(
        self, entry: EntryId, occurrence: OccurrenceId, duty: Duty, person: UserId, at: datetime
    ) -> None:
        """Give a duty to a person; an empty user id leaves the duty to nobody."""
        await self.tx.add(
            "meeting_roles",
            committee=self.committee,
            occurrence=occurrence,
            role=duty,
            person=person,
            at=at,
            entry=entry,
        )

    async def of(self, occurrence: OccurrenceId) -> dict[Duty, UserId]:
        """Return who has which duty in a meeting; duties of nobody are left out."""
        rows = await self.tx.all(
            "SELECT role, person FROM live_meeting_roles AS r WHERE occurrence = ? "
            "ORDER BY role, id",
            (occurrence,),
        )
        last = {Duty(row["role"]): UserId(row["person"]) for row in rows}
        return {duty: person for duty, person in last.items() if person}

    async def last_done(self, duty: Duty, before: datetime) -> dict[UserId, datetime]:
        """Return when each person last had a duty, in meetings that have begun."""
        rows = await self.tx.all(
            "SELECT r.person, MAX(o.start_at) AS last FROM current_meeting_roles AS r "
            "JOIN occurrences AS o ON o.id = r.occurrence WHERE r.committee = ? AND r.role = ? "
            "AND o.start_at < ? AND o.live GROUP BY r.person",
            (self.committee, duty.value, millis(before)),
        )
        return {UserId(row["person"]): moment(row["last"]) for row in rows if row["person"]}


@dataclass(frozen=True, slots=True)
class Minutes(Common):
    """Lines typed with a command while a meeting lasted; never the chat."""

    async def write(
        self,
        entry: EntryId,
        occurrence: OccurrenceId,
        kind: str,
        person: UserId,
        words: str,
        at: datetime,
    ) -> None:
        """Add a line to the minutes."""
        await self.tx.add(
            "minute_lines",
            occurrence=occurrence,
            kind=kind,
            person=person,
            words=words,
            at=at,
            entry=entry,
        )

    async def lines(self, occurrence: OccurrenceId) -> list[Typed]:
        """Return the lines of the minutes in the order in which they were typed."""
        rows = await self.tx.all(
            "SELECT kind, person, words, at FROM live_minute_lines AS l WHERE occurrence = ? "
            "ORDER BY id",
            (occurrence,),
        )
        return [Typed(r["kind"], UserId(r["person"]), r["words"], moment(r["at"])) for r in rows]

    async def running(self, now: datetime) -> OccurrenceId | None:
        """Return the occurrence started within the last day and not ended; None: no meeting is running."""
        found = await self.tx.value(
            "SELECT o.id FROM occurrences AS o WHERE o.committee = ? AND o.start_at > ? AND o.live "
            "AND EXISTS "
            "(SELECT 1 FROM live_minute_lines AS b WHERE b.occurrence = o.id AND b.kind = 'start'"
            ") AND NOT EXISTS (SELECT 1 FROM live_minute_lines AS e "
            "WHERE e.occurrence = o.id AND e.kind = 'end') ORDER BY o.start_at DESC LIMIT 1",
            (self.committee, millis(now) - 24 * 3600 * 1000),
        )
        return None if found is None else OccurrenceId(int(str(found)))
