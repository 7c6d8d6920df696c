"""The middle floor: what organizers type. No Matrix, no SQL text."""
