-- When the bot itself saw whom in a committee's room: who may vote is decided by that, and not by what
-- the homeserver tells about joining. A short absence is bridged: whoever is removed and let in again
-- keeps their place (docs/design/ballots.md, "Policy"). Nothing here depends on any vote. Times are Unix ms UTC.
CREATE TABLE poll_presence(
  committee INTEGER NOT NULL REFERENCES committees(id) ON DELETE CASCADE,
  person    TEXT NOT NULL,
  since     INTEGER NOT NULL,                           -- 0: there when the bot first looked
  away      INTEGER,                                    -- since when they are not there
  PRIMARY KEY(committee, person)
) STRICT, WITHOUT ROWID;

-- How often the deadline was moved: each time everybody is told, so there is an end to it.
ALTER TABLE poll_roster ADD COLUMN postponed INTEGER NOT NULL DEFAULT 0;
