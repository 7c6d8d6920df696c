-- Phone, e-mail and language of a contact: kept only while a keeper has switched the field on, with a reason.

-- Which fields are kept, and why. Of one field's rows the last that counts is true.
CREATE TABLE detail_choices(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  field TEXT NOT NULL CHECK(field IN ('phone', 'email', 'language')),
  why TEXT,                                    -- NULL: switched off, and what was kept is deleted
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX detail_choices_by_field ON detail_choices(committee, field, id);
CREATE INDEX detail_choices_by_entry ON detail_choices(entry);
CREATE VIEW live_detail_choices AS SELECT t.* FROM detail_choices AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);

-- What somebody gave to be reached by; the employer's address from a list stands in listings, and is for
-- telling people apart.
CREATE TABLE contact_details(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  field TEXT NOT NULL CHECK(field IN ('phone', 'email', 'language')),
  value TEXT,                                  -- as it was typed; NULL: taken out
  key TEXT NOT NULL,                           -- for comparing two of them
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX contact_details_by_contact ON contact_details(contact, field, id);
CREATE INDEX contact_details_by_key ON contact_details(committee, field, key);
CREATE INDEX contact_details_by_entry ON contact_details(entry);
CREATE VIEW live_contact_details AS SELECT t.* FROM contact_details AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
