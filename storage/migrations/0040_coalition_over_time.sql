-- The version of a message to the coalition: it is said again as it was, also by a bot that was updated since.
ALTER TABLE coalition_said ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
