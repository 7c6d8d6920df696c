-- What people are owed about what is kept of them: why it is kept, for how long, who looked, and that
-- it goes when they ask.
--
-- Forgetting is the one thing that is not append-only: rows are deleted, the person's history entries
-- stay as "somebody did something then" without saying about whom.

-- 1: about somebody who was forgotten; it can be neither shown nor taken back.
ALTER TABLE history ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- One row for each time somebody was forgotten. Whom, nobody can read out of it.
CREATE TABLE forgotten(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  at INTEGER NOT NULL
) STRICT;

-- By these they are known if a list or an organizer brings them again: each one a keyed one-way
-- marker (HMAC) of a number, an address, a name with an area, or a name.
CREATE TABLE seals(
  committee INTEGER NOT NULL REFERENCES committees(id),
  seal TEXT NOT NULL,                          -- hexadecimal
  kind TEXT NOT NULL CHECK(kind IN ('number', 'email', 'place', 'name')),
  forgotten INTEGER NOT NULL REFERENCES forgotten(id) ON DELETE CASCADE,
  PRIMARY KEY(committee, seal, forgotten)
) STRICT, WITHOUT ROWID;
CREATE INDEX seals_by_forgotten ON seals(forgotten);

-- Something was deleted and its remnants (the log, free pages, an old copy) are still to go.
CREATE TABLE remnants(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL
) STRICT;

-- Why we may keep something about somebody, and since when they know. The last row that counts is true.
CREATE TABLE bases(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  basis TEXT NOT NULL CHECK(basis IN ('consent', 'member', 'interest')),
  on_day TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX bases_by_contact ON bases(contact, id);
CREATE INDEX bases_by_entry ON bases(entry);

-- While somebody's record is on hold nothing of it is deleted, by nobody.
CREATE TABLE holds(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  why TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  ended_at INTEGER,
  ended_by TEXT
) STRICT;
CREATE UNIQUE INDEX holds_open ON holds(committee, contact) WHERE ended_at IS NULL;
CREATE INDEX holds_by_contact ON holds(contact);

-- How far a retention clock has come in a committee.
CREATE TABLE clocks(
  committee INTEGER NOT NULL REFERENCES committees(id),
  what TEXT NOT NULL,
  reached INTEGER NOT NULL DEFAULT 0,          -- what is older has been looked at
  day TEXT NOT NULL DEFAULT '',                -- the last day (UTC) on which it was done
  PRIMARY KEY(committee, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_gone ON contacts(committee, out_from) WHERE out_from IS NOT NULL;

-- What was done with people's records as such, for leads to look through.
CREATE TABLE audits(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  author TEXT NOT NULL,                        -- '': a retention clock
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  contact INTEGER REFERENCES contacts(id) ON DELETE SET NULL,
  words TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX audits_by_committee ON audits(committee, id);
CREATE INDEX audits_by_contact ON audits(contact, id);

-- Copies for outside. One person asks, another approves, the file goes to the one who asked.
CREATE TABLE exports(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,
  author TEXT NOT NULL,
  format TEXT NOT NULL CHECK(format IN ('csv', 'json', 'vcard')),
  ratings INTEGER NOT NULL,
  why TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('asked', 'approved', 'refused', 'made')),
  decided_by TEXT,
  at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE(committee, number)
) STRICT;
ALTER TABLE committees ADD COLUMN last_export INTEGER NOT NULL DEFAULT 0;
