"""Subject access (GDPR, article 15): all rows about one person, including rows taken back."""

import json
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Repository
from storage.core.rows import moment
from storage.privacy.declarations import Disclosure, PersonRecords
from storage.privacy.tables import TABLES


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row about somebody, as shown to whoever asks."""

    at: datetime | None
    by: UserId | None
    words: tuple[str, ...]
    taken_back: bool


@dataclass(frozen=True, slots=True)
class SubjectAccess(Repository):
    """Everything one committee keeps about one person."""

    async def everything(self, person: PersonRecords) -> dict[str, list[HeldRow]]:
        """Return all rows about a person by table, oldest first; tables without any are left out."""
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
