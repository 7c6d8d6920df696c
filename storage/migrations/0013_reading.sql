-- How far the encryption sessions of others were read, so that what was read can be given up.
-- No time of any message: `due` is emptied once that is done.
CREATE TABLE reading(
  room TEXT NOT NULL,
  session_id TEXT NOT NULL,     -- sending device's key and session, as in `handled`
  next_index INTEGER NOT NULL,  -- of the first message that was not read yet
  missed TEXT NOT NULL,         -- JSON: ranges of messages before it that did not come
  due INTEGER,                  -- Unix ms UTC at which to give up what was read; NULL: it is done
  over INTEGER NOT NULL,        -- 1: its device has gone on to another session, or we left the room
  gone_on INTEGER,              -- day since 1970 on which the session was deleted
  PRIMARY KEY(room, session_id)
) WITHOUT ROWID;
