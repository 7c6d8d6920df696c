-- One person written in two ways is met again.

-- By which rules what is derived from names was written. When the rules of a release are others, all of it
-- is written anew at the first start (storage/core/rekeying.py).
CREATE TABLE derived(
  part TEXT PRIMARY KEY,
  scheme INTEGER NOT NULL
) STRICT;

-- A marker of kind 'like' is of a spelling that may be another's: whoever has it is asked about. Kind 'blank'
-- stands for nothing; with those there are, the number of markers does not tell how long a name was.
CREATE TABLE seals_now(
  committee INTEGER NOT NULL REFERENCES committees(id),
  seal TEXT NOT NULL,                          -- hexadecimal
  kind TEXT NOT NULL CHECK(kind IN ('number', 'email', 'place', 'name', 'like', 'blank')),
  forgotten INTEGER NOT NULL REFERENCES forgotten(id) ON DELETE CASCADE,
  PRIMARY KEY(committee, seal, forgotten)
) STRICT, WITHOUT ROWID;
INSERT INTO seals_now(committee, seal, kind, forgotten)
  SELECT committee, seal, kind, forgotten FROM seals;
DROP TABLE seals;
ALTER TABLE seals_now RENAME TO seals;
CREATE INDEX seals_by_forgotten ON seals(forgotten);
