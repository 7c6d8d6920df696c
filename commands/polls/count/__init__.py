"""Counting a poll, and what its result may tell."""
