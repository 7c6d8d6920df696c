-- The master key that a person and an operator compared, emoji by emoji, and when (Unix ms UTC).
ALTER TABLE identities ADD COLUMN verified TEXT;
ALTER TABLE identities ADD COLUMN verified_at INTEGER;
