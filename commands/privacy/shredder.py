"""What the bot does after somebody was forgotten, as a command may ask for it."""


class Shredder:
    """The bot provides it. It takes effect when the transaction at hand has committed."""

    def remnants(self) -> None:
        """There is something deleted in the files that has to be made unreadable."""
