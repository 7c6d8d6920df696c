-- What the content of a queued message is: the event itself, or what it is made from at the moment it goes.
--
-- What it is made from stood in the content under names of ours (org.steward.*), from where it had to be
-- taken away before anything was sent. A message queued by an earlier release goes out as it would have.
ALTER TABLE outbox ADD COLUMN content_kind TEXT NOT NULL DEFAULT 'event';
ALTER TABLE outbox ADD COLUMN source TEXT NOT NULL DEFAULT '';  -- what it is made from; '' for an event or a file
ALTER TABLE parked ADD COLUMN content_kind TEXT NOT NULL DEFAULT 'event';
ALTER TABLE parked ADD COLUMN source TEXT NOT NULL DEFAULT '';

CREATE TEMP TABLE marks(content_kind TEXT NOT NULL, path TEXT NOT NULL);
INSERT INTO marks VALUES
  ('picture', '$."org.steward.picture"'),    -- what is to be drawn, as JSON
  ('export', '$."org.steward.export"'),      -- the row id of an export
  ('calendar', '$."org.steward.calendar"'),  -- the text of a calendar file
  ('reminder', '$."org.steward.reminder"'),  -- the row id of a reminder
  ('digest', '$."org.steward.digest"'),      -- whose, and of which day, as JSON
  ('left_out', '$."org.steward.left_out"'),  -- which device, and why, as JSON
  ('redaction', '$.redacts'),                -- the id of an event
  ('file', '$.file');                        -- stays where it is: a file that was uploaded
UPDATE outbox SET content_kind = m.content_kind,
    source = CASE m.content_kind WHEN 'file' THEN '' ELSE json_extract(content, m.path) END,
    content = CASE m.content_kind WHEN 'file' THEN content ELSE json_remove(content, m.path) END
  FROM marks AS m WHERE json_type(outbox.content, m.path) IS NOT NULL;
UPDATE parked SET content_kind = m.content_kind,
    source = CASE m.content_kind WHEN 'file' THEN '' ELSE json_extract(content, m.path) END,
    content = CASE m.content_kind WHEN 'file' THEN content ELSE json_remove(content, m.path) END
  FROM marks AS m WHERE json_type(parked.content, m.path) IS NOT NULL;
DROP TABLE marks;
