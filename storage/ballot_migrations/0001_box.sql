-- The boxes of open secret polls, and nothing else: no table of voters, ballots, outgoing messages
-- or times. This file is left out of backups.
CREATE TABLE box(
  poll_id   TEXT PRIMARY KEY,
  room_id   TEXT NOT NULL,
  closes_at INTEGER NOT NULL,                           -- Unix time in whole minutes, UTC
  k_db      BLOB NOT NULL CHECK (length(k_db) = 32),
  sealed    BLOB NOT NULL                               -- nonce(12) | AES-256-GCM(state) | tag(16)
) WITHOUT ROWID;
