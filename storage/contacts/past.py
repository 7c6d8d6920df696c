"""The past of a contact as an old list has it: a rating, the day of the last talk, a leader's role.

The rows are written under the entry of the list itself, so that taking the list back takes them back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from storage.core.lazy_dataclass import dataclass
from storage.core.model import (
    Assessment,
    ContactId,
    Evidence,
    Outcome,
    Part,
    UserId,
)
from storage.core.repository import Repository
from storage.core.rows import millis, moment
from storage.history.derived import recompute_ratings


@dataclass(frozen=True, slots=True)
class Past:
    """The past of one person as a line of a list tells it."""

    rating: Assessment | None = None
    talked: date | None = None
    """The day of the last talk."""
    leader: bool = False


NO_PAST = Past()

_KNOWN = (
    "SELECT j.value AS contact, c.rating, EXISTS (SELECT 1 FROM live_assessments AS s WHERE s.contact IN {same}) AS rated, "
    "(SELECT MAX(t.at) FROM current_conversations AS t WHERE t.contact IN {same} "
    "AND t.outcome = 'reached') AS talked, "
    "COALESCE((SELECT NOT r.ended FROM live_roles AS r WHERE r.contact IN {same} "
    "AND r.role = 'leader' ORDER BY r.from_day DESC, r.id DESC LIMIT 1), 0) AS leader "
    "FROM json_each(?) AS j JOIN contacts AS c ON c.id = j.value"
).format(same="(SELECT c.id UNION ALL SELECT m.id FROM contacts AS m WHERE m.merged_into = c.id)")


@dataclass(frozen=True, slots=True)
class KnownPast:
    """The past of one contact as the committee has it."""

    rating: Assessment | None = None
    """The current one."""
    rated: bool = False
    """Whether anybody has ever rated the contact."""
    talked: date | None = None
    leader: bool = False


NOTHING_KNOWN = KnownPast()


@dataclass(frozen=True, slots=True)
class PastOfContacts(Repository):
    """Ratings, talks and roles from a list, saved a sheet (a chunk of a list) at a time."""

    today: date

    async def known(self, contacts: Sequence[ContactId]) -> Mapping[ContactId, KnownPast]:
        """Return the past of each contact, merged records included."""
        rows = await self.tx.all(_KNOWN, (json.dumps(contacts),))
        return {
            ContactId(row["contact"]): KnownPast(
                None if row["rating"] is None else Assessment(row["rating"]),
                bool(row["rated"]),
                None if row["talked"] is None else moment(row["talked"]).date(),
                bool(row["leader"]),
            )
            for row in rows
        }

    async def add(
        self, rows: Iterable[tuple[int, ContactId, Past]], author: UserId, at: datetime
    ) -> None:
        """Save the past of each (entry, contact, past), as ``author`` heard it."""
        said = [(entry, contact, past) for entry, contact, past in rows if past != NO_PAST]
        if not said:
            return
        await self._rate([each for each in said if each[2].rating is not None], author, at)
        await self._talks([each for each in said if each[2].talked is not None], author)
        await self.tx.executemany(
            "INSERT INTO roles(contact, role, ended, from_day, entry) VALUES (?, ?, 0, ?, ?)",
            [
                (contact, Part.LEADER.value, self.today.isoformat(), entry)
                for entry, contact, past in said
                if past.leader
            ],
        )

    async def _rate(
        self, rated: Sequence[tuple[int, ContactId, Past]], author: UserId, at: datetime
    ) -> None:
        await self.tx.executemany(
            "INSERT INTO assessments(committee, contact, author, at, rating, evidence, note, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, NULL, ?)",
            [
                # As old as the talk it stems from, so that it goes stale in its time.
                (self.committee, contact, author, _at(past.talked, millis(at)),
                 past.rating.value, Evidence.HEARD.value, entry)
                for entry, contact, past in rated
                if past.rating is not None
            ],
        )  # fmt: skip
        await recompute_ratings(self.tx, [contact for _entry, contact, _past in rated])

    async def _talks(self, talked: Sequence[tuple[int, ContactId, Past]], author: UserId) -> None:
        last = await self.tx.number(
            "UPDATE committees SET last_talk = last_talk + ? WHERE id = ? RETURNING last_talk",
            (len(talked), self.committee),
        )
        first = last - len(talked) + 1
        await self.tx.executemany(
            "INSERT INTO conversations(committee, contact, author, at, outcome, number, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (self.committee, contact, author, _at(past.talked, 0), Outcome.REACHED.value,
                 number, entry)
                for number, (entry, contact, past) in enumerate(talked, first)
            ],
        )  # fmt: skip


def _at(day: date | None, otherwise: int) -> int:
    """Noon of a day, Unix ms UTC: the same day in nearly every zone."""
    return otherwise if day is None else millis(datetime.combine(day, time(12), UTC))
