"""The data key, and what unlocks it."""
