"""Checks that stop an undo of contacts and talks: somebody has built on the entry since."""

from storage.core.database import Transaction
from storage.core.model import Entry


async def dealt_with_since(tx: Transaction, entry: Entry) -> bool:
    """Whether anything that counts was saved about the contact whom the entry added."""
    found = await tx.value(
        "SELECT 1 FROM history AS h WHERE contact = ?1 AND id > ?2 AND reverses IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
        "UNION ALL SELECT 1 FROM live_merges WHERE dropped = ?1 "
        "UNION ALL SELECT 1 FROM live_followings WHERE contact = ?1 OR leader = ?1 "
        "UNION ALL SELECT 1 FROM live_test_marks WHERE contact = ?1 "
        "UNION ALL SELECT 1 FROM live_attendances WHERE contact = ?1 LIMIT 1",
        (entry.contact, entry.id),
    )
    return found is not None


async def put_right_since(tx: Transaction, entry: Entry) -> bool:
    """Whether a later entry that counts edited the talk the entry wrote."""
    found = await tx.value(
        "SELECT 1 FROM conversations AS t JOIN live_conversations AS n ON n.committee = t.committee "
        "AND n.number = t.number AND n.id > t.id WHERE t.entry = ? AND n.entry <> t.entry LIMIT 1",
        (entry.id,),
    )
    return found is not None


async def moved_a_talk(tx: Transaction, entry: Entry) -> bool:
    """Whether the entry moved a talk to somebody else: what it was before was taken back for that."""
    found = await tx.value(
        "SELECT 1 FROM conversations AS t JOIN conversations AS o ON o.id = t.replaces "
        "JOIN history AS back ON back.reverses = o.entry WHERE t.entry = ? LIMIT 1",
        (entry.id,),
    )
    return found is not None
