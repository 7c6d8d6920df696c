"""Withdrawing what the bot has under way for somebody whose part ends; the bot provides it."""

from commands.framework.context import UserId


class Farewell:
    """The bot's farewell, called in the transaction in which a part ends. This one, without a bot, is empty."""

    async def withdraw(self, user: UserId) -> None:
        """Take back what is on its way to the user and in no table: invitations, and what is held in memory."""
