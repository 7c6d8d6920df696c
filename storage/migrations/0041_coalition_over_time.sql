-- The version of a message to the coalition: it is said again as it was, also by a bot that was updated since.
ALTER TABLE coalition_said ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- What this committee told last of how many can at one time, by clocks counted together: whoever proposes the same
-- time again must not learn of one more. It stays when the committee leaves, until the time is over.
CREATE TABLE coalition_told_times(
  committee INTEGER NOT NULL REFERENCES committees(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,                         -- the proposed instant
  clocks TEXT NOT NULL,                        -- minutes that each is ahead of UTC then; JSON, sorted
  answered INTEGER NOT NULL,
  able INTEGER NOT NULL,                       -- of them, also if need be
  yes INTEGER NOT NULL,
  PRIMARY KEY(committee, at, clocks)
) STRICT, WITHOUT ROWID;
