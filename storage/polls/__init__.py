"""Sealed ballots, rosters, presence."""
