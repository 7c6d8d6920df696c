"""Checks that stop an undo in structure tests: the test is closed, or has begun."""

from storage.core.database import Transaction
from storage.core.model import Entry


async def closed_since(tx: Transaction, entry: Entry) -> bool:
    """Whether the test in which the entry marked, counted or changed something is closed."""
    found = await tx.value(
        "SELECT 1 FROM tests AS t WHERE t.closed_at IS NOT NULL AND t.id IN ("
        "SELECT test FROM test_marks WHERE entry = ?1 UNION ALL "
        "SELECT test FROM test_turnouts WHERE entry = ?1 UNION ALL "
        "SELECT test FROM test_terms WHERE entry = ?1) LIMIT 1",
        (entry.id,),
    )
    return found is not None


async def begun_since(tx: Transaction, entry: Entry) -> bool:
    """Whether anything counts in the test that the entry opened."""
    found = await tx.value(
        "SELECT 1 FROM tests AS t WHERE t.entry = ?1 AND (t.closed_at IS NOT NULL "
        "OR t.joint IS NOT NULL OR EXISTS (SELECT 1 FROM live_test_marks AS m WHERE m.test = t.id"
        ") OR EXISTS (SELECT 1 FROM live_test_turnouts AS n WHERE n.test = t.id)) LIMIT 1",
        (entry.id,),
    )
    return found is not None


async def told_since(tx: Transaction, entry: Entry) -> bool:
    """Whether the test that this entry opened is one of a coalition: other committees know of it."""
    found = await tx.value(
        "SELECT 1 FROM tests AS t JOIN coalition_tests AS c ON c.test = t.id WHERE t.entry = ?",
        (entry.id,),
    )
    return found is not None
