-- Committees and what they keep about one-on-ones.
--
-- Where history matters tables are append-only: every row names the history entry that wrote it, and
-- an entry is taken back by another one that reverses it. Columns marked "derived" can be computed
-- anew from those rows; they exist so that every question costs the same with 100 and 100,000 contacts.
-- Days that people agreed on are ISO dates in the owner's own calendar; times are Unix ms UTC.

CREATE TABLE committees(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  room TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  set_up INTEGER NOT NULL DEFAULT 0,
  last_contact INTEGER NOT NULL DEFAULT 0,     -- handles are given once and never again
  last_follow_up INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;

CREATE TABLE people(
  user TEXT PRIMARY KEY,
  zone TEXT,
  committee INTEGER REFERENCES committees(id) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_committee ON people(committee);

CREATE TABLE history(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  contact INTEGER REFERENCES contacts(id) ON DELETE SET NULL,
  reverses INTEGER UNIQUE REFERENCES history(id)
) STRICT;
CREATE INDEX history_by_author ON history(committee, author, id);
CREATE INDEX history_by_contact ON history(contact, id);

CREATE TABLE areas(
  id INTEGER PRIMARY KEY,
  committee INTEGER NOT NULL REFERENCES committees(id),
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  parent INTEGER REFERENCES areas(id),
  UNIQUE(committee, folded)
) STRICT;
CREATE INDEX areas_by_parent ON areas(parent);

CREATE TABLE contacts(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,                     -- the handle, M-<number>
  name TEXT NOT NULL,
  sort_key TEXT NOT NULL,                      -- derived: the name folded
  organizer TEXT,                              -- derived: the primary assignee
  present INTEGER NOT NULL DEFAULT 1,          -- derived: its adding was not taken back
  entry INTEGER NOT NULL REFERENCES history(id),
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX contacts_by_name ON contacts(committee, sort_key, id) WHERE present;
CREATE INDEX contacts_by_organizer ON contacts(committee, organizer, sort_key, id) WHERE present;
CREATE INDEX contacts_by_entry ON contacts(entry);

-- Where somebody works, from a day on: an old test keeps counting them where they were.
CREATE TABLE placements(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  area INTEGER REFERENCES areas(id),
  shift TEXT,
  from_day TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX placements_by_contact ON placements(contact, from_day, id);
CREATE INDEX placements_by_area ON placements(area, contact);
CREATE INDEX placements_by_entry ON placements(entry);

CREATE TABLE assignments(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  organizer TEXT NOT NULL,
  part TEXT NOT NULL CHECK(part IN ('primary', 'backup')),
  ended INTEGER NOT NULL DEFAULT 0,            -- 1: this row ends the assignment
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX assignments_by_contact ON assignments(contact, id);
CREATE INDEX assignments_by_organizer ON assignments(organizer, contact);
CREATE INDEX assignments_by_entry ON assignments(entry);

-- Search indexes over names, written and removed with them. A word is folded: no case, no accents.
CREATE TABLE name_words(
  committee INTEGER NOT NULL,
  word TEXT NOT NULL,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  PRIMARY KEY(committee, word, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_words_by_contact ON name_words(contact, word);

-- Keys under which a name meets itself in another order, and names like it ("a kim" for Alex Kim).
CREATE TABLE name_keys(
  committee INTEGER NOT NULL,
  key TEXT NOT NULL,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  PRIMARY KEY(committee, key, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_keys_by_contact ON name_keys(contact);

CREATE TABLE conversations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  issue TEXT,
  ask TEXT,
  answer TEXT CHECK(answer IN ('yes', 'maybe', 'no')),
  note TEXT,
  replaces INTEGER REFERENCES conversations(id) ON DELETE CASCADE,  -- an edit keeps the old version
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX conversations_by_contact ON conversations(contact, id);
CREATE INDEX conversations_by_time ON conversations(committee, at);
CREATE INDEX conversations_by_replaced ON conversations(replaces);
CREATE INDEX conversations_by_entry ON conversations(entry);

CREATE TABLE assessments(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  rating INTEGER CHECK(rating BETWEEN 1 AND 5),                     -- NULL: not assessed
  evidence TEXT CHECK(evidence IN ('said', 'did', 'heard')),
  note TEXT,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX assessments_by_contact ON assessments(contact, id);
CREATE INDEX assessments_by_time ON assessments(committee, at);
CREATE INDEX assessments_by_entry ON assessments(entry);

CREATE TABLE follow_ups(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  what TEXT NOT NULL,
  due_day TEXT NOT NULL,                       -- derived: from the last event that counts
  open INTEGER NOT NULL DEFAULT 1,             -- derived: not done, and not taken back
  entry INTEGER NOT NULL REFERENCES history(id),
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX follow_ups_due ON follow_ups(committee, owner, due_day, id) WHERE open;
CREATE INDEX follow_ups_by_contact ON follow_ups(contact, due_day) WHERE open;
CREATE INDEX follow_ups_of_contact ON follow_ups(contact);
CREATE INDEX follow_ups_by_entry ON follow_ups(entry);

CREATE TABLE follow_up_events(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  follow_up INTEGER NOT NULL REFERENCES follow_ups(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK(kind IN ('due', 'done')),
  due_day TEXT,
  zone TEXT,                                   -- the IANA zone in whose calendar due_day was meant
  result TEXT,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX follow_up_events_by_follow_up ON follow_up_events(follow_up, id);
CREATE INDEX follow_up_events_by_entry ON follow_up_events(entry);

-- Who looked at a contact that was not theirs.
CREATE TABLE views(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  viewer TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX views_by_contact ON views(contact, at);
CREATE INDEX views_by_age ON views(committee, at);
