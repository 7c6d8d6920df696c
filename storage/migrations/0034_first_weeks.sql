-- A first week: who is there for a new organizer, and which tips a new organizer was sent.

-- Who is whose buddy until when. Of a newcomer's rows the last that counts is true. No contacts, no rights.
CREATE TABLE buddies(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  newcomer TEXT NOT NULL,
  buddy TEXT NOT NULL,
  until_day TEXT NOT NULL,                     -- the last day, in the committee's calendar
  ended INTEGER NOT NULL DEFAULT 0,            -- 1: ended before that
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX buddies_by_newcomer ON buddies(committee, newcomer, id);
CREATE INDEX buddies_by_buddy ON buddies(committee, buddy, until_day);
CREATE INDEX buddies_by_entry ON buddies(entry);
CREATE VIEW live_buddies AS SELECT t.* FROM buddies AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW current_buddies AS SELECT t.* FROM live_buddies AS t
  WHERE NOT t.ended AND NOT EXISTS (SELECT 1 FROM live_buddies AS n
    WHERE n.committee = t.committee AND n.newcomer = t.newcomer AND n.id > t.id);

-- Whoever is new in several committees gets the tips once, as they get one digest a day.
CREATE TABLE first_weeks(
  person TEXT PRIMARY KEY,
  told INTEGER NOT NULL DEFAULT 0,             -- the day after joining whose tip was sent last; 0: none yet
  off INTEGER NOT NULL DEFAULT 0,
  compared INTEGER NOT NULL DEFAULT 0          -- 1: was shown once how their ratings compare with deeds
) STRICT, WITHOUT ROWID;

-- How many talks somebody had themselves, as far as is counted.
CREATE INDEX conversations_by_author ON conversations(committee, author) WHERE outcome = 'reached';
