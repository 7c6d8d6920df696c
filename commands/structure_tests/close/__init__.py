"""Closing a test for good, and what it says against our ratings."""
