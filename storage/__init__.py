"""The storage floor: everything the bot keeps, encrypted. Imports nothing from bot or commands."""
