-- Of a coalition poll a bot also says that its leads were shown it: who was never asked is not taken for one that
-- did not want to. So there is one more kind of what is said.
CREATE TABLE coalition_poll_words_now(
  coalition INTEGER NOT NULL REFERENCES coalitions(id) ON DELETE CASCADE,
  ref TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('shown', 'in', 'ready', 'set', 'answer', 'part', 'kept')),
  round INTEGER NOT NULL,                      -- 0 where there is none
  bot TEXT NOT NULL,
  said TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(coalition, ref, kind, round, bot)
) STRICT, WITHOUT ROWID;
INSERT INTO coalition_poll_words_now SELECT * FROM coalition_poll_words;
DROP TABLE coalition_poll_words;
ALTER TABLE coalition_poll_words_now RENAME TO coalition_poll_words;
