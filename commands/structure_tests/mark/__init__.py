"""Marks: who was asked in a test, and how far each person came."""
