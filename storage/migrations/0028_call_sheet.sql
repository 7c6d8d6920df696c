-- Whom to talk to next: in which order an organizer's people were last tried, and what they were last asked.

-- derived: when anybody last tried to talk with them, whatever came of it (storage/reports/unit.py)
ALTER TABLE contacts ADD COLUMN tried_at INTEGER;
UPDATE contacts SET tried_at = (
  SELECT MAX(t.at) FROM current_conversations AS t WHERE t.contact IN
    (SELECT contacts.id UNION ALL SELECT d.id FROM contacts AS d WHERE d.merged_into = contacts.id)
);

-- Whoever was never tried comes first. A call sheet is read from its beginning, and no further than it is long.
CREATE INDEX contacts_to_call ON contacts(committee, organizer, tried_at, number)
  WHERE present AND merged_into IS NULL;
CREATE INDEX contacts_leading ON contacts(committee, organizer, number) WHERE parts >= 2;
-- Talks in which somebody was asked for something and said nothing to it yet.
CREATE INDEX conversations_unanswered ON conversations(contact, id)
  WHERE ask IS NOT NULL AND answer IS NULL;
