"""Attendance: answers to invitations, and how reminders reach people."""
