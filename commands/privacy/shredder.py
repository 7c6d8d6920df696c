"""What the bot does after somebody was forgotten, as a command may ask for it."""

from collections.abc import Collection


class Shredder:
    """The bot provides it. Both take effect when the transaction at hand has committed."""

    def remnants(self) -> None:
        """There is something deleted in the files that has to be made unreadable."""

    def reworded(self, parcels: Collection[int]) -> None:
        """These queued messages (row ids) say something else in the table than in memory."""
