"""Meetings of the coalition: times proposed to all, each committee asks its own people, one time is chosen."""
