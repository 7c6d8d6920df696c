-- The life of a contact: names, membership of the unit, roles, notes, edited talks, merging.
--
-- As in 0002: rows are append-only and name the history entry that wrote them; "derived" columns are
-- computed anew by storage/history/derived.py whenever an entry is written or taken back. Days are ISO dates;
-- a row counts from its day on, so what is planned for later does not count before.

-- What somebody is called. Without a row the name is the one they were added with; it is written
-- down as the first row when another one replaces it.
CREATE TABLE names(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK(kind IN ('name', 'alias', 'preferred')),
  name TEXT NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0,            -- 1: this row ends the alias or preferred name
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX names_by_contact ON names(contact, id);
CREATE INDEX names_by_entry ON names(entry);

-- Whether somebody belongs to the unit, from a day on. Without a row: employed.
CREATE TABLE memberships(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  state TEXT NOT NULL
    CHECK(state IN ('not yet', 'employed', 'on leave', 'contractor', 'left', 'excluded')),
  reason TEXT,
  from_day TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX memberships_by_contact ON memberships(contact, from_day, id);
CREATE INDEX memberships_by_entry ON memberships(entry);

CREATE TABLE roles(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK(role IN ('committee', 'leader')),
  ended INTEGER NOT NULL DEFAULT 0,            -- 1: this row ends the role
  from_day TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX roles_by_contact ON roles(contact, from_day, id);
CREATE INDEX roles_by_entry ON roles(entry);

CREATE TABLE notes(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  note TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX notes_by_contact ON notes(contact, id);
CREATE INDEX notes_by_time ON notes(committee, at);
CREATE INDEX notes_by_entry ON notes(entry);

-- Two records of one person. Nothing moves: the rows of both are read together while this counts.
CREATE TABLE merges(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kept INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  dropped INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id),
  CHECK(kept <> dropped)
) STRICT;
CREATE INDEX merges_by_kept ON merges(kept, id);
CREATE INDEX merges_by_dropped ON merges(dropped, id);
CREATE INDEX merges_by_entry ON merges(entry);

-- Pairs that may be one person, numbered so that people can answer.
CREATE TABLE pairs(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,
  one INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  other INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  open INTEGER NOT NULL DEFAULT 1,             -- derived: neither answered nor merged
  UNIQUE(committee, number),
  UNIQUE(one, other),
  CHECK(one < other)
) STRICT;
CREATE INDEX pairs_open ON pairs(committee, number) WHERE open;
CREATE INDEX pairs_by_other ON pairs(other);

-- The answer "two people", remembered for good.
CREATE TABLE not_same(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pair INTEGER NOT NULL REFERENCES pairs(id) ON DELETE CASCADE,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX not_same_by_pair ON not_same(pair);
CREATE INDEX not_same_by_entry ON not_same(entry);

ALTER TABLE committees ADD COLUMN last_talk INTEGER NOT NULL DEFAULT 0;
ALTER TABLE committees ADD COLUMN last_pair INTEGER NOT NULL DEFAULT 0;
ALTER TABLE committees ADD COLUMN pairs_from TEXT NOT NULL DEFAULT ''; -- the name key to look on from

-- From 0002, contacts.name is derived as well: what somebody is called now.
ALTER TABLE contacts ADD COLUMN merged_into INTEGER REFERENCES contacts(id); -- derived: the record kept
ALTER TABLE contacts ADD COLUMN out_from TEXT;   -- derived: the day from which they are out of the unit
ALTER TABLE contacts ADD COLUMN rating INTEGER;  -- derived: the current one; NULL: not assessed
ALTER TABLE contacts ADD COLUMN rated_at INTEGER;                       -- derived: when it was given
ALTER TABLE contacts ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;    -- derived: organizers disagree
CREATE INDEX contacts_by_merging ON contacts(merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_by_rated ON contacts(committee, rated_at) WHERE present AND merged_into IS NULL;
CREATE INDEX contacts_by_organizer_rated ON contacts(committee, organizer, rated_at)
  WHERE present AND merged_into IS NULL;
CREATE INDEX contacts_disputed ON contacts(committee, number)
  WHERE disputed AND present AND merged_into IS NULL;

-- The number people type; every version of a talk has the same.
ALTER TABLE conversations ADD COLUMN number INTEGER;
UPDATE conversations SET number = counted.n FROM (
  SELECT id, ROW_NUMBER() OVER (PARTITION BY committee ORDER BY id) AS n FROM conversations
) AS counted WHERE counted.id = conversations.id;
UPDATE committees SET last_talk =
  COALESCE((SELECT MAX(number) FROM conversations AS t WHERE t.committee = committees.id), 0);
CREATE INDEX conversations_by_number ON conversations(committee, number, id);

-- The ratings there were before this release, settled as storage/history/derived.py does.
UPDATE contacts SET (rating, rated_at) = (
  SELECT s.rating, s.at FROM assessments AS s WHERE s.contact = contacts.id
  AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = s.entry)
  ORDER BY s.author IS contacts.organizer DESC, s.id DESC LIMIT 1
);
UPDATE contacts SET rated_at = NULL WHERE rating IS NULL;
UPDATE contacts SET disputed = 1 WHERE rating IS NOT NULL AND EXISTS (
  SELECT 1 FROM assessments AS s WHERE s.contact = contacts.id AND s.rating <> contacts.rating
  AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = s.entry)
  AND NOT EXISTS (
    SELECT 1 FROM assessments AS n WHERE n.contact = s.contact AND n.author = s.author AND n.id > s.id
    AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = n.entry)
  )
);
