"""The rooms the bot is in: whose they are, who is in them, what they may do."""
