"""Imports of employee lists, and files people sent."""
