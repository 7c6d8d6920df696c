-- What the bot itself saw of who is in a committee's room and may do what, by its own clock. What the
-- room's state shows is the homeserver's word: an upper bound, and no more. Times are Unix ms UTC.
CREATE TABLE standings(
  committee     INTEGER NOT NULL REFERENCES committees(id),
  person        TEXT NOT NULL,
  joined_at     INTEGER NOT NULL,              -- first seen in the room since they were last away from it
  announcement  TEXT,                          -- transaction id of the message that tells the room of them
  introduced_at INTEGER,                       -- when that had been sent
  accepted_at   INTEGER,                       -- when somebody let them in, where newcomers need that
  lead_at       INTEGER,                       -- since when they count as a lead; 0: since the beginning
  keeper_at     INTEGER,                       -- since when they count as a keeper of the data
  waits_at      INTEGER,                       -- since when the room shows more than was confirmed
  told_at       INTEGER,                       -- when the leads were told so
  PRIMARY KEY(committee, person)
) STRICT, WITHOUT ROWID;

-- Since when that is written down for a committee. Until its first !setup or first record, and for one of
-- an earlier release when this release first looks, whoever the room shows with power has it.
CREATE TABLE foundings(
  committee INTEGER PRIMARY KEY REFERENCES committees(id),
  at        INTEGER NOT NULL
) STRICT;
