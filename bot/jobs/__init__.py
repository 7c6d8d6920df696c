"""Recurring and background jobs: reminders, digests, imports, retention."""
