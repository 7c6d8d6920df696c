"""Roles: what counts of somebody in a committee, what each role may do and how much. Pure.

The framework stands on it: what permits a command is below what reads one.
"""
