"""Opening a test and announcing it."""
