"""Polls: secret ones, counted in a sealed box, and open ones with names."""
