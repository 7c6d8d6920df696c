-- Commands of somebody who asked for much at once: they wait here until others had their turn. A row
-- lives from the message to its answer, as a file that is still to be fetched does (uploads).
CREATE TABLE waiting(
  id       INTEGER PRIMARY KEY,                         -- the order in which they came
  event_id TEXT NOT NULL UNIQUE,
  person   TEXT NOT NULL,
  room     TEXT NOT NULL,
  body     TEXT NOT NULL,
  thread   TEXT NOT NULL                                -- of the message; '' outside of threads
) STRICT;
CREATE INDEX waiting_by_person ON waiting(person, id);
