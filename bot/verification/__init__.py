"""Verification: a person compares emoji with an operator, to know that this is really the bot."""
