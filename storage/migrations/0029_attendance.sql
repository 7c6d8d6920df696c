-- Who of the contacts came to a meeting. Committee members say so themselves, in the minutes.
-- Of one person's rows about one time of a meeting the last that counts is true.
CREATE TABLE attendances(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  occurrence INTEGER NOT NULL REFERENCES occurrences(id) ON DELETE CASCADE,
  contact INTEGER NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
  came INTEGER NOT NULL CHECK(came IN (0, 1)),
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX attendances_by_contact ON attendances(contact, occurrence, id);
CREATE INDEX attendances_by_occurrence ON attendances(occurrence, contact, id);
CREATE INDEX attendances_by_entry ON attendances(entry);
CREATE VIEW live_attendances AS SELECT t.* FROM attendances AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW current_attendances AS SELECT t.* FROM live_attendances AS t
  WHERE NOT EXISTS (SELECT 1 FROM live_attendances AS n
    WHERE n.contact = t.contact AND n.occurrence = t.occurrence AND n.id > t.id);
