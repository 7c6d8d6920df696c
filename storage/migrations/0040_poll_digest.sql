-- What binds the sum of a coalition poll to its question, kept beside it: a name that is blanked in the question does
-- not change what the others were asked. Lower-case hexadecimal; '': asked before this was kept, or over.
ALTER TABLE coalition_polls ADD COLUMN digest TEXT NOT NULL DEFAULT '';
