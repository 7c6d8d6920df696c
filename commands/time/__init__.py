"""Time in words, in nine languages: one moment, a question, or no answer. Pure."""
