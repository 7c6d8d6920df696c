"""Retention of names in structure tests long closed: names are deleted, counts stay."""

import json
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.privacy.holds import ON_HOLD

PAGE = 2_000
"""People of a closed test whose names go in one transaction."""
_FREE = f"NOT {ON_HOLD.format(id='p.contact')}"


@dataclass(frozen=True, slots=True)
class ClosedTestNames(Repository):
    """Names in one committee's closed tests, for deletion by age."""

    async def drop(self, before: datetime) -> int:
        """Delete names from one test closed before then, or taken back; returns how many rows.

        A batch at a time: 0 says that was all. The rows of who is on hold stay.
        """
        test = await self.tx.value(
            "SELECT t.id FROM tests AS t WHERE t.committee = ?1 AND t.number > 0 "
            "AND (t.closed_at < ?2 OR EXISTS (SELECT 1 FROM history AS back "
            "WHERE back.reverses = t.entry AND back.at < ?2)) AND EXISTS "
            f"(SELECT 1 FROM test_people AS p WHERE p.test = t.id AND {_FREE}) LIMIT 1",
            (self.committee, millis(before)),
        )
        if test is None:
            return 0
        people = await self.tx.all(
            f"SELECT p.contact FROM test_people AS p WHERE p.test = ? AND {_FREE} LIMIT ?",
            (test, PAGE),
        )
        ids = json.dumps([row["contact"] for row in people])
        for table in ("test_people", "test_marks", "test_reviews"):
            await self.tx.execute(
                f"DELETE FROM {table} WHERE test = ?1 "
                "AND contact IN (SELECT value FROM json_each(?2))",
                (test, ids),
            )
        await self.tx.execute("UPDATE tests SET names_gone = 1 WHERE id = ?", (test,))
        await self.tx.execute("UPDATE test_figures SET why = NULL WHERE test = ?", (test,))
        return len(people)
