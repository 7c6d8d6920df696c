"""Derived columns of open structure tests, recomputed from the marks that count.

One person counts once, however many records there are of them, and the strongest mark stands. What
was done is not undone by asking again; answers replace each other; an "unmark" voids what came before.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from storage.core.database import Transaction
from storage.structure_tests.model import ANSWERS, OUTSIDE, Mark

_IN = "IN (SELECT value FROM json_each(?1))"
AT_ONCE = 200
"""People who are thought about in a row."""


def outcome(marks: Iterable[Mark]) -> tuple[Mark, bool]:
    """Return the strongest of a record's marks (oldest first), and whether the last answer was yes."""
    standing, promised = Mark.NOT_ASKED, False
    for mark in marks:
        if mark is Mark.NOT_ASKED:
            standing, promised = Mark.NOT_ASKED, False
            continue
        if mark in ANSWERS:
            promised = mark is Mark.YES
        answers = mark in ANSWERS and standing is not Mark.DID
        if mark is Mark.DID or standing is Mark.NOT_ASKED or answers:
            standing = mark
    return standing, promised


def strongest(several: Iterable[tuple[Mark, bool]]) -> tuple[Mark, bool]:
    """Return the highest mark among several records of one person, and whether any record has a promise."""
    every = list(several)
    best = max((mark for mark, _promised in every), key=lambda mark: mark.value)
    return best, any(promised for _mark, promised in every)


async def records_of(tx: Transaction, sql: str, params: Sequence[object]) -> list[list[int]]:
    """Return for each person named by a query all their record ids; the record that was kept comes first."""
    rows = await tx.all(
        f"WITH told AS ({sql}), kept AS (SELECT DISTINCT COALESCE(c.merged_into, c.id) AS id "
        "FROM told JOIN contacts AS c ON c.id = told.contact) "
        "SELECT k.id AS kept, k.id AS record FROM kept AS k UNION ALL "
        "SELECT k.id, c.id FROM kept AS k CROSS JOIN contacts AS c ON c.merged_into = k.id",
        params,
    )
    people: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        people[row["kept"]].append(row["record"])
    return list(people.values())


async def recompute_marks(tx: Transaction, people: Sequence[Sequence[int]]) -> None:
    """Recompute people in every open test they are in; each person is given as all their records."""
    for start in range(0, len(people), AT_ONCE):
        await _recompute(tx, people[start : start + AT_ONCE])


async def _recompute(tx: Transaction, people: Sequence[Sequence[int]]) -> None:
    place = {
        record: (person, order)
        for person, records in enumerate(people)
        for order, record in enumerate(records)
    }
    ids = json.dumps(list(place))
    rows = await tx.all(
        "SELECT p.test, p.contact, p.area, c.present FROM test_people AS p "
        "JOIN tests AS t ON t.id = p.test JOIN contacts AS c ON c.id = p.contact "
        f"WHERE p.contact {_IN} AND t.closed_at IS NULL",
        (ids,),
    )
    if not rows:
        return
    marks: defaultdict[tuple[int, int], list[Mark]] = defaultdict(list)
    for row in await tx.all(
        f"SELECT m.test, m.contact, m.mark FROM live_test_marks AS m WHERE m.contact {_IN} "
        f"ORDER BY m.id",
        (ids,),
    ):
        marks[row["test"], row["contact"]].append(Mark(row["mark"]))
    found: defaultdict[tuple[int, int], list[tuple[bool, bool, int, int]]] = defaultdict(list)
    for row in rows:
        person, order = place[row["contact"]]
        where = (not row["present"], row["area"] == OUTSIDE, order, row["contact"])
        found[row["test"], person].append(where)
    settled = []
    for (test, _person), records in found.items():
        gone, _outside, _order, counted = min(records)
        every = [contact for *_order, contact in records]
        mark, promised = strongest(outcome(marks[test, contact]) for contact in every)
        settled += [
            (mark.value, promised, contact == counted and not gone, test, contact)
            for contact in every
        ]
    await tx.executemany(
        "UPDATE test_people SET mark = ?, promised = ?, counted = ? WHERE test = ? AND contact = ?",
        settled,
    )
