"""Logs and tracebacks that hold no content, names or ids."""
