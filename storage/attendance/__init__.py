"""Attendance: which contacts came to meetings."""
