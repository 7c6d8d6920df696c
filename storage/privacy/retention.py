"""Retention: finds and deletes records that are too old, in batches. Idempotent; holds stop all of it."""

from datetime import date, datetime

from storage.core.database import Transaction
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.privacy.declarations import RetentionClock
from storage.privacy.holds import ON_HOLD
from storage.privacy.tables import TABLES

PAGE = 500
"""Contacts checked in one transaction, so that others have their turn."""
AT_ONCE = 20
"""Contacts deleted in one transaction."""

_DEALT_WITH = " OR ".join(
    f"EXISTS (SELECT 1 FROM live_{table.name} AS t WHERE {table.contacted} = c.id)"
    for table in TABLES
    if table.contacted
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Contacts to delete, and the row id from which to look on; ``after`` None: no more are left."""

    contacts: tuple[int, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Retained(Repository):
    """One committee's retention clocks, each known by its name. Days are UTC days."""

    async def due(self, what: str, day: date) -> bool:
        """Whether a clock has not been run today."""
        last = await self.tx.value(
            "SELECT day FROM clocks WHERE committee = ? AND what = ?", (self.committee, what)
        )
        return last is None or str(last) < day.isoformat()

    async def done(self, what: str, day: date) -> None:
        """Note that a clock has finished its run for ``day``."""
        await self.tx.execute(
            "INSERT INTO clocks(committee, what, day) VALUES (?, ?, ?) "
            "ON CONFLICT(committee, what) DO UPDATE SET day = excluded.day",
            (self.committee, what, day.isoformat()),
        )

    async def left(self, since: date, said: datetime) -> Batch:
        """Return people out of the workplace since ``since`` or longer, and recorded as left before ``said``.

        Both: whoever writes down a day long past does not delete anybody by that tonight.
        """
        rows = await self.tx.all(
            "SELECT c.id FROM contacts AS c WHERE c.committee = ?1 AND c.out_from <= ?2 "
            "AND c.present AND c.merged_into IS NULL AND (SELECT m.state = 'left' AND h.at < ?3 "
            "FROM live_memberships AS m JOIN history AS h ON h.id = m.entry "
            f"WHERE m.contact = c.id ORDER BY m.from_day DESC, m.id DESC LIMIT 1) "
            f"AND NOT {ON_HOLD.format(id='c.id')} ORDER BY c.id LIMIT ?4",
            (self.committee, since.isoformat(), millis(said), AT_ONCE),
        )
        return Batch(tuple(row["id"] for row in rows), 0 if len(rows) == AT_ONCE else None)

    async def uncontacted(self, before: datetime, after: int) -> Batch:
        """Return people listed before ``before`` and never contacted, or whose adding was taken back."""
        # The plus: by an index of the committee each page would go through everybody.
        rows = await self.tx.all(
            "SELECT c.id, NOT c.present OR h.kind = 'listed' AS passing, "
            "COALESCE(back.at, h.at) AS since, c.merged_into IS NULL AND "
            f"(NOT c.present OR NOT ({_DEALT_WITH})) AND NOT {ON_HOLD.format(id='c.id')} AS free "
            "FROM contacts AS c JOIN history AS h ON h.id = c.entry "
            "LEFT JOIN history AS back ON back.reverses = h.id "
            "WHERE +c.committee = ?1 AND c.id > ?2 ORDER BY c.id LIMIT ?3",
            (self.committee, after, PAGE),
        )
        over = [r["id"] for r in rows if _over(r, millis(before))]
        if len(over) > AT_ONCE:
            return Batch(tuple(over[:AT_ONCE]), over[AT_ONCE - 1])
        return Batch(tuple(over), rows[-1]["id"] if len(rows) == PAGE else None)

    async def blank_notes(self, before: datetime) -> int:
        """Empty free words written before ``before``; returns how many. No span is looked at twice."""
        reached = await self.tx.value(
            "SELECT reached FROM clocks WHERE committee = ? AND what = 'notes'", (self.committee,)
        )
        gone = await self._expire(RetentionClock.NOTES, int(str(reached or 0)), millis(before))
        await self.tx.execute(
            "INSERT INTO clocks(committee, what, reached) VALUES (?1, 'notes', ?2) "
            "ON CONFLICT(committee, what) DO UPDATE SET reached = excluded.reached",
            (self.committee, millis(before)),
        )
        return gone

    async def drop_views(self, before: datetime) -> int:
        """Delete look-ups and audits from before ``before``; returns how many."""
        return await self._expire(RetentionClock.VIEWS, 0, millis(before))

    async def drop_deeds(self, before: datetime) -> int:
        """Delete who came to meetings that began before ``before``; returns how many rows."""
        return await self._expire(RetentionClock.DEEDS, 0, millis(before))

    async def _expire(self, clock: RetentionClock, since: int, before: int) -> int:
        """Blank or drop what jobs declare to go by a clock, of that span; how many rows. Unix ms UTC."""
        gone = 0
        for table in TABLES:
            expiry = table.expiry
            if expiry is None or expiry.clock is not clock or table.about is None:
                continue
            rows = expiry.within
            if expiry.blanks is None:
                does = f"DELETE FROM {table.name} AS t"
            else:
                does = f"UPDATE {table.name} AS t SET {expiry.blanks} = NULL"
                rows += f" AND t.{expiry.blanks} IS NOT NULL"
            free = f"({table.about} IS NULL OR NOT {ON_HOLD.format(id=table.about)})"
            gone += await self.tx.execute(
                f"{does} WHERE {rows} AND {free}", (self.committee, since, before)
            )
        return gone


def _over(row: Row, before: int) -> bool:
    return bool(row["passing"] and row["free"] and row["since"] < before)


async def committees(tx: Transaction) -> list[tuple[CommitteeId, str]]:
    """Return every committee with its IANA time zone, also committees whose room the bot has left."""
    rows = await tx.all("SELECT id, zone FROM committees ORDER BY id")
    return [(CommitteeId(row["id"]), str(row["zone"])) for row in rows]
