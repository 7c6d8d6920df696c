"""Natural leaders: who stands behind whom, and how far their groups come."""
