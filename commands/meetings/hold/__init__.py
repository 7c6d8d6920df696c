"""Agenda, roles, minutes and action items."""
