-- On what terms a message that waits may go: asked when it is made, and again when it is sent.
--
-- A row of before this has kind 'old': whom it is for has to take part somewhere.
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'old';
ALTER TABLE outbox ADD COLUMN occasion TEXT NOT NULL DEFAULT ''; -- what it answers, or on what occasion it is said
ALTER TABLE outbox ADD COLUMN committee INTEGER REFERENCES committees(id);
ALTER TABLE outbox ADD COLUMN person TEXT;                     -- whom it is for, wherever it goes; NULL: a room
-- The role its reader needs at least (1 organizer, 2 lead, 3 keeper). A room is read by organizers.
ALTER TABLE outbox ADD COLUMN least INTEGER NOT NULL DEFAULT 1 CHECK(least = 1 OR person IS NOT NULL);
ALTER TABLE outbox ADD COLUMN people INTEGER NOT NULL DEFAULT 0; -- 1: its reader has to be one who may hear about people
ALTER TABLE outbox ADD COLUMN about TEXT NOT NULL DEFAULT '{}';  -- JSON: which contacts it names, which of them as its reader's own
ALTER TABLE outbox ADD COLUMN export INTEGER;                  -- the export whose file it is
CREATE INDEX outbox_by_person ON outbox(person, committee) WHERE person IS NOT NULL;
CREATE INDEX outbox_by_committee ON outbox(committee) WHERE committee IS NOT NULL;
CREATE INDEX outbox_by_export ON outbox(export) WHERE export IS NOT NULL;
UPDATE outbox SET person = recipient WHERE recipient IS NOT NULL;
UPDATE outbox SET export = json_extract(content, '$."org.steward.export"'), least = 3, kind = 'tell'
  WHERE person IS NOT NULL AND json_extract(content, '$."org.steward.export"') IS NOT NULL;
UPDATE outbox SET committee = (SELECT e.committee FROM exports AS e WHERE e.id = outbox.export)
  WHERE export IS NOT NULL;
UPDATE outbox SET least = 3
  WHERE person IS NOT NULL AND json_extract(content, '$.filename') GLOB 'steward-export-*';

-- A dead letter that is sent again goes on the terms it had.
ALTER TABLE parked ADD COLUMN kind TEXT NOT NULL DEFAULT 'old';
ALTER TABLE parked ADD COLUMN occasion TEXT NOT NULL DEFAULT '';
ALTER TABLE parked ADD COLUMN committee INTEGER;
ALTER TABLE parked ADD COLUMN person TEXT;
ALTER TABLE parked ADD COLUMN least INTEGER NOT NULL DEFAULT 1;
ALTER TABLE parked ADD COLUMN people INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parked ADD COLUMN about TEXT NOT NULL DEFAULT '{}';
ALTER TABLE parked ADD COLUMN export INTEGER;
UPDATE parked SET person = recipient WHERE recipient IS NOT NULL;
CREATE INDEX parked_by_person ON parked(person, committee) WHERE person IS NOT NULL;
CREATE INDEX parked_by_export ON parked(export) WHERE export IS NOT NULL;

CREATE INDEX reminders_on_their_way ON reminders(recipient) WHERE state IN ('queued', 'sending');

-- Copies for outside end in more ways: the file is out; or it is not made any more, because somebody who
-- asked or approved may not any more, or because it took too long. What goes in is fixed by the approval.
CREATE TABLE exports_with_ends(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  number INTEGER NOT NULL,
  author TEXT NOT NULL,
  format TEXT NOT NULL CHECK(format IN ('csv', 'json', 'vcard')),
  ratings INTEGER NOT NULL,
  why TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN
    ('asked', 'approved', 'refused', 'made', 'sent', 'withdrawn', 'expired')),
  decided_by TEXT,
  at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  approved_at INTEGER,
  newest INTEGER,                              -- the last contact there was when it was approved
  UNIQUE(committee, number)
) STRICT;
INSERT INTO exports_with_ends(id, committee, number, author, format, ratings, why, state, decided_by,
    at, changed_at, approved_at, newest)
  SELECT id, committee, number, author, format, ratings, why,
    CASE state WHEN 'made' THEN 'sent' ELSE state END, decided_by, at, changed_at,
    CASE state WHEN 'approved' THEN changed_at END,
    CASE state WHEN 'approved' THEN (SELECT MAX(c.id) FROM contacts AS c
      WHERE c.committee = exports.committee) END
  FROM exports;
DROP TABLE exports;
ALTER TABLE exports_with_ends RENAME TO exports;
CREATE INDEX exports_waiting ON exports(committee) WHERE state IN ('asked', 'approved', 'made');

-- Invitations to direct chats that nobody accepted and that are to be taken back.
CREATE TABLE uninvited(
  room TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
