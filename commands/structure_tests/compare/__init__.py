"""Comparing several tests, in figures and pictures."""
