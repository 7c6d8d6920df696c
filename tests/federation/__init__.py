"""Between homeservers: organizers live on another one than the bot, and the two lose sight of each other."""
