-- A talk that was withdrawn, or moved to somebody else, can be brought back: what took it back then counts no
-- longer. Of that entry this stays: what it had taken back. No other column of history ever changes.
ALTER TABLE history ADD COLUMN lifted INTEGER REFERENCES history(id);
-- Forgetting deletes entries, and looks for what refers to them.
CREATE INDEX history_lifted ON history(lifted) WHERE lifted IS NOT NULL;
CREATE TRIGGER entry_lifted AFTER UPDATE OF lifted ON history WHEN NEW.lifted IS NOT NULL BEGIN
  INSERT OR IGNORE INTO unsettled SELECT committee, COALESCE(merged_into, id) FROM contacts
    WHERE id IN (SELECT contact FROM conversations WHERE entry = NEW.lifted);
END;
