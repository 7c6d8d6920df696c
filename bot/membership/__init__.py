"""Membership: who comes and goes, and what the bot records, says and ends on account of that."""
