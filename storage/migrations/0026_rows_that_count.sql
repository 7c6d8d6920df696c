-- The rows that count of every append-only table: those whose entry nobody took back. A query names
-- live_x where it used to repeat the condition; SQLite folds the view into the query, so that the same
-- indexes are used (tests/unit/test_views.py).
--
-- A later migration that renames a table, or builds one anew under another's name, has to drop its view
-- first and make it again: SQLite refuses to rename while a view names a table that is not there.

CREATE VIEW live_absences AS SELECT t.* FROM absences AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_action_events AS SELECT t.* FROM action_events AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_actions AS SELECT t.* FROM actions AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_agenda_items AS SELECT t.* FROM agenda_items AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_agenda_marks AS SELECT t.* FROM agenda_marks AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_assessments AS SELECT t.* FROM assessments AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_assignments AS SELECT t.* FROM assignments AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_availabilities AS SELECT t.* FROM availabilities AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_barred AS SELECT t.* FROM barred AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_bases AS SELECT t.* FROM bases AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_conversations AS SELECT t.* FROM conversations AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_follow_up_events AS SELECT t.* FROM follow_up_events AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_follow_up_owners AS SELECT t.* FROM follow_up_owners AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_follow_ups AS SELECT t.* FROM follow_ups AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_listings AS SELECT t.* FROM listings AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_meeting_exceptions AS SELECT t.* FROM meeting_exceptions AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_meeting_roles AS SELECT t.* FROM meeting_roles AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_meeting_versions AS SELECT t.* FROM meeting_versions AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_memberships AS SELECT t.* FROM memberships AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_merges AS SELECT t.* FROM merges AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_minute_lines AS SELECT t.* FROM minute_lines AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_names AS SELECT t.* FROM names AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_not_same AS SELECT t.* FROM not_same AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_notes AS SELECT t.* FROM notes AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_placements AS SELECT t.* FROM placements AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_roles AS SELECT t.* FROM roles AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_rsvps AS SELECT t.* FROM rsvps AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_test_figures AS SELECT t.* FROM test_figures AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_test_marks AS SELECT t.* FROM test_marks AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_test_terms AS SELECT t.* FROM test_terms AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_test_turnouts AS SELECT t.* FROM test_turnouts AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);
CREATE VIEW live_tests AS SELECT t.* FROM tests AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);

-- Of what is said anew again and again, the last word that counts.

-- Who stands behind a primary organizer.
CREATE VIEW current_backups AS SELECT t.* FROM live_assignments AS t
  WHERE t.part = 'backup' AND NOT t.ended AND NOT EXISTS (SELECT 1 FROM live_assignments AS n
    WHERE n.contact = t.contact AND n.organizer = t.organizer AND n.part = 'backup' AND n.id > t.id);
-- Until when an organizer is away, and who stands in.
CREATE VIEW current_absences AS SELECT t.* FROM live_absences AS t
  WHERE NOT t.ended AND NOT EXISTS (SELECT 1 FROM live_absences AS n
    WHERE n.committee = t.committee AND n.organizer = t.organizer AND n.id > t.id);
-- The last version of each talk.
CREATE VIEW current_conversations AS SELECT t.* FROM live_conversations AS t
  WHERE NOT EXISTS (SELECT 1 FROM live_conversations AS n
    WHERE n.committee = t.committee AND n.number = t.number AND n.id > t.id);
-- Who does what in a meeting.
CREATE VIEW current_meeting_roles AS SELECT t.* FROM live_meeting_roles AS t
  WHERE NOT EXISTS (SELECT 1 FROM live_meeting_roles AS n
    WHERE n.occurrence = t.occurrence AND n.role = t.role AND n.id > t.id);
