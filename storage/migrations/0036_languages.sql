-- The language of each reader: a code of a catalogue in locales/, "de". NULL: not said.
ALTER TABLE people ADD COLUMN language TEXT;
ALTER TABLE committees ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
