"""What somebody asked about people outside their own care, and whom they were shown."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from storage.core.driver import Row
from storage.core.model import Contact, ContactId, UserId
from storage.core.repository import Repository
from storage.core.rows import millis

KEPT = timedelta(days=1)
"""For so long a look-up counts; older ones are dropped with the next one."""
AGAIN = timedelta(hours=1)
"""Whoever looks at the same person again within it is on record once."""


_FAMILIAR = (
    "(EXISTS (SELECT 1 FROM look_ups AS l WHERE l.contact = {c} AND l.viewer = ?2 AND l.at > ?3 "
    "AND l.what <> 'asked') OR EXISTS (SELECT 1 FROM live_conversations AS t WHERE t.contact = {c} "
    "AND t.author = ?2) OR EXISTS (SELECT 1 FROM follow_ups AS f "
    "WHERE f.contact = {c} AND f.owner = ?2 AND f.open))"
)


class LookUpKind(Enum):
    """What is counted."""

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
    """The look-ups of people in any committee; contacts and refusals are this committee's."""

    async def since(self, viewer: UserId, now: datetime) -> dict[LookUpKind, int]:
        """How many of each count now, in all committees; also those that lie ahead of the clock."""
        rows = await self.tx.all(
            "SELECT what, COUNT(*) AS n FROM look_ups WHERE viewer = ? AND at > ? GROUP BY what",
            (viewer, millis(now - KEPT)),
        )
        return dict.fromkeys(LookUpKind, 0) | {LookUpKind(row["what"]): row["n"] for row in rows}

    async def none_ahead(self, viewer: UserId, now: datetime) -> None:
        """When the clock was put back, let what lies ahead of it count as of now."""
        await self.tx.execute(
            "UPDATE look_ups SET at = ?2 WHERE viewer = ?1 AND at > ?2", (viewer, millis(now))
        )

    async def count(
        self, viewer: UserId, what: LookUpKind, contacts: Sequence[ContactId | None], now: datetime
    ) -> None:
        """Count these; None is a question about nobody in particular. Old ones go, whosever they are."""
        await self.tx.execute("DELETE FROM look_ups WHERE at <= ?", (millis(now - KEPT),))
        await self.tx.executemany(
            "INSERT INTO look_ups(viewer, committee, contact, what, at) VALUES (?, ?, ?, ?, ?)",
            [(viewer, self.committee, contact, what.value, millis(now)) for contact in contacts],
        )

    async def familiar(
        self, viewer: UserId, contacts: Collection[ContactId], now: datetime
    ) -> set[ContactId]:
        """Those of these contacts whom the viewer was shown today, or has something to do with.

        That is a talk they noted, or a follow-up that they owe: what they did themselves is no news.
        """
        rows = await self.tx.all(
            f"SELECT j.value AS contact FROM json_each(?1) AS j WHERE {_FAMILIAR.format(c='j.value')}",
            (json.dumps(list(contacts)), viewer, millis(now - KEPT)),
        )
        return {ContactId(row["contact"]) for row in rows}

    async def knows(self, viewer: UserId, number: int, now: datetime) -> bool:
        """Whether whoever has this handle is familiar. That depends on what the viewer did alone."""
        found = await self.tx.value(
            "SELECT 1 FROM contacts AS o JOIN contacts AS c ON c.id = COALESCE(o.merged_into, o.id) "
            f"WHERE o.committee = ?1 AND o.number = ?4 AND o.present AND {_FAMILIAR.format(c='c.id')}",
            (self.committee, viewer, millis(now - KEPT), number),
        )
        return found is not None

    async def others(self, numbers: Collection[int], viewer: UserId) -> list[Other]:
        """Those of the contacts with these handles who are not the viewer's own."""
        rows = await self.tx.all(
            "SELECT id, number, name, organizer FROM contacts WHERE committee = ? "
            f"AND number IN ({','.join('?' * len(numbers))}) AND organizer IS NOT ?",
            (self.committee, *numbers, viewer),
        )
        return [_other(row) for row in rows]

    async def within(self, areas: Collection[int], viewer: UserId) -> list[Other]:
        """Those who work in these areas today and are not the viewer's own."""
        rows = await self.tx.all(
            "SELECT id, number, name, organizer FROM contacts WHERE committee = ? AND unit_area IN "
            "(SELECT value FROM json_each(?)) AND organizer IS NOT ?",
            (self.committee, json.dumps(list(areas)), viewer),
        )
        return [_other(row) for row in rows]

    async def record(
        self, viewer: UserId, contacts: Collection[Contact | Other], now: datetime
    ) -> None:
        """Keep for the audit that somebody saw these, each at most once an hour."""
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
        """Keep for the audit who comes into somebody's own care: from then on no look of theirs is.

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
        """Count a refusal. How often that happened, if leads have not heard of it for a day."""
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
