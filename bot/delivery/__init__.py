"""From a stored reply to an encrypted event in its room: once, in order, only if it may still go."""
