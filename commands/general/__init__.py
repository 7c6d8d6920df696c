"""Commands about the bot, the committee and oneself: help, set-up, status, undo."""
