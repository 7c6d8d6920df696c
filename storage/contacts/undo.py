"""What of contacts and talks others have built on, so that it cannot be taken back."""

from storage.core.database import Transaction
from storage.core.model import Entry
from storage.names.called import COUNTS


async def dealt_with_since(tx: Transaction, entry: Entry) -> bool:
    """Whether anything that counts was saved about the contact whom this entry added."""
    found = await tx.value(
        "SELECT 1 FROM history AS h WHERE contact = ?1 AND id > ?2 AND reverses IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
        f"UNION ALL SELECT 1 FROM merges AS m WHERE dropped = ?1 AND {COUNTS.format(row='m')} "
        f"UNION ALL SELECT 1 FROM test_marks AS m WHERE contact = ?1 AND {COUNTS.format(row='m')} "
        "LIMIT 1",
        (entry.contact, entry.id),
    )
    return found is not None


async def put_right_since(tx: Transaction, entry: Entry) -> bool:
    """Whether the talk that this entry wrote was edited by a later one that counts."""
    found = await tx.value(
        "SELECT 1 FROM conversations AS t JOIN conversations AS n ON n.committee = t.committee "
        "AND n.number = t.number AND n.id > t.id "
        f"WHERE t.entry = ? AND n.entry <> t.entry AND {COUNTS.format(row='n')} LIMIT 1",
        (entry.id,),
    )
    return found is not None
