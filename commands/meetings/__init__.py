"""Meetings: planning, inviting, reminding and holding them, at times everybody understands."""
