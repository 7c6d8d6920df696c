"""Backups, keys that change, and the end of everything: what an operator does with the files."""
