-- What the bot itself needs to lose nothing and to answer nobody twice.

-- One row per value the bot keeps about itself: access token, device id, cross-signing seeds, sync token.
CREATE TABLE facts(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Messages that were acted upon. The Megolm index makes a replay under a new event id visible.
CREATE TABLE handled(
  event_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  message_index INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(session_id, message_index)
) WITHOUT ROWID;
CREATE INDEX handled_by_age ON handled(at);

-- Messages that transactions left to send. A row lives until the homeserver has acknowledged it.
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transaction_id TEXT NOT NULL UNIQUE,
  room TEXT,
  recipient TEXT,
  content TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  device_id TEXT NOT NULL,
  CHECK((room IS NULL) <> (recipient IS NULL))
);

-- What could not be handled or sent, without its content.
CREATE TABLE dead_letters(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);

-- Rooms as their unencrypted state describes them, saved together with the sync token.
CREATE TABLE rooms(
  room TEXT PRIMARY KEY,
  snapshot TEXT NOT NULL
) WITHOUT ROWID;

-- Invitations that were accepted in principle and are retried until joined.
CREATE TABLE invitations(
  room TEXT PRIMARY KEY,
  inviter TEXT NOT NULL,
  direct INTEGER NOT NULL,
  since INTEGER NOT NULL
) WITHOUT ROWID;

-- The direct room the bot opened for a person.
CREATE TABLE directs(
  person TEXT PRIMARY KEY,
  room TEXT NOT NULL
) WITHOUT ROWID;

-- Master cross-signing keys as first seen (trust on first use), and what came after.
CREATE TABLE identities(
  person TEXT PRIMARY KEY,
  pinned TEXT NOT NULL,
  pinned_at INTEGER NOT NULL,
  offered TEXT,
  offered_at INTEGER
) WITHOUT ROWID;

-- Encrypted events whose key has not come yet.
CREATE TABLE unread(
  event_id TEXT PRIMARY KEY,
  room TEXT NOT NULL,
  event TEXT NOT NULL,
  since INTEGER NOT NULL
) WITHOUT ROWID;

-- Things said once and not again, by a digest of what they were about.
CREATE TABLE said_once(
  subject TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;

-- How many messages were refused, by reason.
CREATE TABLE refused(
  reason TEXT PRIMARY KEY,
  times INTEGER NOT NULL
) WITHOUT ROWID;
