"""Signature lists: matched, looked through, accepted."""
