"""Attendance: which contacts came to meetings and actions."""
