"""Meetings, answers, agendas, action items, reminders."""
