-- Who was told all that a ballot of that kind promises and does not; the next one says it in short.
-- Noted when a ballot is delivered, for everybody on a roster alike: members, never voters. No times.
CREATE TABLE small_print(
  person TEXT NOT NULL,
  kind   TEXT NOT NULL,                                 -- of secret poll, as in commands/polls/model.py
  PRIMARY KEY(person, kind)
) WITHOUT ROWID;
