"""A first week: a buddy for a new organizer, three tips, and a look at one's own ratings after ten talks."""
