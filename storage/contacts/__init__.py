"""Contacts, talks, ratings, follow-ups, merges."""
