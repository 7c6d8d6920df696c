"""History entries (who did what when), undo, and the columns derived from the rows that count."""
