-- A practice poll: about a drink, never secret, so that a new committee can try how polls go. One at a time in
-- a committee; gone when it is ended, or after a day. Nothing of secret polls is in here.
CREATE TABLE practice_poll(
  committee INTEGER PRIMARY KEY REFERENCES committees(id) ON DELETE CASCADE,
  opened_at INTEGER NOT NULL                            -- Unix ms UTC
) STRICT;

CREATE TABLE practice_vote(
  committee INTEGER NOT NULL REFERENCES practice_poll(committee) ON DELETE CASCADE,
  person    TEXT NOT NULL,
  choice    TEXT NOT NULL CHECK(choice IN ('01', '02', '03', 'XX')),
  PRIMARY KEY(committee, person)
) STRICT, WITHOUT ROWID;
