-- The master key that a person and an operator compared, emoji by emoji, and when (Unix ms UTC).
ALTER TABLE identities ADD COLUMN verified TEXT;
ALTER TABLE identities ADD COLUMN verified_at INTEGER;
-- When a lead, or a comparison, last accepted a changed identity.
ALTER TABLE identities ADD COLUMN accepted_at INTEGER;
