"""Committees of several bots act together: pairing, what their bots say to each other, what leads agree to."""
