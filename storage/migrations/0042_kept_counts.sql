-- Reports on the whole unit are read from counts that are kept, instead of counting everybody each time.
--
-- Triggers keep them with every change of a contact's derived columns, in the same transaction, whatever part of
-- the program made it. A group of nobody has no row: nothing tells that somebody was in it.

CREATE TABLE unit_counts(
  committee INTEGER NOT NULL REFERENCES committees(id),
  area INTEGER NOT NULL,                       -- 0: unknown
  shift TEXT NOT NULL,                         -- '': none
  rating INTEGER NOT NULL,                     -- 0: none
  parts INTEGER NOT NULL,
  people INTEGER NOT NULL,
  assigned INTEGER NOT NULL,                   -- of them: those with an organizer
  PRIMARY KEY(committee, area, shift, rating, parts)
) STRICT, WITHOUT ROWID;

-- When people of the unit last had a one-on-one. Whoever asks since when some did adds up the weeks after that, and
-- counts one by one, by the index below, in the week in which it lies.
CREATE TABLE unit_talks(
  committee INTEGER NOT NULL REFERENCES committees(id),
  week INTEGER NOT NULL,                       -- so many times 604,800,000 ms since 1970, UTC
  area INTEGER NOT NULL,
  shift TEXT NOT NULL,
  people INTEGER NOT NULL,
  PRIMARY KEY(committee, week, area, shift)
) STRICT, WITHOUT ROWID;

INSERT INTO unit_counts(committee, area, shift, rating, parts, people, assigned)
  SELECT committee, unit_area, COALESCE(unit_shift, ''), COALESCE(rating, 0), parts, COUNT(*), COUNT(organizer)
  FROM contacts WHERE unit_area IS NOT NULL GROUP BY 1, 2, 3, 4, 5;
INSERT INTO unit_talks(committee, week, area, shift, people)
  SELECT committee, talked_at / 604800000, unit_area, COALESCE(unit_shift, ''), COUNT(*)
  FROM contacts WHERE unit_area IS NOT NULL AND talked_at IS NOT NULL GROUP BY 1, 2, 3, 4;

-- What was read of it for reports is in the counts. Whoever looks for an area's people finds them as before.
DROP INDEX contacts_counted;
CREATE INDEX contacts_placed ON contacts(committee, unit_area, unit_shift, organizer);
CREATE INDEX contacts_talked ON contacts(committee, talked_at, unit_area, unit_shift)
  WHERE talked_at IS NOT NULL;

CREATE TRIGGER unit_came AFTER INSERT ON contacts WHEN NEW.unit_area IS NOT NULL BEGIN
  INSERT INTO unit_counts(committee, area, shift, rating, parts, people, assigned) VALUES (
    NEW.committee, NEW.unit_area, COALESCE(NEW.unit_shift, ''), COALESCE(NEW.rating, 0), NEW.parts, 1,
    NEW.organizer IS NOT NULL)
    ON CONFLICT(committee, area, shift, rating, parts)
    DO UPDATE SET people = people + 1, assigned = assigned + excluded.assigned;
  INSERT INTO unit_talks(committee, week, area, shift, people)
    SELECT NEW.committee, NEW.talked_at / 604800000, NEW.unit_area, COALESCE(NEW.unit_shift, ''), 1
    WHERE NEW.talked_at IS NOT NULL
    ON CONFLICT(committee, week, area, shift) DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER unit_changed AFTER UPDATE OF unit_area, unit_shift, rating, parts, organizer ON contacts
WHEN (OLD.unit_area IS NOT NULL OR NEW.unit_area IS NOT NULL) AND (OLD.unit_area IS NOT NEW.unit_area
  OR OLD.unit_shift IS NOT NEW.unit_shift OR OLD.rating IS NOT NEW.rating OR OLD.parts <> NEW.parts
  OR (OLD.organizer IS NULL) <> (NEW.organizer IS NULL)) BEGIN
  INSERT INTO unit_counts(committee, area, shift, rating, parts, people, assigned)
    SELECT NEW.committee, NEW.unit_area, COALESCE(NEW.unit_shift, ''), COALESCE(NEW.rating, 0), NEW.parts, 1,
    NEW.organizer IS NOT NULL WHERE NEW.unit_area IS NOT NULL
    ON CONFLICT(committee, area, shift, rating, parts)
    DO UPDATE SET people = people + 1, assigned = assigned + excluded.assigned;
  UPDATE unit_counts SET people = people - 1, assigned = assigned - (OLD.organizer IS NOT NULL)
    WHERE committee = OLD.committee AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '')
    AND rating = COALESCE(OLD.rating, 0) AND parts = OLD.parts;
  DELETE FROM unit_counts
    WHERE committee = OLD.committee AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '')
    AND rating = COALESCE(OLD.rating, 0) AND parts = OLD.parts AND people = 0;
END;
CREATE TRIGGER unit_talked AFTER UPDATE OF unit_area, unit_shift, talked_at ON contacts
WHEN (OLD.talked_at IS NOT NULL OR NEW.talked_at IS NOT NULL)
  AND (OLD.unit_area IS NOT NEW.unit_area OR OLD.unit_shift IS NOT NEW.unit_shift
  OR OLD.talked_at / 604800000 IS NOT NEW.talked_at / 604800000) BEGIN
  INSERT INTO unit_talks(committee, week, area, shift, people)
    SELECT NEW.committee, NEW.talked_at / 604800000, NEW.unit_area, COALESCE(NEW.unit_shift, ''), 1
    WHERE NEW.unit_area IS NOT NULL AND NEW.talked_at IS NOT NULL
    ON CONFLICT(committee, week, area, shift) DO UPDATE SET people = people + 1;
  UPDATE unit_talks SET people = people - 1 WHERE committee = OLD.committee
    AND week = OLD.talked_at / 604800000 AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '');
  DELETE FROM unit_talks WHERE committee = OLD.committee AND week = OLD.talked_at / 604800000
    AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '') AND people = 0;
END;
CREATE TRIGGER unit_left AFTER DELETE ON contacts WHEN OLD.unit_area IS NOT NULL BEGIN
  UPDATE unit_counts SET people = people - 1, assigned = assigned - (OLD.organizer IS NOT NULL)
    WHERE committee = OLD.committee AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '')
    AND rating = COALESCE(OLD.rating, 0) AND parts = OLD.parts;
  DELETE FROM unit_counts
    WHERE committee = OLD.committee AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '')
    AND rating = COALESCE(OLD.rating, 0) AND parts = OLD.parts AND people = 0;
  UPDATE unit_talks SET people = people - 1 WHERE committee = OLD.committee
    AND week = OLD.talked_at / 604800000 AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '');
  DELETE FROM unit_talks WHERE committee = OLD.committee AND week = OLD.talked_at / 604800000
    AND area = OLD.unit_area AND shift = COALESCE(OLD.unit_shift, '') AND people = 0;
END;
