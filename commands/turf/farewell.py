"""What the bot itself has under way for somebody, for when their part ends; it provides it."""

from commands.framework.context import UserId


class Farewell:
    """Called within the transaction in which somebody's part ends. Here for where there is no bot."""

    async def withdraw(self, user: UserId) -> None:
        """Take back what is on its way to them and is in no table of ours: invitations, what memory has."""
