-- How much one person may make, destroy and send to others; what they were shown before they say yes;
-- and who decided what, where two people work on one thing.

-- Everything one member makes is an entry of history; how much of it in a day is counted here.
CREATE INDEX history_by_kind ON history(committee, author, kind, at);

-- What one person did that is counted and is no entry of history: things destroyed, areas that a word
-- made, messages that others got because of them. Rows go after two days.
CREATE TABLE spent(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  person TEXT NOT NULL,
  what TEXT NOT NULL,
  times INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX spent_by_person ON spent(committee, person, what, at, times);
CREATE INDEX spent_by_age ON spent(at);

-- Somebody wants to destroy more than one person may alone. Another lead agrees, or it waits.
CREATE TABLE seconds(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,                     -- what people type
  person TEXT NOT NULL,                        -- who asks
  act TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  agreed_by TEXT,
  agreed_at INTEGER,
  agreed_row INTEGER,                          -- the newest row of spent then: what counts comes after it
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX seconds_by_person ON seconds(committee, person, act, id);
CREATE INDEX seconds_by_age ON seconds(asked_at);
ALTER TABLE committees ADD COLUMN last_second INTEGER NOT NULL DEFAULT 0;

-- What somebody was shown before they say yes to it, as figures and numbers, never names. A yes counts
-- for this alone. Rows go after a quarter of an hour.
CREATE TABLE shown(
  committee INTEGER NOT NULL REFERENCES committees(id),
  person TEXT NOT NULL,
  what TEXT NOT NULL,
  state TEXT NOT NULL,                         -- JSON
  entry INTEGER NOT NULL,                      -- the last of history when it was shown
  at INTEGER NOT NULL,
  PRIMARY KEY(committee, person, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_by_age ON shown(at);

-- Whose word a decision about a line is, and when it was given.
ALTER TABLE import_decisions ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE import_decisions ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
-- Who asked for the work at hand, or for the last that was done: they are told, and it is theirs.
ALTER TABLE imports ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
UPDATE imports SET asked_by = author;
CREATE INDEX imports_by_author ON imports(committee, author, at);
CREATE INDEX imports_open ON imports(committee, author)
  WHERE state IN ('mapping', 'checking', 'checked', 'saving');
-- How many people the leads were told it would hold; 0: of before that was kept.
ALTER TABLE exports ADD COLUMN people INTEGER NOT NULL DEFAULT 0;
CREATE INDEX holds_by_author ON holds(committee, author, at);
CREATE INDEX exports_by_author ON exports(committee, author, at);

-- What became of an item of an agenda, so that it can be taken back; agenda_items.state is derived.
CREATE TABLE agenda_marks(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  item INTEGER NOT NULL REFERENCES agenda_items(id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK(state IN ('done', 'dropped', 'carried')),
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX agenda_marks_by_item ON agenda_marks(item, id);
CREATE INDEX agenda_marks_by_entry ON agenda_marks(entry);
INSERT INTO agenda_marks(item, state, entry)
  SELECT id, state, entry FROM agenda_items WHERE state <> 'open';

-- What was said in a committee's room, and to one person, in the last day.
CREATE INDEX reminders_said ON reminders(committee, recipient, settled_at) 
  WHERE state IN ('queued', 'sending', 'sent');
