"""Meetings while nobody types: what is due is said, once, and never late as if it were on time."""
