"""Redaction of a forgotten person's name in every column of free words that a job has declared."""

import json
from collections.abc import Iterator, Sequence

from storage.core.database import Transaction
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.slices import in_slices
from storage.privacy.declarations import PersonalTable
from storage.privacy.name_patterns import NamePatterns
from storage.privacy.tables import TABLES


@dataclass(frozen=True, slots=True)
class Redaction:
    """Free words of one committee. All texts are read: no index holds every word."""

    tx: Transaction
    committee: CommitteeId

    async def count(self, names: NamePatterns, but: Sequence[int]) -> int:
        """Count the texts about others that mention somebody; ``but``: the person's own records."""
        return sum([len(await self._found(t, c, names, but)) for t, c in _texts()])

    async def alone(
        self, names: NamePatterns, parts: NamePatterns, but: Sequence[int]
    ) -> list[int | None]:
        """Return whom each text about others is about in which a part of a name stands by itself.

        Mentions that ``names`` finds do not count: those are blanked. None: nobody in particular.
        """
        found: list[int | None] = []
        for table, column in _texts():
            rows = await self._rows(table, column, parts, but)
            said = await in_slices(
                (row["contact"], _blanked(table, column, parts, without))
                for row, without in (
                    (row, _blanked(table, column, names, row["words"]) or row["words"])
                    for row in rows
                )
            )
            found += [contact for contact, blanked in said if blanked is not None]
        return found

    async def blank(self, names: NamePatterns) -> int:
        """Blank the names in every text; returns how many texts changed."""
        blanked = 0
        for table, column in _texts():
            for key, better in await self._found(table, column, names, ()):
                blanked += 1
                await self.tx.execute(
                    f"UPDATE {table.name} SET {column} = ? WHERE {table.key} = ?", (better, key)
                )
        return blanked

    async def _found(
        self, table: PersonalTable, column: str, names: NamePatterns, but: Sequence[int]
    ) -> list[tuple[int, str]]:
        rows = await self._rows(table, column, names, but)
        better = await in_slices(
            (row["key"], _blanked(table, column, names, row["words"])) for row in rows
        )
        return [(key, words) for key, words in better if words is not None]

    async def _rows(
        self, table: PersonalTable, column: str, names: NamePatterns, but: Sequence[int]
    ) -> list[Row]:
        condition, bound = names.pattern
        if not bound:
            return []
        numbered = condition.format(column=f"t.{column}")
        return await self.tx.all(
            f"SELECT t.{table.key} AS key, t.{column} AS words, {table.about or 'NULL'} AS contact "
            f"FROM {table.name} AS t "
            f"WHERE {table.whose} AND ({_bound(numbered, 3)}) AND NOT EXISTS "
            f"(SELECT 1 FROM json_each(?2) AS own WHERE own.value = {table.about or 'NULL'})",
            (self.committee, json.dumps(list(but)), *bound),
        )


def _texts() -> Iterator[tuple[PersonalTable, str]]:
    return ((table, column) for table in TABLES for column in (*table.words, *table.bodies))


def _blanked(table: PersonalTable, column: str, names: NamePatterns, words: str) -> str | None:
    if column in table.bodies:
        return names.blanked_in_json(words, table.ids)
    return names.blanked(words)


def _bound(condition: str, first: int) -> str:
    """Numbers the question marks, for they stand among numbered ones."""
    parts = condition.split("?")
    return "".join(part if n == 0 else f"?{first + n - 1}{part}" for n, part in enumerate(parts))
