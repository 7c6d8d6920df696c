"""What is said before, at and after a meeting."""
