"""Reminders before, at and after a meeting."""
