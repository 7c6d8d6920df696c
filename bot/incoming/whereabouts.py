"""What a room means for a person who wrote there."""

from dataclasses import dataclass

from bot.matrix.rooms import Room
from commands.framework.context import Committee, Place


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a room means for a person who wrote there."""

    place: Place
    committees: tuple[Committee, ...]
    current: Committee | None
    """None in a direct chat of somebody with several committees who has not chosen."""
    unclear: Room | None = None
    """The room, while nobody said what it is for: only that is talked about in it."""

    @property
    def likely(self) -> Committee:
        """The current committee, or any, for what is the same in all of them."""
        return self.current or self.committees[0]
