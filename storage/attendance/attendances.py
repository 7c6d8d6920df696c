"""Attendances: which contacts came to which time of a meeting, as somebody noted it."""

import json
from collections.abc import Sequence
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, EntryId
from storage.core.repository import Repository
from storage.core.rows import millis, moment
from storage.meetings.meetings import OccurrenceId

_PERSON = "COALESCE(k.merged_into, k.id)"
_NOTED = (
    "SELECT o.id, o.start_at, m.number, (SELECT v.title FROM live_meeting_versions AS v "
    "WHERE v.meeting = m.id ORDER BY v.id DESC LIMIT 1) AS title "
    "FROM occurrences AS o JOIN meetings AS m ON m.id = o.meeting "
    "WHERE o.committee = ?1 AND o.start_at <= ?2 AND o.live AND EXISTS (SELECT 1 "
    "FROM current_attendances AS a WHERE a.occurrence = o.id AND a.came) "
)


@dataclass(frozen=True, slots=True)
class NotedMeeting:
    """One time of a meeting at which it was noted who came."""

    id: OccurrenceId
    number: int
    title: str
    at: datetime
    """When it began, aware, UTC."""


@dataclass(frozen=True, slots=True)
class Attendances(Repository):
    """Which contacts of one committee came to its meetings."""

    async def note(
        self,
        entry: EntryId,
        occurrence: OccurrenceId,
        contacts: Sequence[ContactId],
        *,
        came: bool,
    ) -> None:
        """Save that contacts came to a meeting, or did not after all."""
        await self.tx.executemany(
            "INSERT INTO attendances(occurrence, contact, came, entry) VALUES (?, ?, ?, ?)",
            [(occurrence, contact, int(came), entry) for contact in contacts],
        )
        if not came:
            # The record that is kept says it for those that were merged into it.
            await self.tx.execute(
                "INSERT INTO attendances(occurrence, contact, came, entry) SELECT ?1, k.id, 0, ?2 "
                "FROM json_each(?3) AS j CROSS JOIN contacts AS k ON k.merged_into = j.value",
                (occurrence, entry, json.dumps(list(contacts))),
            )

    async def came_to(self, occurrence: OccurrenceId) -> list[ContactId]:
        """Return who came to a meeting, by the record kept in merges."""
        rows = await self.tx.all(
            f"SELECT DISTINCT {_PERSON} AS person FROM current_attendances AS a "
            "CROSS JOIN contacts AS k ON k.id = a.contact "
            f"CROSS JOIN contacts AS c ON c.id = {_PERSON} "
            "WHERE a.occurrence = ? AND a.came AND c.present ORDER BY c.number",
            (occurrence,),
        )
        return [ContactId(row["person"]) for row in rows]

    async def latest(
        self, now: datetime, limit: int, *, since: datetime | None = None
    ) -> list[NotedMeeting]:
        """Return meetings at which anybody's coming was noted, latest first; ended after ``since``."""
        rows = await self.tx.all(
            _NOTED + "AND o.end_at >= ?4 ORDER BY o.start_at DESC LIMIT ?3",
            (self.committee, millis(now), limit, 0 if since is None else millis(since)),
        )
        return [
            NotedMeeting(
                OccurrenceId(row["id"]), row["number"], row["title"] or "", moment(row["start_at"])
            )
            for row in rows
        ]

    async def record_of(self, contact: ContactId, now: datetime, limit: int) -> tuple[int, int]:
        """Count to how many of the latest meetings somebody came, and how many those are.

        Only meetings at which it was noted who came, since the contact is on record.
        """
        added = await self.tx.value(
            "SELECT h.at FROM contacts AS c JOIN history AS h ON h.id = c.entry WHERE c.id = ?",
            (contact,),
        )
        meetings = await self.latest(now, limit, since=moment(int(str(added or 0))))
        came = await self.tx.number(
            "SELECT COUNT(DISTINCT a.occurrence) FROM json_each(?2) AS j "
            "CROSS JOIN current_attendances AS a ON a.occurrence = j.value AND a.came AND a.contact IN "
            "(SELECT ?1 UNION ALL SELECT id FROM contacts WHERE merged_into = ?1)",
            (contact, json.dumps([each.id for each in meetings])),
        )
        return came, len(meetings)
