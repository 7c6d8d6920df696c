-- Files people send: for whom, how often they were tried, what they cost, and long lists while they are read.

-- NULL: its sender is in several committees and has not said.
ALTER TABLE uploads ADD COLUMN committee INTEGER REFERENCES committees(id);
ALTER TABLE uploads ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE uploads ADD COLUMN due INTEGER NOT NULL DEFAULT 0;      -- not asked for before
ALTER TABLE uploads ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
-- Readings that were begun and of whose end nobody heard: after two the file is given up.
ALTER TABLE uploads ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX uploads_by_committee ON uploads(committee);
CREATE INDEX uploads_by_sender ON uploads(sender);
UPDATE uploads SET committee = (SELECT p.committee FROM people AS p WHERE p.user = uploads.sender);

-- What somebody sent within a day, for its limits. Rows go after a day.
CREATE TABLE uploads_sent(
  event_id TEXT PRIMARY KEY,
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_sent_by_sender ON uploads_sent(sender, at);
CREATE INDEX uploads_sent_by_age ON uploads_sent(at);

-- The rows of a list that is being read and is too long to be held. They go with the answer.
CREATE TABLE upload_sheets(
  upload TEXT NOT NULL REFERENCES uploads(event_id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  number INTEGER NOT NULL,
  rows TEXT NOT NULL,
  PRIMARY KEY(upload, part, number)
) STRICT;

-- The people of the lines of a list that were looked at, to notice one who is there twice; while it
-- is checked. Held here and not in memory: a list may have 200,000 lines.
CREATE TABLE import_seen(
  import INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  kind INTEGER NOT NULL,                       -- 1 number, 2 address, 3 name and area, 4 contact
  key TEXT NOT NULL,
  line INTEGER NOT NULL,
  said TEXT NOT NULL,                          -- JSON: the person of that line
  PRIMARY KEY(import, kind, key)
) STRICT, WITHOUT ROWID;
