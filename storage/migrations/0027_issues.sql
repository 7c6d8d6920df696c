-- Issues: what moves people, in words that the committee keeps. Talks hold the words as they were typed;
-- what they are counted as is said here, so that a word can be counted otherwise later, for old talks too.
-- Of several rows about one word (whatever its case and accents) the last that counts is true.
CREATE TABLE issue_words(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  committee INTEGER NOT NULL REFERENCES committees(id),
  said TEXT NOT NULL,
  means TEXT,                                  -- what it is counted as; itself: it is on the list; NULL: it is not
  entry INTEGER NOT NULL REFERENCES history(id)
) STRICT;
CREATE INDEX issue_words_by_committee ON issue_words(committee, id);
CREATE INDEX issue_words_by_entry ON issue_words(entry);
CREATE VIEW live_issue_words AS SELECT t.* FROM issue_words AS t
  WHERE NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry);

-- Talks in which an issue was named, by time: most talks and attempts name none.
CREATE INDEX conversations_with_issue ON conversations(committee, at) WHERE issue IS NOT NULL;
