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

ALTER TABLE calendar_files DROP COLUMN seq;
-- What their calendar shows, so that a second file says the same; NULL: it was not kept yet.
ALTER TABLE calendar_files ADD COLUMN title TEXT;
-- When the last file was made, Unix ms UTC: the next says a later time, whatever the clock did.
ALTER TABLE calendar_files ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
