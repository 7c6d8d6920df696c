"""Turf: who is responsible for whom, who stands in, and what happens when somebody leaves."""
