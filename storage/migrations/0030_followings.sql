-- Who stands behind whom: people who move when a natural leader does.

-- Of a person's rows that count the last is true. The leader NULL: behind nobody from then on, also when
-- the leader was forgotten since.
CREATE TABLE followings(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  leader INTEGER REFERENCES contacts(id) ON DELETE SET NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX followings_by_contact ON followings(contact, id);
CREATE INDEX followings_by_leader ON followings(leader);
CREATE INDEX followings_by_entry ON followings(entry);
CREATE VIEW live_followings AS SELECT t.* FROM followings AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);

-- derived: behind whom somebody stands now, the record that was kept of both
ALTER TABLE contacts ADD COLUMN follows INTEGER REFERENCES contacts(id) ON DELETE SET NULL;
CREATE INDEX contacts_following ON contacts(follows) WHERE follows IS NOT NULL;

-- Whether a leader's group in a review is the people who were said to stand behind them; else those of their
-- area and shift.
ALTER TABLE test_reviews ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
