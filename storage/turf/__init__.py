"""Turf: who is responsible for which contacts, who is away, whose part has ended."""
