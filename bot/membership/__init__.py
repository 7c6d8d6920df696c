"""Who comes and who goes: what the bot writes down about it, says, and ends."""
