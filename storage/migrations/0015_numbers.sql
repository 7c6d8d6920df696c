-- Employers' numbers meet each other as spreadsheets leave them: 00123 comes back as 123, E-17 as e-17.
-- The expression is storage/names/employee_numbers.py's KEY, letter for letter.
DROP INDEX listings_by_external_id;
CREATE INDEX listings_by_number ON listings(committee,
  CASE WHEN external_id GLOB '*[^0-9]*' THEN lower(external_id) ELSE ltrim(external_id, '0') END)
  WHERE external_id IS NOT NULL;
