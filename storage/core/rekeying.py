"""Search indexes over names, rebuilt when a release derives index keys by other rules.

Runs when the database is opened, before anything else sees it: all of it, or none.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from storage.core.driver import Connection
from storage.names import findable, keys
from storage.names.called import called

PART, SCHEME = "names", 1
"""Another number for every change to what ``keys`` or ``findable`` give."""

_KNOWS = "SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = 'live_names'"
_BY = "SELECT scheme FROM derived WHERE part = ?"
_NAMES = (
    "SELECT c.id, r.committee, r.id AS kept, c.name AS shown, n.kind, n.name, n.ended "
    "FROM contacts AS c JOIN contacts AS r ON r.id = COALESCE(c.merged_into, c.id) "
    "LEFT JOIN live_names AS n ON n.contact = c.id WHERE r.present ORDER BY c.id, n.id"
)


def rekey(connection: Connection) -> None:
    """Rebuild the search indexes over names if another release's rules wrote them.

    Pairs that wait for an answer were found by the old rules, so they are looked for again; what
    somebody answered stays.
    """
    if connection.execute(_KNOWS).fetchone() is None:
        return
    by = connection.execute(_BY, (PART,)).fetchone()
    if by is not None and by[0] == SCHEME:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _rewrite(connection)
        connection.execute(
            "INSERT OR REPLACE INTO derived(part, scheme) VALUES (?, ?)", (PART, SCHEME)
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _rewrite(connection: Connection) -> None:
    found: defaultdict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for committee, contact, name in _every_name(connection):
        found["word"] += [(committee, word, contact) for word in findable(name)]
        found["key"] += [(committee, key, contact) for key in keys(name)]
    for column in ("word", "key"):
        connection.execute(f"DELETE FROM name_{column}s")
        # In the order of the table: a page is written once.
        connection.executemany(
            f"INSERT OR IGNORE INTO name_{column}s(committee, {column}, contact) VALUES (?, ?, ?)",
            sorted(found[column]),
        )
    connection.execute(
        "DELETE FROM pairs WHERE open AND NOT EXISTS (SELECT 1 FROM not_same AS n "
        "WHERE n.pair = pairs.id)"
    )
    connection.execute("UPDATE committees SET pairs_from = ''")


def _every_name(connection: Connection) -> Iterator[tuple[int, int, str]]:
    """Committee, the record that was kept, and a name of the person, one after the other."""
    rows = connection.execute(_NAMES).fetchall()
    for _record, group in groupby(rows, key=lambda row: int(row["id"])):
        told = list(group)
        first = told[0]
        names = [first["shown"]]
        if first["name"] is not None:
            names += called(told).others
        for name in names:
            yield first["committee"], first["kept"], name
