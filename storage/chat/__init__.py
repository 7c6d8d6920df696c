"""Where the bot stands on Matrix: rooms, messages in and out, pinned identities."""
