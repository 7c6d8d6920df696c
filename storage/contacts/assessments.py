"""Assessments: every one is kept, with author, date and evidence; which is current is a query."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.core.driver import Row
from storage.core.model import Assessment, ContactId, EntryId, Evidence, Rated, UserId
from storage.core.repository import Repository, millis, moment
from storage.history.derived import SAME_PERSON, latest_of_each, recompute_rating
from storage.names.called import COUNTS

RECENT = 20
"""How many of a contact's latest assessments are looked at."""


@dataclass(frozen=True, slots=True)
class Stale:
    """How long ago somebody's current rating was given; never, when there is none."""

    contact: ContactId
    rating: Assessment
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Assessments(Repository):
    """One committee's assessments."""

    today: date

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
        await recompute_rating(self.tx, contact)

    async def of_each(self, contact: ContactId) -> list[Rated]:
        """Every organizer's latest assessment of somebody, newest first."""
        return [_rated(row) for row in await latest_of_each(self.tx, contact)]

    async def latest(self, contact: ContactId, limit: int = RECENT) -> list[Rated]:
        """The newest assessments of somebody, newest first."""
        rows = await self.tx.all(
            "SELECT rating, evidence, author, at, note FROM assessments AS s "
            f"WHERE contact IN {SAME_PERSON.format(id='?1')} AND +committee = ?2 "
            f"AND {COUNTS.format(row='s')} ORDER BY id DESC LIMIT ?3",
            (contact, self.committee, limit),
        )
        return [_rated(row) for row in rows]

    async def stale(self, before: datetime, *, organizer: UserId | None, limit: int) -> list[Stale]:
        """Whose current rating is older than that, oldest first; of one organizer or all (None)."""
        return await self._by_age("c.rated_at < ?", millis(before), organizer, limit)

    async def unrated(self, *, organizer: UserId | None, limit: int) -> list[Stale]:
        """Who has no current rating, in the order they were added."""
        return await self._by_age("c.rated_at IS NULL AND c.id > ?", 0, organizer, limit)

    async def _by_age(
        self, which: str, bound: int, organizer: UserId | None, limit: int
    ) -> list[Stale]:
        mine = "" if organizer is None else "AND c.organizer = ? "
        whose = () if organizer is None else (organizer,)
        rows = await self.tx.all(
            f"SELECT c.id, c.rating, c.rated_at FROM contacts AS c WHERE c.committee = ? {mine}"
            f"AND c.present AND c.merged_into IS NULL AND {which} "
            "AND (c.out_from IS NULL OR c.out_from > ?) ORDER BY c.rated_at, c.id LIMIT ?",
            (self.committee, *whose, bound, self.today.isoformat(), limit),
        )
        return [
            Stale(
                ContactId(row["id"]),
                Assessment(row["rating"] or 0),
                None if row["rated_at"] is None else moment(row["rated_at"]),
            )
            for row in rows
        ]

    async def disputed(self, limit: int) -> list[ContactId]:
        """Contacts about whom organizers disagree."""
        rows = await self.tx.all(
            "SELECT id FROM contacts WHERE committee = ? AND number > 0 AND disputed AND present "
            "AND merged_into IS NULL AND (out_from IS NULL OR out_from > ?) "
            "ORDER BY number LIMIT ?",
            (self.committee, self.today.isoformat(), limit),
        )
        return [ContactId(row["id"]) for row in rows]


def _rated(row: Row) -> Rated:
    return Rated(
        rating=Assessment(row["rating"] or 0),
        evidence=None if row["evidence"] is None else Evidence(row["evidence"]),
        author=UserId(row["author"]),
        at=moment(row["at"]),
        note=row["note"],
    )
