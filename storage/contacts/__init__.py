"""Contacts of a committee: names, talks, ratings, follow-ups, merges, bulk changes."""
