-- What the bot asked somebody last in their direct chat, with the lines that answer it: at most one a person,
-- for a quarter of an hour, gone with the next message.
CREATE TABLE open_questions(
  committee INTEGER NOT NULL REFERENCES committees(id),
  author TEXT NOT NULL,
  options TEXT NOT NULL,                       -- JSON: what may be said, and the line that is done then
  expires_at INTEGER NOT NULL,
  PRIMARY KEY(committee, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_questions_by_age ON open_questions(expires_at);
-- For whoever has the contact: whom others talked with or rated lately.
CREATE INDEX history_of_talks ON history(committee, at) WHERE kind IN ('conversation logged', 'assessed');
