-- Looking at people outside one's own care: one budget for each person, in whichever committee they look.

-- One row for each question and for each person shown. It counts for a day, whatever becomes of the contact, of
-- the command, or of the viewer's part in the committee.
CREATE TABLE look_ups_now(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  viewer TEXT NOT NULL,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER REFERENCES contacts(id) ON DELETE SET NULL,  -- NULL: a question, or they were forgotten since
  what TEXT NOT NULL CHECK(what IN ('asked', 'shown', 'shown to a lead')),
  at INTEGER NOT NULL
) STRICT;
INSERT INTO look_ups_now(viewer, committee, contact, what, at)
  SELECT viewer, committee, contact, 'shown', at FROM look_ups;
DROP TABLE look_ups;
ALTER TABLE look_ups_now RENAME TO look_ups;
CREATE INDEX look_ups_by_viewer ON look_ups(viewer, at);
CREATE INDEX look_ups_by_contact ON look_ups(contact, viewer);
CREATE INDEX look_ups_by_age ON look_ups(at);

-- Of the people on somebody's list of signatures, those who are not in their care are for a lead to mark.
-- Lists from before may hold both.
ALTER TABLE test_sheets ADD COLUMN for_leads INTEGER NOT NULL DEFAULT 0;
UPDATE test_sheets SET for_leads = 1;

-- What everybody was last told of an open test: in all, and row by row. JSON: cells as in test_figures.
CREATE TABLE test_told(
  test INTEGER PRIMARY KEY REFERENCES tests(id) ON DELETE CASCADE,
  whole_day TEXT NOT NULL,
  whole TEXT NOT NULL,
  rows_day TEXT NOT NULL,
  rows TEXT NOT NULL
) STRICT;
