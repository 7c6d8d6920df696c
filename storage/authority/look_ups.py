"""Look-ups of people outside one's own care: counted for the limits, recorded for the audit."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, UserId
from storage.core.repository import Repository
from storage.core.rows import millis

KEPT = timedelta(days=1)
"""How long a look-up counts; older ones are deleted with the next look-up."""
AGAIN = timedelta(hours=1)
"""How long a repeated look at the same person is not recorded again."""


_FAMILIAR = (
    "(EXISTS (SELECT 1 FROM look_ups AS l WHERE l.contact = {c} AND l.viewer = ?2 AND l.at > ?3 "
    "AND l.what <> 'asked') OR EXISTS (SELECT 1 FROM live_conversations AS t WHERE t.contact = {c} "
    "AND t.author = ?2) OR EXISTS (SELECT 1 FROM follow_ups AS f "
    "WHERE f.contact = {c} AND f.owner = ?2 AND f.open))"
)


class LookUpKind(Enum):
    """What a counted look-up was."""

    ASKED = "asked"
    """A question whose answer depends on other people's records, whatever the answer was."""
    SHOWN = "shown"
    """A person outside of an organizer's care."""
    SHOWN_TO_A_LEAD = "shown to a lead"


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody outside of the viewer's own turf."""

    id: ContactId
    number: int
    name: str
    organizer: UserId | None


@dataclass(frozen=True, slots=True)
class LookUps(Repository):
    """Look-ups of a viewer, counted over all committees; contacts and refusals of one committee."""

    async def since(self, viewer: UserId, now: datetime) -> dict[LookUpKind, int]:
        """Return how many look-ups of each kind count now, in all committees.

        Rows dated in the future, after the clock was put back, count as well.
        """
        rows = await self.tx.all(
            "SELECT what, COUNT(*) AS n FROM look_ups WHERE viewer = ? AND at > ? GROUP BY what",
            (viewer, millis(now - KEPT)),
        )
        return dict.fromkeys(LookUpKind, 0) | {LookUpKind(row["what"]): row["n"] for row in rows}

    async def none_ahead(self, viewer: UserId, now: datetime) -> None:
        """Set look-ups dated in the future to ``now``, after the clock was put back."""
        await self.tx.execute(
            "UPDATE look_ups SET at = ?2 WHERE viewer = ?1 AND at > ?2", (viewer, millis(now))
        )

    async def count(
        self, viewer: UserId, what: LookUpKind, contacts: Sequence[ContactId | None], now: datetime
    ) -> None:
        """Count look-ups; a contact None: a question about nobody in particular. Expired rows go."""
        await self.tx.execute("DELETE FROM look_ups WHERE at <= ?", (millis(now - KEPT),))
        await self.tx.executemany(
            "INSERT INTO look_ups(viewer, committee, contact, what, at) VALUES (?, ?, ?, ?, ?)",
            [(viewer, self.committee, contact, what.value, millis(now)) for contact in contacts],
        )

    async def familiar(
        self, viewer: UserId, contacts: Collection[ContactId], now: datetime
    ) -> set[ContactId]:
        """Return the contacts whom the viewer was shown within a day or has dealt with.

        Dealt with: they noted a talk, or owe a follow-up.
        """
        rows = await self.tx.all(
            f"SELECT j.value AS contact FROM json_each(?1) AS j WHERE {_FAMILIAR.format(c='j.value')}",
            (json.dumps(list(contacts)), viewer, millis(now - KEPT)),
        )
        return {ContactId(row["contact"]) for row in rows}

    async def knows(self, viewer: UserId, number: int, now: datetime) -> bool:
        """Whether the contact with a handle is familiar to the viewer, by the viewer's own doings alone."""
        found = await self.tx.value(
            "SELECT 1 FROM contacts AS o JOIN contacts AS c ON c.id = COALESCE(o.merged_into, o.id) "
            f"WHERE o.committee = ?1 AND o.number = ?4 AND o.present AND {_FAMILIAR.format(c='c.id')}",
            (self.committee, viewer, millis(now - KEPT), number),
        )
        return found is not None

    async def others(self, numbers: Collection[int], viewer: UserId) -> list[Other]:
        """Return the contacts with the given handles, without the viewer's own."""
        rows = await self.tx.all(
            "SELECT id, number, name, organizer FROM contacts WHERE committee = ? "
            f"AND number IN ({','.join('?' * len(numbers))}) AND organizer IS NOT ?",
            (self.committee, *numbers, viewer),
        )
        return [_other(row) for row in rows]

    async def within(self, areas: Collection[int], viewer: UserId) -> list[Other]:
        """Return everybody who works in the given areas today, without the viewer's own contacts."""
        rows = await self.tx.all(
            "SELECT id, number, name, organizer FROM contacts WHERE committee = ? AND unit_area IN "
            "(SELECT value FROM json_each(?)) AND organizer IS NOT ?",
            (self.committee, json.dumps(list(areas)), viewer),
        )
        return [_other(row) for row in rows]

    async def record(
        self, viewer: UserId, contacts: Collection[Contact | Other], now: datetime
    ) -> None:
        """Record for the audit that the viewer saw contacts, each at most once an hour."""
        await self.tx.executemany(
            "INSERT INTO views(committee, contact, viewer, at) SELECT ?1, ?2, ?3, ?4 "
            "WHERE NOT EXISTS (SELECT 1 FROM views WHERE contact = ?2 AND viewer = ?3 "
            "AND at > ?5 AND at <= ?4) AND EXISTS (SELECT 1 FROM contacts WHERE id = ?2)",
            [
                (self.committee, each.id, viewer, millis(now), millis(now - AGAIN))
                for each in contacts
            ],
        )

    async def took(
        self,
        viewer: UserId,
        now: datetime,
        *,
        contacts: Sequence[ContactId] = (),
        turf: UserId | None = None,
    ) -> None:
        """Record for the audit which contacts come into somebody's own care; later looks are not recorded.

        ``contacts``, or all of whom an organizer has (``turf``).
        """
        which = (
            "id IN (SELECT value FROM json_each(?5))"
            if turf is None
            else "organizer = ?5 AND present"
        )
        await self.tx.execute(
            "INSERT INTO views(committee, contact, viewer, at) SELECT ?1, c.id, ?2, ?3 "
            f"FROM contacts AS c WHERE c.committee = ?1 AND c.{which} AND c.organizer IS NOT ?2 "
            "AND NOT EXISTS (SELECT 1 FROM views AS v WHERE v.contact = c.id AND v.viewer = ?2 "
            "AND v.at > ?4 AND v.at <= ?3)",
            (
                self.committee,
                viewer,
                millis(now),
                millis(now - AGAIN),
                json.dumps(list(contacts)) if turf is None else turf,
            ),
        )

    async def refused(self, viewer: UserId, at: datetime) -> int | None:
        """Count a refusal; returns the count so far if leads have not been told for a day, else None."""
        heard = await self.tx.one(
            "SELECT at, times FROM look_ups_refused WHERE committee = ? AND viewer = ?",
            (self.committee, viewer),
        )
        silent = heard is None or not 0 <= millis(at) - heard["at"] < KEPT // timedelta(
            milliseconds=1
        )
        times = 1 if heard is None else heard["times"] + 1
        told = millis(at) if heard is None or silent else heard["at"]
        await self.tx.put(
            "look_ups_refused", committee=self.committee, viewer=viewer, at=told, times=times
        )
        return times if silent else None


def _other(row: Row) -> Other:
    organizer = None if row["organizer"] is None else UserId(row["organizer"])
    return Other(ContactId(row["id"]), row["number"], row["name"], organizer)
