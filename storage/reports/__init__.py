"""The unit in counts, and what the room was told of it."""
