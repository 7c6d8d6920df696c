"""Holding a meeting: agenda, roles, minutes and action items."""
