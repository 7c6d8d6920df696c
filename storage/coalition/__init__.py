"""Coalitions: which committees of other bots act with this one, what was said and heard, what waits for an ok."""
