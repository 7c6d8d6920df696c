-- Coalitions: committees of several bots that act together. Of the others there is here what they chose to be
-- called, what it takes to know their bot, and counts that leads agreed to; never a name, a rating, a ballot.

-- The coalition that a committee is in, or about to join. One at a time.
CREATE TABLE coalitions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL UNIQUE REFERENCES committees(id),
  ref TEXT NOT NULL,                           -- what its bots call it; '': not heard yet
  title TEXT NOT NULL,
  label TEXT NOT NULL,                         -- what this committee is called there
  room TEXT,                                   -- NULL: there is none yet, or we are not told
  state TEXT NOT NULL CHECK(state IN ('joining', 'open', 'leaving')),
  epoch INTEGER NOT NULL DEFAULT 0,            -- of our counter: Unix ms UTC of the last restore, 0: never
  counter INTEGER NOT NULL DEFAULT 0,          -- of our last message
  back INTEGER NOT NULL DEFAULT 0,             -- when the backup was made of which nothing was said yet; 0: none
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX coalitions_by_room ON coalitions(room);

-- The other committees' bots. The master key is the one that was compared, or that all agreed to.
CREATE TABLE coalition_members(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  bot TEXT NOT NULL,
  master TEXT NOT NULL,
  label TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('introduced', 'invited', 'in', 'suspended', 'left')),
  epoch INTEGER NOT NULL DEFAULT 0,            -- of the last message heard
  counter INTEGER,                             -- NULL: whatever is heard first begins the count
  at INTEGER NOT NULL,
  UNIQUE(coalition, bot)
) STRICT;

-- Who agreed to a committee that another introduced.
CREATE TABLE coalition_consents(
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  bot TEXT NOT NULL,
  master TEXT NOT NULL,
  member INTEGER NOT NULL REFERENCES coalition_members(id) ON DELETE CASCADE,
  PRIMARY KEY(coalition, bot, master, member)
) STRICT, WITHOUT ROWID;

-- A code that was given out: once, for a day.
CREATE TABLE coalition_codes(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  number TEXT NOT NULL UNIQUE,                 -- hex
  bot TEXT,                                    -- who typed it
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX coalition_codes_of ON coalition_codes(coalition);

-- A code that was typed here: whose bot is to be met.
CREATE TABLE coalition_knocks(
  coalition INTEGER PRIMARY KEY REFERENCES coalitions(id) ON DELETE CASCADE,
  bot TEXT NOT NULL,
  fingerprint TEXT NOT NULL,                   -- of its master key, as the code has it; hex
  number TEXT NOT NULL,
  agreed INTEGER NOT NULL DEFAULT 0,           -- 1: a lead here said ok
  room TEXT,                                   -- where the other bot invites us
  expires_at INTEGER NOT NULL
) STRICT;

-- What we said, so that whoever missed it can have it again.
CREATE TABLE coalition_said(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,                          -- canonical JSON
  sentence TEXT NOT NULL,                      -- the same for people
  at INTEGER NOT NULL,
  UNIQUE(coalition, epoch, counter)
) STRICT;

-- What was heard. Each is acted upon once, in the order of its counter; what comes early is held.
CREATE TABLE coalition_heard(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  member INTEGER NOT NULL REFERENCES coalition_members(id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT,                                   -- while it is held
  sentence TEXT NOT NULL,                      -- the same for people, as it came
  state TEXT NOT NULL CHECK(state IN ('held', 'done', 'unknown', 'unfit')),
  at INTEGER NOT NULL,
  UNIQUE(member, epoch, counter)
) STRICT;

-- What waits for a lead's ok here.
CREATE TABLE coalition_proposals(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,                     -- as leads type it
  kind TEXT NOT NULL,
  key TEXT NOT NULL,                           -- the same thing is proposed once
  body TEXT NOT NULL,                          -- canonical JSON
  member INTEGER REFERENCES coalition_members(id) ON DELETE CASCADE,  -- who proposed it; NULL: we did
  state TEXT NOT NULL CHECK(state IN ('open', 'agreed', 'declined', 'expired')),
  decided_by TEXT,
  decided_at INTEGER,
  expires_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(coalition, kind, key),
  UNIQUE(coalition, number)
) STRICT;
CREATE INDEX coalition_proposals_open ON coalition_proposals(expires_at) WHERE state = 'open';

-- Meetings of the coalition: which of our own meetings each is, and how far its time is agreed.
CREATE TABLE coalition_meetings(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  ref TEXT NOT NULL,                           -- what its bots call it
  member INTEGER REFERENCES coalition_members(id) ON DELETE CASCADE,  -- who proposed it; NULL: we did
  meeting INTEGER NOT NULL UNIQUE REFERENCES meetings(id) ON DELETE CASCADE,
  zone TEXT NOT NULL,                          -- of whoever proposed it
  stage TEXT NOT NULL CHECK(stage IN ('asking', 'choosing', 'set')),
  closes_at INTEGER NOT NULL,
  start_at INTEGER                             -- the instant that was chosen; NULL: none yet
) STRICT;
CREATE INDEX coalition_meetings_of ON coalition_meetings(coalition, ref);

-- What other committees said to a meeting that we proposed: whether they ask, and then how many can when.
CREATE TABLE coalition_meeting_counts(
  meeting INTEGER NOT NULL REFERENCES coalition_meetings(id) ON DELETE CASCADE,
  member INTEGER NOT NULL REFERENCES coalition_members(id) ON DELETE CASCADE,
  takes_part INTEGER NOT NULL,
  counts TEXT,                                 -- canonical JSON, by clock and time, five people or more; NULL: none yet
  PRIMARY KEY(meeting, member)
) STRICT, WITHOUT ROWID;
-- Joint tests of a coalition, as each was proposed. Nothing of another committee is in it but what it was called
-- and counts that it said; what this committee's own counts are made of stays in its tests.
CREATE TABLE coalition_tests(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  key TEXT NOT NULL,                           -- the id of the message that proposed it
  action TEXT NOT NULL,
  name TEXT NOT NULL,
  goal INTEGER NOT NULL,                       -- 0: none
  letter TEXT NOT NULL,                        -- what is signed; '': it is no letter
  opened_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  test INTEGER REFERENCES tests(id) ON DELETE SET NULL,  -- this committee's own; NULL: it is not in it
  areas TEXT NOT NULL DEFAULT '[]',            -- JSON: of each line that we tell, its areas; [[]]: all people
  epoch INTEGER NOT NULL DEFAULT 0,            -- of our counter when we came in: after a restore we are silent
  UNIQUE(coalition, key)
) STRICT;
CREATE INDEX coalition_tests_by_test ON coalition_tests(test) WHERE test IS NOT NULL;
CREATE INDEX coalition_tests_by_end ON coalition_tests(coalition, closes_at);

-- Who is in a joint test, this committee among them, and the people of each line that it tells.
CREATE TABLE coalition_sides(
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  bot TEXT NOT NULL,
  label TEXT NOT NULL,                         -- what the committee was called when it came in
  lines TEXT NOT NULL,                         -- JSON: name and people of each
  epoch INTEGER NOT NULL,                      -- of its counter then: after a restore it is silent
  at INTEGER NOT NULL,
  PRIMARY KEY(coalition, key, bot)
) STRICT, WITHOUT ROWID;

-- Counts that committees told, this one among them, by the message that told them.
CREATE TABLE coalition_counts(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  bot TEXT NOT NULL,
  due INTEGER NOT NULL,                        -- for which of its days
  message TEXT NOT NULL,
  counts TEXT NOT NULL,                        -- JSON: asked, said yes, did it, of each line
  at INTEGER NOT NULL,
  UNIQUE(coalition, message)
) STRICT;
CREATE INDEX coalition_counts_of ON coalition_counts(coalition, key, due);

-- Which counts belong to one table, so that it is the same in every room.
CREATE TABLE coalition_tables(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  due INTEGER NOT NULL,
  messages TEXT NOT NULL,                      -- JSON: the ids of the messages whose counts it shows
  missing TEXT NOT NULL,                       -- JSON: the bots whose committees have not reported
  alone INTEGER NOT NULL,                      -- 1: nobody said it; it is what this bot heard
  told INTEGER NOT NULL DEFAULT 0,             -- 1: the room has it
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX coalition_tables_of ON coalition_tables(coalition, key, due);

-- The sizes that this committee told last, by areas counted together; over all tests lines are only joined. They
-- stay when it leaves: the others keep what they were told, and whoever comes back must not tell one more.
CREATE TABLE coalition_lines(
  committee INTEGER NOT NULL REFERENCES committees(id) ON DELETE CASCADE,
  areas TEXT NOT NULL,                         -- JSON, sorted; []: all people, while no area was told
  people INTEGER NOT NULL,
  PRIMARY KEY(committee, areas)
) STRICT, WITHOUT ROWID;

-- What a committee gives besides totals. No row: totals alone.
CREATE TABLE coalition_gives(
  coalition INTEGER PRIMARY KEY REFERENCES coalitions(id) ON DELETE CASCADE,
  areas INTEGER NOT NULL                       -- 1: by area
) STRICT;
-- Coalition polls. What was asked, and how far it is here; no total of one committee, masked ones aside.
CREATE TABLE coalition_polls(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  ref TEXT NOT NULL,                           -- the id of the message that asked it
  body TEXT NOT NULL,                          -- canonical JSON; '' when it is over
  code TEXT NOT NULL DEFAULT '',               -- of the ballot here; '': none was opened
  state TEXT NOT NULL CHECK(state IN ('asked', 'open', 'spent', 'over')),
  told INTEGER NOT NULL DEFAULT 0,             -- 1: that there is no result; 2: the result; 3: and the others from us
  closes_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(coalition, ref)
) STRICT;

-- What bots said of a poll, ours among them; the first of each counts. Before a poll is known as well.
CREATE TABLE coalition_poll_words(
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  ref TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('in', 'ready', 'set', 'answer', 'part', 'kept')),
  round INTEGER NOT NULL,                      -- 0 where there is none
  bot TEXT NOT NULL,
  said TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(coalition, ref, kind, round, bot)
) STRICT, WITHOUT ROWID;
