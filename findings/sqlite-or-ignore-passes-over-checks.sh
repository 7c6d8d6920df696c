#!/bin/sh
# SQLite: INSERT OR IGNORE passes over a row that violates a CHECK, without an error.
#
# One would guess: OR IGNORE is for rows that are there already, and a CHECK still refuses what must never
# be in the table, as it does with ON CONFLICT(key) DO NOTHING.
# What happens: the row is dropped as a double would be, and RETURNING gives nothing in both cases. A
# program that takes "nothing" for "queued before" loses the message, and the rule that was broken is
# never heard of. With ON CONFLICT(key) DO NOTHING the violation is an error. (A violated foreign key is
# an error with both.)
# Seen on 2026-11-29 with SQLite of Python 3.11 and of sqlcipher3-wheels:
#   OR IGNORE, twice the same:         [None]
#   OR IGNORE, against the CHECK:      [None]
#   ON CONFLICT(key) DO NOTHING:       CHECK constraint failed: least = 1 OR person IS NOT NULL
set -eu
python3 - <<'END'
import sqlite3

db = sqlite3.connect(":memory:")
db.execute(
    "CREATE TABLE outbox(key TEXT PRIMARY KEY, person TEXT, least INTEGER,"
    " CHECK(least = 1 OR person IS NOT NULL))"
)
db.execute("INSERT INTO outbox VALUES ('one', NULL, 1)")


def put(how: str, key: str, least: int) -> object:
    return db.execute(how, (key, None, least)).fetchone()


IGNORE = "INSERT OR IGNORE INTO outbox VALUES (?, ?, ?) RETURNING key"
NOTHING = "INSERT INTO outbox VALUES (?, ?, ?) ON CONFLICT(key) DO NOTHING RETURNING key"
print("OR IGNORE, twice the same:   ", [put(IGNORE, "one", 1)])
print("OR IGNORE, against the CHECK:", [put(IGNORE, "two", 2)])
assert put(IGNORE, "one", 1) is None
assert put(IGNORE, "two", 2) is None
assert put(NOTHING, "one", 1) is None
try:
    put(NOTHING, "two", 2)
except sqlite3.IntegrityError as error:
    print("ON CONFLICT(key) DO NOTHING: ", error)
else:
    raise AssertionError("it was passed over as well")
END
