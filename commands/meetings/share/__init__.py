"""The way into a call, and calendar files."""
