-- Names before the colon that two people of a committee have, or names that look alike: whoever has one of them
-- is named in full everywhere (storage/chat/called_alike.py). Derived, words with a space between; NULL: to be found.
ALTER TABLE committees ADD COLUMN alike TEXT;
