-- Weekly reports, and limits to looking people up.
--
-- A report counts the whole unit. What it counts by stands beside each contact as derived columns, in
-- one narrow index (contacts_counted) that is read instead of the tables. storage/reports/unit.py computes the
-- columns anew for whoever is in "unsettled": triggers put everybody there about whom a row was
-- written, deleted or taken back, whatever part of the program did it.

ALTER TABLE contacts ADD COLUMN unit_area INTEGER;  -- derived: today's area; 0: unknown; NULL: not in the unit
ALTER TABLE contacts ADD COLUMN unit_shift TEXT;    -- derived: today's
ALTER TABLE contacts ADD COLUMN parts INTEGER NOT NULL DEFAULT 0; -- derived: 1 committee + 2 natural leader
ALTER TABLE contacts ADD COLUMN talked_at INTEGER;  -- derived: when somebody last had a one-on-one with them
ALTER TABLE contacts ADD COLUMN turns_on TEXT;      -- derived: the next day on which one of these changes
-- Where the committee's last report to the room counted somebody, if they are elsewhere now.
-- -1: nowhere. NULL: where they are.
ALTER TABLE contacts ADD COLUMN was_area INTEGER;

CREATE INDEX contacts_counted
  ON contacts(committee, unit_area, unit_shift, rating, parts, talked_at, organizer);
CREATE INDEX contacts_turning ON contacts(committee, turns_on) WHERE turns_on IS NOT NULL;
CREATE INDEX contacts_elsewhere ON contacts(committee, was_area) WHERE was_area IS NOT NULL;

CREATE TABLE unsettled(
  committee INTEGER NOT NULL,
  contact INTEGER NOT NULL,                    -- refers to nobody: who is gone is passed over
  PRIMARY KEY(committee, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO unsettled SELECT committee, id FROM contacts;

CREATE TRIGGER contact_unsettled AFTER INSERT ON contacts BEGIN
  INSERT OR IGNORE INTO unsettled VALUES (NEW.committee, NEW.id);
END;
CREATE TRIGGER standing_unsettled AFTER UPDATE OF present, merged_into ON contacts
WHEN OLD.present IS NOT NEW.present OR OLD.merged_into IS NOT NEW.merged_into BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, id FROM contacts
    WHERE id IN (NEW.id, NEW.merged_into, OLD.merged_into);
END;
CREATE TRIGGER placement_unsettled AFTER INSERT ON placements BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, id FROM contacts WHERE id = NEW.contact;
END;
CREATE TRIGGER placement_gone AFTER DELETE ON placements BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, id FROM contacts WHERE id = OLD.contact;
END;
CREATE TRIGGER membership_unsettled AFTER INSERT ON memberships BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, id FROM contacts WHERE id = NEW.contact;
END;
CREATE TRIGGER membership_gone AFTER DELETE ON memberships BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, id FROM contacts WHERE id = OLD.contact;
END;
CREATE TRIGGER role_unsettled AFTER INSERT ON roles BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, COALESCE(merged_into, id) FROM contacts
    WHERE id = NEW.contact;
END;
CREATE TRIGGER role_gone AFTER DELETE ON roles BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, COALESCE(merged_into, id) FROM contacts
    WHERE id = OLD.contact;
END;
CREATE TRIGGER conversation_unsettled AFTER INSERT ON conversations BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, COALESCE(merged_into, id) FROM contacts
    WHERE id = NEW.contact;
END;
CREATE TRIGGER conversation_gone AFTER DELETE ON conversations BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, COALESCE(merged_into, id) FROM contacts
    WHERE id = OLD.contact;
END;
CREATE TRIGGER entry_reversed AFTER INSERT ON history WHEN NEW.reverses IS NOT NULL BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, COALESCE(merged_into, id) FROM contacts
    WHERE id IN (
      SELECT contact FROM placements WHERE entry = NEW.reverses
      UNION ALL SELECT contact FROM memberships WHERE entry = NEW.reverses
      UNION ALL SELECT contact FROM roles WHERE entry = NEW.reverses
      UNION ALL SELECT contact FROM conversations WHERE entry = NEW.reverses
    );
END;

-- Derived: each change of a contact's current rating, whatever brought it about.
CREATE TABLE rating_moves(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,                         -- of the history entry at hand
  before INTEGER,
  after INTEGER
) STRICT;
CREATE INDEX rating_moves_by_time ON rating_moves(committee, at, contact);
CREATE INDEX rating_moves_in_order ON rating_moves(committee, id);
CREATE INDEX rating_moves_by_contact ON rating_moves(contact);
INSERT INTO rating_moves(committee, contact, at, before, after)
  SELECT committee, id, rated_at, NULL, rating FROM contacts WHERE rating IS NOT NULL;
CREATE TRIGGER rating_moved AFTER UPDATE OF rating ON contacts
WHEN OLD.rating IS NOT NEW.rating BEGIN
  INSERT INTO rating_moves(committee, contact, at, before, after) VALUES (
    NEW.committee, NEW.id,
    COALESCE((SELECT at FROM history ORDER BY id DESC LIMIT 1), 0), OLD.rating, NEW.rating
  );
END;

-- What the room was told, a week at a time: counts, and which areas were counted together.
CREATE TABLE releases(
  committee INTEGER NOT NULL REFERENCES committees(id),
  day TEXT NOT NULL,                           -- in the committee's calendar
  at INTEGER NOT NULL,
  figures TEXT NOT NULL,                       -- JSON
  PRIMARY KEY(committee, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_counted ON conversations(committee, at, outcome);
CREATE INDEX conversations_edited ON conversations(committee, at) WHERE replaces IS NOT NULL;
CREATE INDEX history_taken_back ON history(committee, at) WHERE reverses IS NOT NULL;
CREATE INDEX history_of_done ON history(committee, at) WHERE kind = 'follow-up done';

-- Whose records an organizer saw lately who are not in their care, and how often that was too many.
CREATE TABLE look_ups(
  committee INTEGER NOT NULL REFERENCES committees(id),
  viewer TEXT NOT NULL,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  PRIMARY KEY(committee, viewer, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_ups_by_time ON look_ups(committee, viewer, at);
CREATE INDEX look_ups_by_contact ON look_ups(contact);
CREATE TABLE look_ups_refused(
  committee INTEGER NOT NULL REFERENCES committees(id),
  viewer TEXT NOT NULL,
  at INTEGER NOT NULL,                         -- when leads were last told
  times INTEGER NOT NULL,
  PRIMARY KEY(committee, viewer)
) STRICT, WITHOUT ROWID;
