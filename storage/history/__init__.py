"""Who did what when, taking it back, and the columns that follow from it."""
