"""Assessments: every one is kept, with author, date and evidence; which is current is a query."""

from dataclasses import dataclass

from storage.history import COUNTS
from storage.model import Assessment, ContactId, EntryId, Evidence, Rated, UserId
from storage.repository import Repository, millis, moment

RECENT = 20
"""How many of a contact's latest assessments are looked at."""


@dataclass(frozen=True, slots=True)
class Assessments(Repository):
    """One committee's assessments."""

    async def give(self, entry: EntryId, contact: ContactId, rated: Rated) -> None:
        """Keep an assessment. NOT_ASSESSED is stored as null and clears; the history stays."""
        cleared = rated.rating is Assessment.NOT_ASSESSED
        await self.tx.insert(
            "INSERT INTO assessments"
            "(committee, contact, author, at, rating, evidence, note, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.committee,
                contact,
                rated.author,
                millis(rated.at),
                None if cleared else rated.rating.value,
                None if rated.evidence is None else rated.evidence.value,
                rated.note,
                entry,
            ),
        )

    async def latest(self, contact: ContactId, limit: int = RECENT) -> list[Rated]:
        """The newest assessments of somebody, newest first."""
        rows = await self.tx.all(
            "SELECT rating, evidence, author, at, note FROM assessments AS s "
            f"WHERE contact = ? AND committee = ? AND {COUNTS.format(row='s')} "
            "ORDER BY id DESC LIMIT ?",
            (contact, self.committee, limit),
        )
        return [
            Rated(
                rating=Assessment(r["rating"] or 0),
                evidence=None if r["evidence"] is None else Evidence(r["evidence"]),
                author=UserId(r["author"]),
                at=moment(r["at"]),
                note=r["note"],
            )
            for r in rows
        ]
