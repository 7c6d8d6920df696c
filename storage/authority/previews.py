"""Previews shown before somebody confirms a command: figures and record numbers, never names."""

import json
from datetime import datetime, timedelta
from typing import Any

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.core.rows import millis

KEPT = timedelta(minutes=15)
"""How long a preview can be confirmed."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a preview showed, and the id of the last history entry at that time."""

    state: dict[str, Any]
    entry: int


@dataclass(frozen=True, slots=True)
class Others:
    """How many entries another author wrote since a preview was shown."""

    author: UserId
    entries: int


@dataclass(frozen=True, slots=True)
class Shown(Common):
    """One committee's previews: for each person the last one of each command."""

    async def keep(self, person: UserId, what: str, state: dict[str, Any], now: datetime) -> None:
        """Save what somebody is shown now; expired previews of everybody are deleted."""
        last = await self.tx.value("SELECT MAX(id) FROM history")
        await self.tx.execute("DELETE FROM shown WHERE at < ?", (millis(now - KEPT),))
        await self.tx.put(
            "shown",
            committee=self.committee,
            person=person,
            what=what,
            state=json.dumps(state, sort_keys=True),
            entry=last or 0,
            at=now,
        )

    async def last(self, person: UserId, what: str, now: datetime) -> Sight | None:
        """Return the preview last shown to somebody for a subject; None if none is recent enough."""
        row = await self.tx.one(
            "SELECT state, entry FROM shown WHERE committee = ? AND person = ? AND what = ? "
            "AND at >= ?",
            (self.committee, person, what, millis(now - KEPT)),
        )
        return None if row is None else Sight(json.loads(row["state"]), row["entry"])

    async def drop(self, person: UserId, what: str) -> None:
        """Delete a preview: the command was carried out or given up."""
        await self.tx.execute(
            "DELETE FROM shown WHERE committee = ? AND person = ? AND what = ?",
            (self.committee, person, what),
        )

    async def newest(self, records: list[int]) -> int:
        """Return the id of the last history entry about the given records; 0 if there is none."""
        last = await self.tx.value(
            "SELECT MAX(h.id) FROM json_each(?) AS j JOIN history AS h ON h.contact = j.value",
            (json.dumps(records),),
        )
        return 0 if last is None else int(str(last))

    async def since(self, records: list[int], entry: int) -> list[Others]:
        """Return who wrote entries about the records after an entry, latest author first, at most 5."""
        rows = await self.tx.all(
            "SELECT h.author, COUNT(*) AS entries FROM json_each(?1) AS j "
            "JOIN history AS h ON h.contact = j.value WHERE h.id > ?2 AND h.committee = ?3 "
            "GROUP BY h.author ORDER BY MAX(h.id) DESC LIMIT 5",
            (json.dumps(records), entry, self.committee),
        )
        return [Others(UserId(row["author"]), row["entries"]) for row in rows]
