"""Meetings of a committee: times, answers, agendas, action items, reminders."""
