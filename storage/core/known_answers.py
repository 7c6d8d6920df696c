"""Short answers of a database, kept until somebody writes what they were read from.

One command asks who is who as the one before it did, and most commands change nothing of that. Statements
write to one of a few tables that every message writes to (``EVERY_MESSAGE``), or to another one: then all
answers are forgotten, because of triggers, views and foreign keys.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, TypeVar

from storage.core.driver import Connection, Row

FEW: Final = 8
"""Rows of an answer that is kept, at most."""
MOST: Final = 100
"""Answers that are kept."""
EVERY_MESSAGE: Final = frozenset({"facts", "handled", "outbox", "reading", "waiting"})
"""Tables that no trigger, view or foreign key connects with another: a test looks."""

Question = tuple[object, ...]
"""How it is read, the statement, and its parameters."""

T = TypeVar("T")

_WRITES: Final = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|DELETE FROM|UPDATE)\s+(\w+)\b")
_NAMES: Final = re.compile(r"\b(?:facts|handled|outbox|reading|waiting)\b")


class KnownAnswers:
    """What was read of a database and is still so; used within a transaction alone."""

    def __init__(self) -> None:
        self._rows: dict[Question, list[Row]] = {}
        self._records: dict[Question, list[Any]] = {}
        self._about: dict[str, set[Question]] = {}
        """What is kept, by the tables of every message that it was read from."""
        self._version = -1
        self.writes = 0
        """How often something was written, so that nothing is kept that was read meanwhile."""

    def began(self, connection: Connection) -> bool:
        """Forget all if another connection has written since the last transaction; whether it has."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        changed = bool(version != self._version)
        if changed:
            self._version = version
            self.forget()
        return changed

    def forget(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._records.clear()
        self._about.clear()

    def writing(self, sql: str) -> None:
        """Forget what a statement may change. Before it is run: what is read meanwhile is not kept either."""
        self.writes += 1
        found = _WRITES.match(sql)
        table = "" if found is None else found[1]
        if table not in EVERY_MESSAGE:
            self.forget()
            return
        for question in self._about.pop(table, ()):
            self._rows.pop(question, None)
            self._records.pop(question, None)

    def rows(self, question: Question) -> list[Row] | None:
        """A kept answer, as rows; None where there is none."""
        return self._rows.get(question)

    def records(self, question: Question) -> list[Any] | None:
        """A kept answer, as records; None where there is none."""
        return self._records.get(question)

    def keep_rows(self, question: Question, found: list[Row], since: int) -> None:
        """Keep a short answer, unless something was written since ``since`` writes."""
        if len(found) <= FEW and since == self.writes:
            self._keep(self._rows, question, list(found))

    def keep_records(self, question: Question, made: list[Any], since: int) -> None:
        """Keep an answer's records of a frozen class, unless something in them can be changed."""
        if len(made) <= FEW and since == self.writes and _is_fixed(made):
            self._keep(self._records, question, made)

    def keep_made(self, question: Question, made: object) -> None:
        """Keep what a row that was just written makes, though it could be changed: whoever gets it must not."""
        self._keep(self._records, question, [made])

    def _keep(self, kept: dict[Question, list[T]], question: Question, found: list[T]) -> None:
        """Keep an answer; the one that was kept first goes where there are many."""
        if len(kept) >= MOST:
            first = next(iter(kept))
            del kept[first]
            for table in _mentioned(str(first[1])):
                self._about.get(table, set()).discard(first)
        kept[question] = found
        for table in _mentioned(str(question[1])):
            self._about.setdefault(table, set()).add(question)


def _is_fixed(made: list[Any]) -> bool:
    """Whether nothing in records can be changed: lists and dictionaries have no hash."""
    try:
        hash(tuple(made))
    except TypeError:
        return False
    return True


# More than there are answers kept; statements that are not asked again are no longer held.
@lru_cache(maxsize=256)
def _mentioned(sql: str) -> frozenset[str]:
    """The tables of every message that a question mentions."""
    return frozenset(_NAMES.findall(sql))
