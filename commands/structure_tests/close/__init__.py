"""Closing a test for good, and reviewing ratings that its result contradicts."""
