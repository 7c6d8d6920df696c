"""Erasure: deletion of everything about somebody, in every table.

What hangs on a contact goes with its row (ON DELETE CASCADE); what becomes of the rest is declared by the
job whose table it is. A test looks through the schema, so that a new table is thought about.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.core.repository import Repository
from storage.privacy.declarations import (
    IN_RECORDS,
    Erased,
    Forgetting,
    PersonalTable,
    PersonRecords,
)
from storage.privacy.redaction import Redaction
from storage.privacy.remnants import Remnants
from storage.privacy.tables import JOBS, TABLES


@dataclass(frozen=True, slots=True)
class Amount:
    """Counts of what is kept about somebody."""

    talks: int
    ratings: int
    notes: int
    follow_ups: int
    mentions: int
    """Texts about others that name the person."""


@dataclass(frozen=True, slots=True)
class LoneMentions:
    """Texts about others in which a part of somebody's name stands by itself; nobody knows whom it means."""

    texts: int
    handles: tuple[str, ...]
    """Whom such texts are about."""
    elsewhere: int
    """Of the texts: those about nobody in particular, as titles and minutes."""


_ALL = (
    "WITH RECURSIVE same(id) AS (SELECT ?1 UNION SELECT m.dropped FROM same "
    "JOIN live_merges AS m ON m.kept = same.id) SELECT id FROM same"
)


@dataclass(frozen=True, slots=True)
class Erasure(Repository):
    """Deletion of contacts in one committee. Nothing here can be taken back."""

    async def person(self, contact: ContactId) -> PersonRecords:
        """Collect everything somebody is known by; ``contact`` is the record that was kept at a merge."""
        records = [row["id"] for row in await self.tx.all(_ALL, (contact,))]
        return PersonRecords(
            contact=contact,
            records=tuple(records),
            names=await self._said(records, lambda table: table.names),
            areas=await self._said(records, lambda table: table.areas),
            numbers=await self._said(records, lambda table: table.numbers),
            emails=await self._said(records, lambda table: table.emails),
            phones=await self._said(records, lambda table: table.phones),
        )

    async def _said(
        self, records: list[int], column: Callable[[PersonalTable], str | None]
    ) -> tuple[str, ...]:
        """What every table says in such a column, each word once."""
        sql = " UNION ALL ".join(
            f"SELECT {column(table)} AS said FROM {table.name} AS t WHERE {table.about} {IN_RECORDS}"
            for table in TABLES
            if column(table)
        )
        rows = await self.tx.all(sql, (json.dumps(records),))
        return tuple(dict.fromkeys(row["said"] for row in rows if row["said"]))

    async def amount(self, person: PersonRecords) -> Amount:
        """Count what is kept about somebody, for the preview before they are forgotten."""
        ids = json.dumps(person.records)
        about_them = [
            await self.tx.value(f"SELECT COUNT(*) FROM {table} WHERE contact {IN_RECORDS}", (ids,))
            for table in ("conversations", "assessments", "notes", "follow_ups")
        ]
        talks, ratings, notes, follow_ups = (int(str(count)) for count in about_them)
        mentions = await Redaction(self.tx, self.committee).count(person.sought, person.records)
        return Amount(talks, ratings, notes, follow_ups, mentions)

    async def alone(self, person: PersonRecords) -> LoneMentions:
        """Find the texts about others that may mean the person by one word of the name."""
        redaction = Redaction(self.tx, self.committee)
        found = await redaction.alone(person.sought, person.parts, person.records)
        rows = await self.tx.all(
            "SELECT DISTINCT 'M-' || k.number AS handle, k.number FROM json_each(?) AS j "
            "CROSS JOIN contacts AS c ON c.id = j.value "
            "CROSS JOIN contacts AS k ON k.id = COALESCE(c.merged_into, c.id) ORDER BY k.number",
            (json.dumps([contact for contact in found if contact is not None]),),
        )
        return LoneMentions(len(found), tuple(row["handle"] for row in rows), found.count(None))

    async def forget(
        self, person: PersonRecords, at: datetime, instead: Mapping[str, str]
    ) -> Erased:
        """Delete the person's records, and blank their name in all other texts.

        ``instead`` is sent in place of queued messages that mention them.
        """
        await self.erase(person.records, at)
        forgetting = Forgetting(self.tx, self.committee, person, person.sought, instead)
        blanked = await Redaction(self.tx, self.committee).blank(forgetting.names)
        erased = Erased(mentions=blanked)
        for job in JOBS:
            for scrub in job.scrubs:
                erased += await scrub(forgetting)
        return erased

    async def erase(self, records: tuple[int, ...], at: datetime) -> None:
        """Delete the records of one person; history entries stay without naming the contact."""
        bound = (json.dumps(records), self.committee)
        for table in TABLES:
            if table.erased is not None:
                used = [number in table.erased for number in ("?1", "?2")]
                await self.tx.execute(table.erased, bound[: 2 if used[1] else int(used[0])])
        await self.tx.execute(f"DELETE FROM contacts WHERE id {IN_RECORDS}", bound[:1])
        await Remnants(self.tx).leave(at)
