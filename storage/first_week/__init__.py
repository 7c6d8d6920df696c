"""A first week: who is there for a new organizer, and what a new organizer was told."""
