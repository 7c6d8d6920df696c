"""The Matrix side of storage: rooms, messages in and out, pinned identities."""
