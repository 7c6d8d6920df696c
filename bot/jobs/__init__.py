"""What the bot does by the clock: reminders, digests, imports, retention."""
