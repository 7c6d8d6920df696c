"""Backups, restoring, new keys, and the end of everything: what an operator does with the files."""
