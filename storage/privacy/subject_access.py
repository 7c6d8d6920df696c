"""Everything that is kept about one person, as it lies in the tables, taken back or not."""

import json
from dataclasses import dataclass
from datetime import datetime

from storage.core.model import UserId
from storage.core.repository import Repository
from storage.core.rows import moment
from storage.privacy.declarations import Disclosure, PersonRecords
from storage.privacy.tables import TABLES


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row about somebody."""

    at: datetime | None
    by: UserId | None
    words: tuple[str, ...]
    taken_back: bool


@dataclass(frozen=True, slots=True)
class SubjectAccess(Repository):
    """What one committee keeps about somebody."""

    async def everything(self, person: PersonRecords) -> dict[str, list[HeldRow]]:
        """By table, oldest first; tables without anything left out."""
        ids = json.dumps(person.records)
        found: dict[str, list[HeldRow]] = {}
        for table in TABLES:
            rows = await self.tx.all(_sql(table.name, table.shown), (ids,)) if table.shown else []
            if rows:
                found[table.name] = [
                    HeldRow(
                        None if row["at"] is None else moment(row["at"]),
                        UserId(row["by"]) if row["by"] else None,
                        tuple(str(w) for w in json.loads(row["words"]) if w not in {None, ""}),
                        bool(row["back"]),
                    )
                    for row in rows
                ]
        return found


def _sql(table: str, shown: Disclosure) -> str:
    return (
        f"SELECT {shown.at} AS at, {shown.by} AS by, {shown.taken_back} AS back, "
        f"json_array({shown.words}) AS words FROM {table} AS t {shown.joined} "
        f"WHERE {shown.about} ORDER BY {shown.order}"
    )
