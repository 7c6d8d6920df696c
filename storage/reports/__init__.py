"""Reports: counts of the unit, and the figures published to the room."""
