"""The process and its files: one at a time, private, with an exit status that says why it ended."""
