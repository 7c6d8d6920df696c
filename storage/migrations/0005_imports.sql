-- Lists of employees from spreadsheets: files on their way, imports, and what a list said last.

-- Files people sent us that are still to be fetched and read. A row goes with the answer to it.
CREATE TABLE uploads(
  event_id TEXT PRIMARY KEY,
  room TEXT NOT NULL,
  sender TEXT NOT NULL,
  body TEXT NOT NULL,                          -- the words sent with the file
  file TEXT NOT NULL,                          -- JSON: where it is, its key and digest
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE imports(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,                     -- what people type
  author TEXT NOT NULL,
  name TEXT NOT NULL,
  encoding TEXT NOT NULL,
  separator TEXT NOT NULL,
  head_line INTEGER NOT NULL,
  heads TEXT NOT NULL,                         -- JSON
  reading TEXT NOT NULL,                       -- JSON: columns, order of dates, values, overwrite
  state TEXT NOT NULL CHECK(state IN
    ('mapping', 'checking', 'checked', 'saving', 'saved', 'undoing', 'undone', 'dropped', 'failed')),
  lines INTEGER NOT NULL,
  sheets INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,             -- sheets the work at hand has behind it
  figures TEXT NOT NULL DEFAULT '{}',          -- JSON: how many of what, so far
  round INTEGER NOT NULL DEFAULT 0,            -- how often its work was begun: names the answers
  at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX imports_at_work ON imports(changed_at) WHERE state IN ('checking', 'saving', 'undoing');
CREATE INDEX imports_by_age ON imports(changed_at);
ALTER TABLE committees ADD COLUMN last_import INTEGER NOT NULL DEFAULT 0;

-- The rows of a list, some hundred to a sheet, as they were read. The words go when the import is
-- saved, dropped or two days old; which history entries a sheet made stays, for taking them back.
CREATE TABLE import_sheets(
  id INTEGER PRIMARY KEY,
  import INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  rows TEXT,                                   -- JSON
  first_entry INTEGER,
  last_entry INTEGER,
  UNIQUE(import, number)
) STRICT;

-- What there is to say about a line. A line that stops (1) is left out until somebody decides.
CREATE TABLE import_problems(
  id INTEGER PRIMARY KEY,
  import INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  words TEXT NOT NULL,                         -- JSON
  stops INTEGER NOT NULL
) STRICT;
CREATE INDEX import_problems_by_line ON import_problems(import, line, id);

-- What a person said about a line: somebody new, nobody, or a contact.
CREATE TABLE import_decisions(
  import INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  contact INTEGER REFERENCES contacts(id) ON DELETE CASCADE,
  skip INTEGER NOT NULL,
  PRIMARY KEY(import, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_decisions_by_contact ON import_decisions(contact);

-- People whom earlier lists named and this one does not. Nobody is taken to have left for it.
CREATE TABLE import_missing(
  import INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  PRIMARY KEY(import, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_missing_by_contact ON import_missing(contact);

-- What a list said about somebody, by which the next one meets them again. What differs from the
-- last row that counts was set by hand.
CREATE TABLE listings(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  external_id TEXT,
  email TEXT,
  name TEXT NOT NULL,
  area TEXT,
  shift TEXT,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX listings_by_external_id ON listings(committee, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX listings_by_email ON listings(committee, email) WHERE email IS NOT NULL;
CREATE INDEX listings_by_contact ON listings(contact, id);
CREATE INDEX listings_by_entry ON listings(entry);
