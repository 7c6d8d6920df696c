"""Checks that stop an undo of meetings: others have built on the entry since."""

from storage.core.database import Transaction
from storage.core.model import Entry

_ON_A_TIME = ("rsvps", "agenda_items", "minute_lines", "actions")


async def answered_by_others(tx: Transaction, entry: Entry) -> bool:
    """Whether others have answered, or added to, a meeting that the entry made."""
    within = " UNION ALL ".join(
        f"SELECT r.entry FROM occurrences AS o JOIN live_{table} AS r ON r.occurrence = o.id "
        f"WHERE o.meeting IN (SELECT id FROM meetings WHERE entry = ?1) "
        for table in _ON_A_TIME
    )
    found = await tx.value(
        f"SELECT 1 FROM ({within} UNION ALL SELECT r.entry FROM live_availabilities AS r "
        "WHERE r.meeting IN (SELECT id FROM meetings WHERE entry = ?1)"
        f") AS e JOIN history AS h ON h.id = e.entry WHERE h.author <> ?2 LIMIT 1",
        (entry.id, entry.author),
    )
    return found is not None


async def worked_on_by_others(tx: Transaction, entry: Entry) -> bool:
    """Whether others have done, or handed on, an action item that the entry made."""
    found = await tx.value(
        "SELECT 1 FROM actions AS a JOIN live_action_events AS e ON e.action = a.id "
        "JOIN history AS h ON h.id = e.entry WHERE a.entry = ?1 AND h.author <> ?2 LIMIT 1",
        (entry.id, entry.author),
    )
    return found is not None
