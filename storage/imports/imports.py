"""Imports: a list from the file to saved contacts, with remarks and decisions about its lines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import chain
from typing import Any, cast

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, ContactId, UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import Json, millis, records
from storage.imports.uploads import Staged

KEPT_MS = 2 * 24 * 3600 * 1000
"""Milliseconds for which the rows of a list nobody saves are kept."""


class ImportState(Enum):
    """How far an import has come."""

    MAPPING = "mapping"
    """A person has to say whether we read the columns rightly."""
    CHECKING = "checking"
    CHECKED = "checked"
    SAVING = "saving"
    SAVED = "saved"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"
    FAILED = "failed"

    @property
    def at_work(self) -> bool:
        """Whether the bot has work to do while an import is in such a state."""
        return self in {ImportState.CHECKING, ImportState.SAVING, ImportState.UNDOING}


@dataclass(frozen=True, slots=True)
class Import:
    """One list that somebody sent."""

    id: int
    committee: CommitteeId
    number: int
    author: UserId
    name: str
    encoding: str
    separator: str
    head_line: int
    heads: Json[tuple[str, ...]]
    reading: Json[Mapping[str, Any]]
    """How the columns are read, from JSON."""
    state: ImportState
    lines: int
    sheets: int
    done: int
    figures: Json[Mapping[str, int]]
    round: int
    at: datetime
    changed: datetime
    """When the state last changed."""
    asked_by: UserId
    """Who asked for the work at hand, or for the last that was done."""


@dataclass(frozen=True, slots=True)
class LineRemark:
    """A remark about one line of a list."""

    line: int
    trouble: str
    words: tuple[str, ...]
    stops: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's decision about a line: a contact, somebody new (neither), or nobody."""

    contact: ContactId | None
    skip: bool
    author: str = ""
    """Who decided; empty: decided before authors were kept."""
    at: int = 0
    """Unix ms UTC."""


_IMPORT = "SELECT *, changed_at AS changed, iif(asked_by = '', author, asked_by) AS asked_by FROM imports "


@dataclass(frozen=True, slots=True)
class Imports(Repository):
    """One committee's imports."""

    today: date

    async def open(
        self,
        *,
        author: UserId,
        name: str,
        encoding: str,
        separator: str,
        head_line: int,
        heads: Sequence[str],
        reading: Mapping[str, Any],
        lines: int,
        sheets: Sequence[str],
        staged: Staged | None = None,
        at: datetime,
    ) -> Import:
        """Save a list until somebody says what to do with the list.

        ``sheets`` are rows as JSON; those of a long list are ``staged``, and moved without being
        held.
        """
        number = await self.tx.value(
            "UPDATE committees SET last_import = last_import + 1 WHERE id = ? RETURNING last_import",
            (self.committee,),
        )
        row = await self.tx.add(
            "imports",
            committee=self.committee,
            number=number,
            author=author,
            name=name,
            encoding=encoding,
            separator=separator,
            head_line=head_line,
            heads=json.dumps(list(heads)),
            reading=json.dumps(reading),
            state=ImportState.MAPPING,
            lines=lines,
            sheets=len(sheets),
            at=at,
            changed_at=at,
            asked_by=author,
        )
        await self.tx.executemany(
            "INSERT INTO import_sheets(import, number, rows) VALUES (?, ?, ?)",
            [(row, n, sheet) for n, sheet in enumerate(sheets)],
        )
        if staged is not None:
            await self._from_stage(row, staged)
        opened = await self.by_number(int(str(number)))
        if opened is None:
            raise LookupError("an import just opened is not there")
        return opened

    async def _from_stage(self, row: int, staged: Staged) -> None:
        moved = await self.tx.execute(
            "INSERT INTO import_sheets(import, number, rows) SELECT ?, number, rows "
            "FROM upload_sheets WHERE upload = ? AND part = ?",
            (row, staged.event_id, staged.part),
        )
        await self.tx.execute("UPDATE imports SET sheets = ? WHERE id = ?", (moved, row))

    async def waiting(self, author: UserId) -> int:
        """Count the lists of one author that wait for a decision, in any committee."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM imports WHERE author = ? AND state IN ('mapping', 'checked')",
            (author,),
        )

    async def by_number(self, number: int) -> Import | None:
        """Return the import with the number people type; None if there is none."""
        return await self.tx.record(
            Import, f"{_IMPORT}WHERE committee = ? AND number = ?", (self.committee, number)
        )

    async def latest(self, limit: int) -> list[Import]:
        """Return the newest imports, newest first."""
        return await self.tx.records(
            Import,
            f"{_IMPORT}WHERE committee = ? AND number > 0 ORDER BY number DESC LIMIT ?",
            (self.committee, limit),
        )

    async def unsaved(self, limit: int) -> list[Import]:
        """Return the imports that are neither saved nor dropped, newest first."""
        return await self.tx.records(
            Import,
            f"{_IMPORT}WHERE committee = ? AND state IN ('mapping', 'checking', 'checked', 'saving') "
            "ORDER BY number DESC LIMIT ?",
            (self.committee, limit),
        )

    async def undecided(self, one: Import, troubles: Sequence[str]) -> list[int]:
        """Return the lines that one of the ``troubles`` keeps from being saved, in the file's order."""
        rows = await self.tx.all(
            "SELECT DISTINCT line FROM import_problems WHERE import = ? AND stops "
            "AND trouble IN (SELECT value FROM json_each(?)) ORDER BY line",
            (one.id, json.dumps(troubles)),
        )
        return [row["line"] for row in rows]

    async def read_so(self, one: Import, reading: Mapping[str, Any], at: datetime) -> None:
        """Change how the columns are read."""
        await self.tx.execute(
            "UPDATE imports SET reading = ?, changed_at = ? WHERE id = ?",
            (json.dumps(reading), millis(at), one.id),
        )

    async def begin(
        self, one: Import, state: ImportState, at: datetime, by: UserId | None = None
    ) -> None:
        """Start work on an import; remarks and figures of an earlier attempt are deleted.

        ``by``: who asks for it and is told; None: whoever did before.
        """
        await self.tx.execute(
            "UPDATE imports SET state = ?, done = 0, figures = '{}', round = round + 1, "
            "changed_at = ?, asked_by = ? WHERE id = ?",
            (state.value, millis(at), by or one.asked_by, one.id),
        )
        if state is not ImportState.SAVING:
            await self.tx.execute("DELETE FROM import_problems WHERE import = ?", (one.id,))
        if state is ImportState.CHECKING:
            await self.tx.execute("DELETE FROM import_missing WHERE import = ?", (one.id,))

    async def advance(self, one: Import, done: int, figures: Mapping[str, int]) -> None:
        """Save how far the work has come, in the transaction that did the work."""
        await self.tx.execute(
            "UPDATE imports SET done = ?, figures = ? WHERE id = ?",
            (done, json.dumps(figures), one.id),
        )

    async def end(self, one: Import, state: ImportState, at: datetime) -> None:
        """Finish the work at hand. The rows of the file are deleted as soon as nobody needs them."""
        await self.tx.execute(
            "UPDATE imports SET state = ?, changed_at = ? WHERE id = ?",
            (state.value, millis(at), one.id),
        )
        if state in {ImportState.SAVED, ImportState.DROPPED, ImportState.FAILED}:
            await Lists(self.tx).empty(one.id)

    # -- rows ----------------------------------------------------------------------------------

    async def sheet(self, one: Import, number: int) -> list[tuple[int, list[str], bool]]:
        """Return the rows of a sheet (chunk) as (line, cells, whether cells were cut off)."""
        return await self.several_sheets(one, number, 1)

    async def several_sheets(
        self, one: Import, first: int, count: int
    ) -> list[tuple[int, list[str], bool]]:
        """Return the rows of so many sheets in a row, as ``sheet`` does."""
        return list(chain.from_iterable(await self.by_sheet(one, first, count)))

    async def by_sheet(
        self, one: Import, first: int, count: int
    ) -> Iterator[list[tuple[int, list[str], bool]]]:
        """Yield so many sheets in a row, the rows of each as ``sheet`` does.

        One after the other: with all of their rows in memory at once Python's garbage collector goes
        through them again and again, which takes twice as long as reading them.
        """
        sheets = await self.tx.all(
            "SELECT rows FROM import_sheets WHERE import = ? AND number >= ? AND number < ? "
            "ORDER BY number",
            (one.id, first, first + count),
        )
        return (json.loads(sheet["rows"] or "[]") for sheet in sheets)

    async def has_line(self, one: Import, line: int) -> bool:
        """Whether a row of the list begins on a line."""
        low, high = 0, one.sheets - 1
        while low <= high:
            at = middle = (low + high) // 2
            # On some sheets nobody is left: everybody was forgotten.
            while not (rows := await self.sheet(one, at)) and at > low:
                at -= 1
            if rows and line < rows[0][0]:
                high = at - 1
            elif not rows or line > rows[-1][0]:
                low = middle + 1
            else:
                return any(row[0] == line for row in rows)
        return False

    async def made(self, one: Import, number: int, first: int, last: int) -> None:
        """Save which history entries a sheet made."""
        await self.tx.execute(
            "UPDATE import_sheets SET first_entry = ?, last_entry = ? "
            "WHERE import = ? AND number = ?",
            (first, last, one.id, number),
        )

    async def entries(self, one: Import, number: int) -> tuple[int, int] | None:
        """Return the first and last history entry a sheet made; None if it made none."""
        row = await self.tx.one(
            "SELECT first_entry, last_entry FROM import_sheets WHERE import = ? AND number = ? "
            "AND first_entry IS NOT NULL",
            (one.id, number),
        )
        return None if row is None else (row["first_entry"], row["last_entry"])

    async def newest_entry(self) -> int:
        """Return the id of the last history entry so far."""
        last = await self.tx.value("SELECT seq FROM sqlite_sequence WHERE name = 'history'")
        return 0 if last is None else int(str(last))

    # -- what there is to say ------------------------------------------------------------------

    async def tell(self, one: Import, said: Sequence[LineRemark]) -> None:
        """Add remarks about lines."""
        if not said:
            return
        await self.tx.executemany(
            "INSERT INTO import_problems(import, line, trouble, words, stops) VALUES (?, ?, ?, ?, ?)",
            [(one.id, s.line, s.trouble, json.dumps(s.words), int(s.stops)) for s in said],
        )

    async def told(self, one: Import, *, after: int, limit: int) -> list[LineRemark]:
        """Return remarks about lines after a line, sorted by line."""
        rows = await self.tx.all(
            "SELECT line, trouble, words, stops FROM import_problems "
            "WHERE import = ? AND line > ? ORDER BY line, id LIMIT ?",
            (one.id, after, limit),
        )
        return [
            LineRemark(r["line"], r["trouble"], tuple(json.loads(r["words"])), bool(r["stops"]))
            for r in rows
        ]

    async def stopped(self, one: Import, first: int, last: int) -> set[int]:
        """Return the lines from ``first`` to ``last`` that a remark keeps from being saved."""
        rows = await self.tx.all(
            "SELECT line FROM import_problems WHERE import = ? AND line BETWEEN ? AND ? AND stops",
            (one.id, first, last),
        )
        return {row["line"] for row in rows}

    async def decide(self, one: Import, line: int, decided: Decided) -> None:
        """Insert or replace a person's decision about a line."""
        await self.tx.execute(
            "INSERT INTO import_decisions(import, line, contact, skip, author, at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(import, line) DO UPDATE "
            "SET contact = excluded.contact, skip = excluded.skip, author = excluded.author, "
            "at = excluded.at",
            (
                one.id,
                line,
                decided.contact,
                int(decided.skip),
                decided.author,
                decided.at,
            ),
        )
        await self.tx.execute(
            "DELETE FROM import_problems WHERE import = ? AND line = ?", (one.id, line)
        )

    async def decided(self, one: Import, first: int, last: int) -> dict[int, Decided]:
        """Return people's decisions about lines from ``first`` to ``last``, by line."""
        rows = await self.tx.all(
            "SELECT line, contact, skip, author, at FROM import_decisions "
            "WHERE import = ? AND line BETWEEN ? AND ?",
            (one.id, first, last),
        )
        return dict(_decisions(rows))

    async def lines_decided(self, one: Import) -> set[int]:
        """Return all lines about which somebody has decided."""
        rows = await self.tx.all("SELECT line FROM import_decisions WHERE import = ?", (one.id,))
        return {row["line"] for row in rows}

    async def any_decided(self, one: Import) -> bool:
        """Whether somebody has decided about any line."""
        found = await self.tx.value(
            "SELECT 1 FROM import_decisions WHERE import = ? AND line >= 0 LIMIT 1", (one.id,)
        )
        return found is not None

    async def decision(self, one: Import, line: int) -> Decided | None:
        """Return a person's decision about a line; None if there is none."""
        return (await self.decided(one, line, line)).get(line)

    async def decisions_of_others(
        self, one: Import, person: UserId, since: datetime, limit: int
    ) -> list[tuple[int, Decided]]:
        """Return other people's decisions about lines since then, latest first."""
        rows = await self.tx.all(
            "SELECT line, contact, skip, author, at FROM import_decisions "
            "WHERE import = ? AND line >= 0 AND author NOT IN (?, '') AND at >= ? "
            "ORDER BY at DESC, line LIMIT ?",
            (one.id, person, millis(since), limit),
        )
        return _decisions(rows)

    async def state_of_decisions(self, one: Import) -> tuple[int, int]:
        """Return the number of lines decided, and the last decision's time (Unix ms UTC; 0: none)."""
        row = await self.tx.one(
            "SELECT COUNT(*) AS n, COALESCE(MAX(at), 0) AS at FROM import_decisions "
            "WHERE import = ? AND line >= 0",
            (one.id,),
        )
        return (0, 0) if row is None else (row["n"], row["at"])

    async def unit(self, *, after: int, limit: int) -> Sequence[tuple[ContactId, int]]:
        """Return contacts of the unit with their numbers, in the order of those, after a number."""
        rows = await self.tx.all(
            "SELECT c.id, c.number FROM contacts AS c WHERE c.committee = ? AND c.number > ? "
            "AND c.present AND c.merged_into IS NULL AND (c.out_from IS NULL OR c.out_from > ?) "
            "ORDER BY c.number LIMIT ?",
            (self.committee, after, self.today.isoformat(), limit),
        )
        return cast("list[tuple[ContactId, int]]", rows)

    async def listed(self, contacts: Sequence[ContactId]) -> list[ContactId]:
        """Return which of the contacts a list has named, in the same order."""
        if not contacts:
            return []
        rows = await self.tx.all(
            "SELECT j.value AS contact FROM json_each(?) AS j WHERE EXISTS "
            "(SELECT 1 FROM live_listings AS l WHERE l.contact = j.value) ORDER BY j.key",
            (json.dumps(contacts),),
        )
        return [ContactId(row["contact"]) for row in rows]

    async def miss(self, one: Import, contacts: Sequence[ContactId]) -> None:
        """Note contacts who are on earlier lists but missing on the present one."""
        await self.tx.executemany(
            "INSERT OR IGNORE INTO import_missing(import, contact) VALUES (?, ?)",
            [(one.id, contact) for contact in contacts],
        )

    async def missing(self, one: Import, *, after: ContactId, limit: int) -> list[ContactId]:
        """Return contacts that the list does not name, in the order in which they were added."""
        rows = await self.tx.all(
            "SELECT contact FROM import_missing WHERE import = ? AND contact > ? "
            "ORDER BY contact LIMIT ?",
            (one.id, after, limit),
        )
        return [ContactId(row["contact"]) for row in rows]

    async def made_by(self, one: Import) -> set[ContactId]:
        """Return the contacts the import has added so far."""
        rows = await self.tx.all(
            "SELECT c.id FROM import_sheets AS s JOIN contacts AS c "
            "ON c.entry BETWEEN s.first_entry AND s.last_entry WHERE s.import = ?",
            (one.id,),
        )
        return {ContactId(row["id"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Lists(Shared):
    """Imports of all committees, for whoever does the work."""

    async def next(self) -> Import | None:
        """Return the import that has waited longest for work; None if none waits."""
        return await self.tx.record(
            Import,
            f"{_IMPORT}WHERE state IN ('checking', 'saving', 'undoing') ORDER BY changed_at LIMIT 1",
        )

    async def empty(self, one: int) -> None:
        """Delete the rows of the file, the decisions about lines, and the index of checked lines."""
        await self.tx.execute("UPDATE import_sheets SET rows = NULL WHERE import = ?", (one,))
        await self.tx.execute("DELETE FROM import_decisions WHERE import = ?", (one,))
        await self.tx.execute("DELETE FROM import_seen WHERE import = ?", (one,))

    async def forget_before(self, at: int) -> int:
        """Drop lists nobody has touched since ``at`` (Unix ms UTC), with their rows; returns how many."""
        rows = await self.tx.all(
            "SELECT id FROM imports WHERE changed_at < ? AND state IN ('mapping', 'checked')", (at,)
        )
        for row in rows:
            await self.empty(row["id"])
            await self.tx.execute("UPDATE imports SET state = 'dropped' WHERE id = ?", (row["id"],))
            await self.tx.execute("DELETE FROM import_problems WHERE import = ?", (row["id"],))
        return len(rows)


def _decisions(rows: Sequence[Row]) -> list[tuple[int, Decided]]:
    return list(zip((row["line"] for row in rows), records(Decided, rows), strict=True))
