"""Meetings: a time everybody understands, and what belongs to it."""
