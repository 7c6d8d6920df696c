-- Structure tests: what was asked of the unit together, and who did it.
--
-- As elsewhere rows are append-only and name the history entry that wrote them; "derived" columns are
-- computed anew by storage/structure_tests/derived.py. The denominator is taken once, when a test opens: who
-- leaves, comes or moves later changes nothing in it. A closed test changes only by an amendment, and
-- the figures it closed with stay beside it.

CREATE TABLE tests(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,                     -- the handle, T-<number>
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  area INTEGER REFERENCES areas(id),           -- NULL: the whole unit
  count_only INTEGER NOT NULL,                 -- 1: turnout by area, never who
  opened_day TEXT NOT NULL,                    -- in the committee's calendar
  closed_at INTEGER,                           -- for good
  names_gone INTEGER NOT NULL DEFAULT 0,       -- 1: only counts are left of it
  joint INTEGER REFERENCES joint_tests(id),
  entry INTEGER NOT NULL REFERENCES history(id),
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX tests_open ON tests(committee, number) WHERE closed_at IS NULL;
CREATE INDEX tests_by_joint ON tests(joint) WHERE joint IS NOT NULL;
CREATE INDEX tests_by_entry ON tests(entry);
CREATE INDEX tests_by_area ON tests(area);
ALTER TABLE committees ADD COLUMN last_test INTEGER NOT NULL DEFAULT 0;

-- What was announced as goal and public bar (whole percent), and until when. The last row that counts.
CREATE TABLE test_terms(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  test INTEGER NOT NULL REFERENCES tests(id),
  goal INTEGER,
  public INTEGER,
  closes_day TEXT,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX test_terms_by_test ON test_terms(test, id);
CREATE INDEX test_terms_by_entry ON test_terms(entry);

-- The snapshot: everybody in the unit when a test opened, as they were then. Area -1: somebody who
-- was not in it and whom somebody marked all the same; they are counted apart.
CREATE TABLE test_people(
  test INTEGER NOT NULL REFERENCES tests(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  area INTEGER NOT NULL,                       -- 0: unknown
  shift TEXT,
  rating INTEGER,                              -- what was believed of them then
  organizer TEXT,                              -- whose they were then
  leader INTEGER NOT NULL,
  mark INTEGER NOT NULL DEFAULT 0,             -- derived: 0 not asked, 1 asked, 2 unable, 3 no, 4 yes, 5 did
  promised INTEGER NOT NULL DEFAULT 0,         -- derived: their last answer was yes
  counted INTEGER NOT NULL DEFAULT 1,          -- derived: 0 for all but one record of a person
  PRIMARY KEY(test, contact)
) STRICT, WITHOUT ROWID;
-- All that its condition names is in it, so that nothing else is read.
CREATE INDEX test_people_who_did ON test_people(test, contact, mark, counted, area)
  WHERE mark = 5 AND counted AND area >= 0;
CREATE INDEX test_people_by_contact ON test_people(contact);

-- Derived: how many people of test_people are alike. Figures are read from here, so that a status costs
-- the same for any number of people; triggers keep it, whatever part of the program changes a row.
CREATE TABLE test_counts(
  test INTEGER NOT NULL REFERENCES tests(id),
  area INTEGER NOT NULL,
  shift TEXT NOT NULL,                         -- '': none
  mark INTEGER NOT NULL,
  promised INTEGER NOT NULL,
  people INTEGER NOT NULL,
  PRIMARY KEY(test, area, shift, mark, promised)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER test_person_marked AFTER UPDATE OF area, shift, mark, promised, counted ON test_people
BEGIN
  UPDATE test_counts SET people = people - 1 WHERE OLD.counted AND test = OLD.test
    AND area = OLD.area AND shift = COALESCE(OLD.shift, '') AND mark = OLD.mark
    AND promised = OLD.promised;
  INSERT INTO test_counts(test, area, shift, mark, promised, people)
    SELECT NEW.test, NEW.area, COALESCE(NEW.shift, ''), NEW.mark, NEW.promised, 1 WHERE NEW.counted
    ON CONFLICT(test, area, shift, mark, promised) DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER test_person_gone AFTER DELETE ON test_people WHEN OLD.counted BEGIN
  UPDATE test_counts SET people = people - 1 WHERE test = OLD.test
    AND area = OLD.area AND shift = COALESCE(OLD.shift, '') AND mark = OLD.mark
    AND promised = OLD.promised;
END;
-- The snapshot itself is counted at once when it is taken; these come one by one.
CREATE TRIGGER test_person_outside AFTER INSERT ON test_people WHEN NEW.counted AND NEW.area < 0 BEGIN
  INSERT INTO test_counts(test, area, shift, mark, promised, people)
    VALUES (NEW.test, NEW.area, COALESCE(NEW.shift, ''), NEW.mark, NEW.promised, 1)
    ON CONFLICT(test, area, shift, mark, promised) DO UPDATE SET people = people + 1;
END;

CREATE TABLE test_marks(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  test INTEGER NOT NULL REFERENCES tests(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  mark INTEGER NOT NULL CHECK(mark BETWEEN 0 AND 5),  -- 0: whatever was marked before is void
  amends INTEGER NOT NULL DEFAULT 0,           -- 1: set after the test closed
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX test_marks_by_contact ON test_marks(contact, test, id);
CREATE INDEX test_marks_by_test ON test_marks(test, contact);
CREATE INDEX test_marks_by_entry ON test_marks(entry);

-- Tests that only count: how many there are in each row, and how many took part. A row is several
-- areas where one has fewer than five people; it is called by its largest.
CREATE TABLE test_rows(
  test INTEGER NOT NULL REFERENCES tests(id),
  area INTEGER NOT NULL,
  counted_with INTEGER NOT NULL,               -- the row's area
  people INTEGER NOT NULL,
  PRIMARY KEY(test, area)
) STRICT, WITHOUT ROWID;
CREATE TABLE test_turnouts(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  test INTEGER NOT NULL REFERENCES tests(id),
  area INTEGER NOT NULL,
  did INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX test_turnouts_by_test ON test_turnouts(test, area, id);
CREATE INDEX test_turnouts_by_entry ON test_turnouts(entry);

-- What a test closed with, and each amendment of it. The first row is the original.
CREATE TABLE test_figures(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  test INTEGER NOT NULL REFERENCES tests(id),
  did INTEGER NOT NULL,
  people INTEGER NOT NULL,
  figures TEXT NOT NULL,                       -- JSON: the same by area, shift and mark
  beliefs TEXT NOT NULL,                       -- JSON: by organizer and rating, how many were asked and did
  why TEXT,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX test_figures_by_test ON test_figures(test, id);
CREATE INDEX test_figures_by_entry ON test_figures(entry);

-- What a closed test says against what we believed. Each waits for a yes or a no.
CREATE TABLE test_reviews(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  test INTEGER NOT NULL REFERENCES tests(id),
  number INTEGER NOT NULL,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  what TEXT NOT NULL CHECK(what IN ('held back', 'stepped up', 'followed', 'not followed')),
  did INTEGER NOT NULL,                        -- of a leader's group
  people INTEGER NOT NULL,
  answer TEXT CHECK(answer IN ('yes', 'no')),
  answered_by TEXT,
  answered_at INTEGER,
  entry INTEGER REFERENCES history(id),        -- what a yes changed; taken back, the item is open again
  UNIQUE(test, number)
) STRICT;
CREATE INDEX test_reviews_by_contact ON test_reviews(contact);
CREATE INDEX test_reviews_by_entry ON test_reviews(entry);

-- Lists of signatures that were matched and wait for somebody's word. Nothing of them counts yet.
CREATE TABLE test_sheets(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,
  test INTEGER NOT NULL REFERENCES tests(id),
  mark INTEGER NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  lines TEXT NOT NULL,                         -- JSON: what was written, and whom it may mean
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX test_sheets_by_age ON test_sheets(at);
CREATE INDEX test_sheets_by_test ON test_sheets(test);
ALTER TABLE committees ADD COLUMN last_sheet INTEGER NOT NULL DEFAULT 0;

-- Tests of several committees that show each other counts.
CREATE TABLE joint_tests(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT NOT NULL UNIQUE,
  committee INTEGER NOT NULL REFERENCES committees(id),
  at INTEGER NOT NULL
) STRICT;
