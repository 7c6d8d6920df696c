"""Assessments of contacts: all are kept, with author, date and evidence; a query finds the current one."""

from datetime import date, datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, ContactId, EntryId, Rated, UserId
from storage.core.repository import Repository
from storage.core.rows import millis, records
from storage.history.derived import SAME_PERSON, latest_of_each, recompute_rating

RECENT = 20
"""How many of a contact's latest assessments are looked at."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A contact whose current rating is old or missing; None: never rated."""

    contact: ContactId
    rating: Assessment
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Assessments(Repository):
    """One committee's assessments."""

    today: date

    async def give(self, entry: EntryId, contact: ContactId, rated: Rated) -> None:
        """Save an assessment. NOT_ASSESSED is stored as NULL and clears the rating; the history stays."""
        cleared = rated.rating is Assessment.NOT_ASSESSED
        await self.tx.add(
            "assessments",
            committee=self.committee,
            contact=contact,
            author=rated.author,
            at=rated.at,
            rating=None if cleared else rated.rating.value,
            evidence=rated.evidence,
            note=rated.note,
            entry=entry,
        )
        await recompute_rating(self.tx, contact)

    async def of_each(self, contact: ContactId) -> list[Rated]:
        """Return every organizer's latest assessment of somebody, newest first."""
        return records(Rated, await latest_of_each(self.tx, contact))

    async def latest(self, contact: ContactId, limit: int = RECENT) -> list[Rated]:
        """Return the newest assessments of somebody, newest first."""
        return await self.tx.records(
            Rated,
            "SELECT COALESCE(rating, 0) AS rating, evidence, author, at, note FROM live_assessments AS s "
            f"WHERE contact IN {SAME_PERSON.format(id='?1')} AND +committee = ?2 "
            f"ORDER BY id DESC LIMIT ?3",
            (contact, self.committee, limit),
        )

    async def stale(self, before: datetime, *, organizer: UserId | None, limit: int) -> list[Stale]:
        """Return contacts rated last before ``before``, oldest first; of one organizer or all (None)."""
        return await self._by_age("c.rated_at < ?", millis(before), organizer, limit)

    async def unrated(self, *, organizer: UserId | None, limit: int) -> list[Stale]:
        """Return contacts without a current rating, in the order in which they were added."""
        return await self._by_age("c.rated_at IS NULL AND c.id > ?", 0, organizer, limit)

    async def _by_age(
        self, which: str, bound: int, organizer: UserId | None, limit: int
    ) -> list[Stale]:
        mine = "" if organizer is None else "AND c.organizer = ? "
        whose = () if organizer is None else (organizer,)
        return await self.tx.records(
            Stale,
            f"SELECT c.id AS contact, COALESCE(c.rating, 0) AS rating, c.rated_at AS at FROM contacts AS c WHERE c.committee = ? {mine}"
            f"AND c.present AND c.merged_into IS NULL AND {which} "
            "AND (c.out_from IS NULL OR c.out_from > ?) ORDER BY c.rated_at, c.id LIMIT ?",
            (self.committee, *whose, bound, self.today.isoformat(), limit),
        )

    async def disputed(self, limit: int) -> list[ContactId]:
        """Return contacts about whom organizers disagree."""
        rows = await self.tx.all(
            "SELECT id FROM contacts WHERE committee = ? AND number > 0 AND disputed AND present "
            "AND merged_into IS NULL AND (out_from IS NULL OR out_from > ?) "
            "ORDER BY number LIMIT ?",
            (self.committee, self.today.isoformat(), limit),
        )
        return [ContactId(row["id"]) for row in rows]
