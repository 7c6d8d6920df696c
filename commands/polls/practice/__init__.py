"""A poll to try how polls go: about a drink, and never secret."""
