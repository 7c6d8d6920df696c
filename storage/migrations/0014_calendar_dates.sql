-- What stands in people's own calendars: which dates each was sent, as they were then.
CREATE TABLE calendar_dates(
  occurrence INTEGER NOT NULL REFERENCES occurrences(id) ON DELETE CASCADE,
  person TEXT NOT NULL,
  seq INTEGER NOT NULL,       -- of the date when it was sent; -1: of before these were kept, perhaps sent
  start_at INTEGER NOT NULL,  -- as in the file, Unix ms UTC
  end_at INTEGER NOT NULL,
  live INTEGER NOT NULL,      -- 0: they were told to delete it
  PRIMARY KEY(occurrence, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX calendar_dates_by_person ON calendar_dates(person);

INSERT INTO calendar_dates(occurrence, person, seq, start_at, end_at, live)
  SELECT o.id, f.person, -1, o.start_at, o.end_at, 1
  FROM calendar_files AS f JOIN occurrences AS o ON o.meeting = f.meeting;

-- Who was sent a file at all, and what their calendar shows, so that a second file says the same.
CREATE TABLE calendar_files_with_titles(
  id INTEGER PRIMARY KEY,
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  person TEXT NOT NULL,
  title TEXT,                       -- NULL: it was not kept yet
  made INTEGER NOT NULL DEFAULT 0,  -- Unix ms UTC, as the last file says: the next says a later time
  UNIQUE(meeting, person)
) STRICT;
INSERT INTO calendar_files_with_titles(meeting, person) SELECT meeting, person FROM calendar_files;
DROP TABLE calendar_files;
ALTER TABLE calendar_files_with_titles RENAME TO calendar_files;

-- How long a date of a series takes that was moved; NULL: as long as the others.
ALTER TABLE meeting_exceptions ADD COLUMN minutes INTEGER;
