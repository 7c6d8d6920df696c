"""The weekly reports: counts for the room, finer ones for leads."""
