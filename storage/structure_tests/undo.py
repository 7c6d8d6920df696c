"""What of structure tests can no longer be taken back."""

from storage.core.database import Transaction
from storage.core.model import Entry, EntryKind
from storage.names.called import COUNTS

FOR_GOOD = {EntryKind.TEST_CLOSED, EntryKind.TEST_AMENDED}
ABOUT_TESTS = {
    EntryKind.TEST_OPENED,
    EntryKind.TEST_CHANGED,
    EntryKind.TEST_MARKED,
    EntryKind.TEST_COUNTED,
    *FOR_GOOD,
}


async def stands(tx: Transaction, entry: Entry) -> bool:
    """Whether an entry about a test rests: a closed test changes by amendments only."""
    if entry.kind in FOR_GOOD:
        return True
    if entry.kind is EntryKind.TEST_OPENED:
        return await _begun(tx, entry)
    found = await tx.value(
        "SELECT 1 FROM tests AS t WHERE t.closed_at IS NOT NULL AND t.id IN ("
        "SELECT test FROM test_marks WHERE entry = ?1 UNION ALL "
        "SELECT test FROM test_turnouts WHERE entry = ?1 UNION ALL "
        "SELECT test FROM test_terms WHERE entry = ?1) LIMIT 1",
        (entry.id,),
    )
    return found is not None


async def _begun(tx: Transaction, entry: Entry) -> bool:
    """Whether anything counts in the test that the entry opened."""
    found = await tx.value(
        "SELECT 1 FROM tests AS t WHERE t.entry = ?1 AND (t.closed_at IS NOT NULL "
        "OR t.joint IS NOT NULL OR EXISTS (SELECT 1 FROM test_marks AS m WHERE m.test = t.id "
        f"AND {COUNTS.format(row='m')}) OR EXISTS (SELECT 1 FROM test_turnouts AS n "
        f"WHERE n.test = t.id AND {COUNTS.format(row='n')})) LIMIT 1",
        (entry.id,),
    )
    return found is not None
