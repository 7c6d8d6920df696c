"""Time zones: what people call the place whose clocks they live by, and which rules are known."""
