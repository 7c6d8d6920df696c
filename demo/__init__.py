"""The demo: a homeserver on loopback, the bot, and a committee whose people follow a script."""
