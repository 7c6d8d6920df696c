"""Checks that stop an undo of contacts and talks: somebody has built on the entry since."""

from storage.core.database import Transaction
from storage.core.model import Entry, EntryKind


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
    return bool(await taken_out_with(tx, entry))


async def taken_out_with(tx: Transaction, entry: Entry) -> list[Entry]:
    """Return what took a talk out where it was, by an entry that withdrew or moved the talk; newest first.

    A talk has an entry for each version; what took those out comes after the last of them.
    """
    kind = entry.kind
    if kind is EntryKind.CONVERSATION_EDITED:
        kind = EntryKind.TALK_MOVED_AWAY
    return await tx.records(
        Entry,
        "WITH talk(committee, number) AS (SELECT t.committee, t.number FROM conversations AS t "
        "JOIN history AS e ON t.entry = COALESCE(e.reverses, e.id) WHERE e.id = ?1) "
        "SELECT DISTINCT b.id, b.kind, b.author, b.at, b.contact FROM talk "
        "CROSS JOIN conversations AS o ON o.committee = talk.committee AND o.number = talk.number "
        "CROSS JOIN history AS b ON b.reverses = o.entry "
        "WHERE b.kind = ?2 AND b.id <= ?1 AND b.id > (SELECT MAX(v.entry) FROM talk "
        "CROSS JOIN conversations AS v ON v.committee = talk.committee AND v.number = talk.number "
        "WHERE v.entry < ?1) ORDER BY b.id DESC",
        (entry.id, kind.value),
    )
