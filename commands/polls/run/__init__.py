"""Open polls: list them, call one off, postpone."""
