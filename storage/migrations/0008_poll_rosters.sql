-- Who was asked in a committee's secret polls of the last weeks: two polls of nearly the same people
-- are compared (docs/design/ballots.md, "Policy": differencing). Members, never voters; everybody in the
-- room was told this list when the poll opened.
CREATE TABLE poll_roster(
  poll      TEXT PRIMARY KEY,
  committee INTEGER NOT NULL REFERENCES committees(id) ON DELETE CASCADE,
  opened_at INTEGER NOT NULL,                           -- Unix milliseconds, UTC
  people    TEXT NOT NULL                               -- user ids, as JSON
) WITHOUT ROWID;
