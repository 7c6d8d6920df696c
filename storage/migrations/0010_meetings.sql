-- Meetings: when they are, who comes, what is said and done in them, and what is to be reminded of.
--
-- What people agree on is a wall time in a zone (start_local, ISO, and zone); UTC is derived from it
-- and computed anew when the zone's rules change. Rows name the history entry that wrote them and
-- count while nobody has taken that entry back.

ALTER TABLE committees ADD COLUMN last_meeting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE committees ADD COLUMN last_action INTEGER NOT NULL DEFAULT 0;

-- Hours in which somebody is not pinged ("22-8"), and where reminders reach them.
ALTER TABLE people ADD COLUMN quiet TEXT;
ALTER TABLE people ADD COLUMN reminders TEXT;

CREATE TABLE meetings(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,                     -- what people type, #7
  uid TEXT NOT NULL UNIQUE,                    -- random; the only name it has in a calendar
  seq INTEGER NOT NULL DEFAULT 0,              -- derived: grows with every change of its times
  open INTEGER NOT NULL DEFAULT 1,             -- derived: neither cancelled nor taken back
  entry INTEGER NOT NULL REFERENCES history(id),
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX meetings_open ON meetings(committee, id) WHERE open;
CREATE INDEX meetings_by_entry ON meetings(entry);

-- What a meeting is, every change a row of its own; of those that count the last is true.
CREATE TABLE meeting_versions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  start_local TEXT,                            -- NULL while its time is being asked for
  zone TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  rule TEXT,                                   -- JSON of a closed set; NULL: once
  cancelled INTEGER NOT NULL DEFAULT 0,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX meeting_versions_by_meeting ON meeting_versions(meeting, id);
CREATE INDEX meeting_versions_by_entry ON meeting_versions(entry);

-- One time of a series skipped (to_local NULL) or moved.
CREATE TABLE meeting_exceptions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  rid TEXT NOT NULL,
  to_local TEXT,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX meeting_exceptions_by_meeting ON meeting_exceptions(meeting, id);
CREATE INDEX meeting_exceptions_by_entry ON meeting_exceptions(entry);

-- Derived from versions and exceptions, for the weeks ahead; kept when over.
CREATE TABLE occurrences(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  rid TEXT NOT NULL,                           -- 'once', or the wall time the rule gives
  start_local TEXT NOT NULL,
  zone TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  live INTEGER NOT NULL DEFAULT 1,
  UNIQUE(meeting, rid)
) STRICT;
CREATE INDEX occurrences_ahead ON occurrences(committee, start_at) WHERE live;
CREATE INDEX occurrences_by_end ON occurrences(end_at);

-- Answers to one time of a meeting; of each person's rows the last that counts is true.
CREATE TABLE rsvps(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  occurrence INTEGER NOT NULL REFERENCES occurrences(id) ON DELETE CASCADE,
  person TEXT NOT NULL,
  answer TEXT NOT NULL,
  for_seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX rsvps_by_occurrence ON rsvps(occurrence, person, id);
CREATE INDEX rsvps_by_entry ON rsvps(entry);

-- A meeting whose time is being asked for.
CREATE TABLE time_polls(
  meeting INTEGER PRIMARY KEY REFERENCES meetings(id) ON DELETE CASCADE,
  closes_at INTEGER NOT NULL,
  quorum INTEGER NOT NULL,
  needed TEXT NOT NULL,                        -- JSON: people without whom it makes no sense
  extended INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE time_options(
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  start_local TEXT NOT NULL,
  zone TEXT NOT NULL,
  PRIMARY KEY(meeting, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE availabilities(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  person TEXT NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX availabilities_by_meeting ON availabilities(meeting, person, number, id);
CREATE INDEX availabilities_by_entry ON availabilities(entry);

CREATE TABLE agenda_items(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  occurrence INTEGER NOT NULL REFERENCES occurrences(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  words TEXT NOT NULL,
  author TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open',          -- open | done | dropped | carried
  entry INTEGER NOT NULL REFERENCES history(id),
  UNIQUE(occurrence, number)
) STRICT;
CREATE INDEX agenda_items_by_entry ON agenda_items(entry);

-- Who does what in one meeting; of each role's rows the last that counts is true.
CREATE TABLE meeting_roles(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  occurrence INTEGER NOT NULL REFERENCES occurrences(id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  person TEXT NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX meeting_roles_by_occurrence ON meeting_roles(occurrence, role, id);
CREATE INDEX meeting_roles_by_role ON meeting_roles(committee, role, person, at);
CREATE INDEX meeting_roles_by_entry ON meeting_roles(entry);

-- What was typed in a meeting: start, here, stack, decide, end. Nothing else of it is kept.
CREATE TABLE minute_lines(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  occurrence INTEGER NOT NULL REFERENCES occurrences(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX minute_lines_by_occurrence ON minute_lines(occurrence, kind, id);
CREATE INDEX minute_lines_by_entry ON minute_lines(entry);

CREATE TABLE actions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,
  occurrence INTEGER REFERENCES occurrences(id) ON DELETE SET NULL,
  words TEXT NOT NULL,
  due_day TEXT,                                -- in the committee's calendar
  owner TEXT NOT NULL,                         -- derived: the last that counts; '' is nobody
  open INTEGER NOT NULL DEFAULT 1,             -- derived
  entry INTEGER NOT NULL REFERENCES history(id),
  UNIQUE(committee, number)
) STRICT;
CREATE INDEX actions_open ON actions(committee, due_day, id) WHERE open;
CREATE INDEX actions_by_owner ON actions(committee, owner, id) WHERE open;
CREATE INDEX actions_by_occurrence ON actions(occurrence);
CREATE INDEX actions_by_entry ON actions(entry);

CREATE TABLE action_events(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  action INTEGER NOT NULL REFERENCES actions(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                          -- owner | done
  owner TEXT NOT NULL,
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX action_events_by_action ON action_events(action, kind, id);
CREATE INDEX action_events_by_entry ON action_events(entry);

-- The way into a call, until the meeting is over. Said ten minutes before, in the encrypted room only.
CREATE TABLE meeting_links(
  meeting INTEGER PRIMARY KEY REFERENCES meetings(id) ON DELETE CASCADE,
  link TEXT NOT NULL
) STRICT;

CREATE TABLE meeting_mutes(
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  person TEXT NOT NULL,
  PRIMARY KEY(meeting, person)
) STRICT, WITHOUT ROWID;

-- Who was sent a calendar file: they are told when it is out of date.
CREATE TABLE calendar_files(
  meeting INTEGER NOT NULL REFERENCES meetings(id) ON DELETE CASCADE,
  person TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY(meeting, person)
) STRICT, WITHOUT ROWID;

-- What somebody is about to do and has not confirmed.
CREATE TABLE meeting_drafts(
  committee INTEGER NOT NULL REFERENCES committees(id),
  author TEXT NOT NULL,
  room INTEGER NOT NULL,                       -- 1: typed in the room, 0: in the direct chat
  plan TEXT NOT NULL,                          -- JSON
  expires_at INTEGER NOT NULL,
  PRIMARY KEY(committee, author, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_drafts_by_age ON meeting_drafts(expires_at);

-- What is to be said unasked, and when. One row per occasion, kind, recipient and version of its time:
-- planning twice changes nothing. recipient '' is the room.
CREATE TABLE reminders(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  committee INTEGER NOT NULL REFERENCES committees(id),
  kind TEXT NOT NULL,
  subject INTEGER NOT NULL,                    -- an occurrence, a meeting or an action, as the kind says
  seq INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'planned',       -- planned | queued | sending | sent | expired | cancelled | unknown
  settled_at INTEGER
) STRICT;
CREATE INDEX reminders_due ON reminders(due_at, id) WHERE state = 'planned';
CREATE INDEX reminders_queued ON reminders(id) WHERE state = 'queued';
CREATE INDEX reminders_by_subject ON reminders(subject, kind) WHERE state = 'planned';
CREATE INDEX reminders_settled ON reminders(settled_at);

-- When reminders were last looked at: how long the bot was away.
CREATE TABLE reminder_clock(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  looked_at INTEGER NOT NULL,
  tzdata TEXT NOT NULL
) STRICT;
