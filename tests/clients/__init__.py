"""Real clients against the real bot: `make clients`."""
