"""Polls that are open: see them, call one off, postpone."""
