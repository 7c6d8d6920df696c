"""Follow-ups: what an organizer owes to a contact, and by when."""
