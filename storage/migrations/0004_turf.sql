-- Who carries what: turf that changes hands, absences, people who left; drafts and morning digests.
--
-- assignments (0002) stays the history of turf. Of each contact's 'primary' rows the last one that
-- counts says who has it, or, when it is an ending, that nobody has; contacts.organizer is derived
-- from it. 'backup' rows are read the same way for each organizer.

-- Who owes a follow-up. Its own entry writes the first row; turf that changes hands writes more.
CREATE TABLE follow_up_owners(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  follow_up INTEGER NOT NULL REFERENCES follow_ups(id) ON DELETE CASCADE,
  owner TEXT NOT NULL,                         -- '': nobody, until somebody gets the contact
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX follow_up_owners_by_follow_up ON follow_up_owners(follow_up, id);
CREATE INDEX follow_up_owners_by_entry ON follow_up_owners(entry);
INSERT INTO follow_up_owners(follow_up, owner, at, entry)
  SELECT f.id, f.owner, h.at, f.entry FROM follow_ups AS f JOIN history AS h ON h.id = f.entry;

CREATE INDEX follow_ups_by_day ON follow_ups(committee, due_day, id) WHERE open;
CREATE INDEX assignments_of_backups ON assignments(organizer, contact, id) WHERE part = 'backup';

-- Why somebody handed people back, for whoever takes them over.
CREATE TABLE turf_reasons(
  entry INTEGER PRIMARY KEY REFERENCES history(id) ON DELETE CASCADE,
  why TEXT NOT NULL
) STRICT;

-- Who is away until when, and who stands in. Of an organizer's rows the last that counts is true.
CREATE TABLE absences(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  organizer TEXT NOT NULL,
  cover TEXT NOT NULL,
  until_day TEXT NOT NULL,                     -- the last day, in the committee's calendar
  ended INTEGER NOT NULL DEFAULT 0,            -- 1: back before that
  at INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX absences_by_organizer ON absences(committee, organizer, id);
CREATE INDEX absences_by_cover ON absences(committee, cover, until_day);
CREATE INDEX absences_by_entry ON absences(entry);

-- People whose part in the committee a lead has ended while they are still in its room.
CREATE TABLE barred(
  committee INTEGER NOT NULL REFERENCES committees(id),
  person TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES history(id),
  PRIMARY KEY(committee, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX barred_by_entry ON barred(entry);

-- A one-on-one somebody is being asked about. Nothing of it counts until they confirm it.
CREATE TABLE drafts(
  committee INTEGER NOT NULL REFERENCES committees(id),
  author TEXT NOT NULL,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  answers TEXT NOT NULL,                       -- JSON, in the order of the questions
  expires_at INTEGER NOT NULL,
  PRIMARY KEY(committee, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_by_contact ON drafts(contact);
CREATE INDEX drafts_by_age ON drafts(expires_at);

-- The last day for which somebody's morning digest was looked at, and whether they want it.
CREATE TABLE digests(
  person TEXT PRIMARY KEY,
  day TEXT,
  muted INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
