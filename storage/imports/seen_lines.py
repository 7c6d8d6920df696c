"""Index of the lines already checked while a list is imported, kept on disk instead of in memory.

A list may have 200,000 lines, each with somebody of whom a hundred bytes have to be known.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Final

from storage.contacts.listed import Listed
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.core.repository import Repository
from storage.imports.imports import Import

_MET: Final = 5
"""Kind of the rows with the contacts whom lines have just as they are kept, some sheets a row."""
DROPPED_AT_ONCE: Final = 5_000
"""Rows deleted in one statement; other people's commands wait for so long."""


class By(IntEnum):
    """Kind of key by which a line is found again."""

    NUMBER = 1
    ADDRESS = 2
    NAME = 3
    CONTACT = 4

    # Enum's own asks for the name each time, and a list has half a million keys.
    __hash__ = int.__hash__


Key = tuple[By, str]


@dataclass(frozen=True, slots=True)
class SeenLines(Repository):
    """Index of the checked lines of one committee's imports."""

    async def of(self, one: Import, keys: Iterable[Key]) -> dict[Key, Listed]:
        """Return for each key the first line with the key; keys without a line are left out."""
        wanted = json.dumps([[by.value, key] for by, key in keys])
        rows = await self.tx.all(
            "SELECT s.kind, s.key, s.line, s.said FROM json_each(?) AS j CROSS JOIN import_seen AS s "
            "ON s.import = ? AND s.kind = j.value ->> 0 AND s.key = j.value ->> 1",
            (wanted, one.id),
        )
        return {(By(row["kind"]), row["key"]): _person(row["line"], row["said"]) for row in rows}

    async def keep(self, one: Import, seen: Mapping[Key, Listed]) -> None:
        """Add keys to the index; a key seen before keeps its first line."""
        await self.tx.executemany(
            "INSERT OR IGNORE INTO import_seen(import, kind, key, line, said) VALUES (?, ?, ?, ?, ?)",
            [(one.id, by.value, key, each.line, _said(each)) for (by, key), each in seen.items()],
        )

    async def contacts(self, one: Import, contacts: Sequence[ContactId]) -> set[ContactId]:
        """Return which of the contacts a checked line means."""
        rows = await self.tx.all(
            "SELECT s.key FROM json_each(?) AS j CROSS JOIN import_seen AS s "
            "ON s.import = ? AND s.kind = ? AND s.key = j.value",
            (json.dumps(list(map(str, contacts))), one.id, By.CONTACT.value),
        )
        return {ContactId(int(row["key"])) for row in rows}

    async def keep_met(self, one: Import, sheet: int, contacts: Sequence[ContactId]) -> None:
        """Save whom lines have just as they are kept, under the first sheet the lines are on."""
        await self.tx.execute(
            "INSERT OR REPLACE INTO import_seen(import, kind, key, line, said) VALUES (?, ?, ?, 0, ?)",
            (one.id, _MET, str(sheet), json.dumps(contacts)),
        )

    async def met(self, one: Import) -> bytearray:
        """Return all whom lines have just as they are kept: 1 where a contact's id is one of theirs."""
        rows = await self.tx.all(
            "SELECT said FROM import_seen WHERE import = ? AND kind = ?", (one.id, _MET)
        )
        found = bytearray()
        for row in rows:
            contacts = json.loads(row["said"])
            found.extend(bytes(max(0, max(contacts, default=0) + 1 - len(found))))
            for contact in contacts:
                found[contact] = 1
        return found

    async def drop_some(self, one: Import) -> bool:
        """Delete some rows of the index; False if none were left."""
        return bool(
            await self.tx.execute(
                "DELETE FROM import_seen WHERE (import, kind, key) IN "
                "(SELECT import, kind, key FROM import_seen WHERE import = ? LIMIT ?)",
                (one.id, DROPPED_AT_ONCE),
            )
        )


def _said(each: Listed) -> str:
    return json.dumps(
        [each.name, each.key, each.external_id, each.email, each.area, each.shift],
        ensure_ascii=False,
    )


def _person(line: int, said: str) -> Listed:
    name, key, external_id, email, area, shift = json.loads(said)
    return Listed(line, name, key, external_id, email, area, shift, None)
