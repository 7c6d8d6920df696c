"""One-on-ones and assessments."""
