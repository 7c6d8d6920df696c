#!/bin/sh
# SQLite: a count over a partial index reads the table for a column that the index says is always true.
#
# One would guess: with CREATE INDEX due ON tasks(owner, day) WHERE open, a count of WHERE owner = ? AND day > ?
# AND open is answered by the index alone. Each of its rows is open, or it would not stand there.
# What happens: the planner knows that it may use the index, and still fetches every row of the table to look
# at `open` once more: SEARCH ... USING INDEX, not USING COVERING INDEX. In an encrypted file each of those
# pages is decrypted for it. With the column in the index as well, WHERE open or not, the table is left alone.
# Seen on 2026-11-30 with SQLite 3.40.1 of Python 3.11 and 3.53.4 of sqlcipher3 0.6.4:
#   (owner, day) WHERE open        SEARCH tasks USING INDEX due (owner=? AND day>?)
#   (owner, day, open) WHERE open  SEARCH tasks USING COVERING INDEX due (owner=? AND day>?)
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check sqlcipher3==0.6.4
"$there/venv/bin/python" - <<'END'
from sqlcipher3 import dbapi2

db = dbapi2.connect(":memory:")
print(db.execute("SELECT sqlite_version()").fetchone()[0])
db.execute("CREATE TABLE tasks(id INTEGER PRIMARY KEY, owner TEXT, day TEXT, open INTEGER NOT NULL)")


def plan(columns: str) -> str:
    db.execute("DROP INDEX IF EXISTS due")
    db.execute(f"CREATE INDEX due ON tasks({columns}) WHERE open")
    count = "SELECT COUNT(*) FROM tasks WHERE owner = 'ana' AND day > '2026-11-30' AND open"
    return db.execute(f"EXPLAIN QUERY PLAN {count}").fetchone()[3]


without, beside = plan("owner, day"), plan("owner, day, open")
print(without, beside, sep="\n")
assert "USING INDEX due" in without
assert "USING COVERING INDEX due" in beside
END
