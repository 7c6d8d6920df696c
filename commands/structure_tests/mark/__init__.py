"""Marks: who was asked, and what became of it."""
