"""Links into calls, and calendar files."""
