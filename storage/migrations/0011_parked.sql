-- A message that could not be delivered, so that an admin may send it again once the cause is mended:
-- for a week, and not once anybody is removed from the records. The dead letter itself stays without it.
CREATE TABLE parked(
  letter INTEGER PRIMARY KEY REFERENCES dead_letters(id) ON DELETE CASCADE,
  transaction_id TEXT NOT NULL,
  room TEXT,
  recipient TEXT,
  content TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  device_id TEXT NOT NULL,
  CHECK((room IS NULL) <> (recipient IS NULL))
);
