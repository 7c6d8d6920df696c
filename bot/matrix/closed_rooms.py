"""Rooms in which only certain accounts are read and read us, each with the master key it must have."""

from collections.abc import Mapping

from storage.core.lazy_dataclass import dataclass


@dataclass(slots=True)
class ClosedRooms:
    """Who is admitted in which room. Whoever else a homeserver shows there gets no room key and is not heard."""

    rooms: Mapping[str, Mapping[str, str]]
    """By room, the master key (unpadded base64) of each account that is admitted."""

    def __contains__(self, room: object) -> bool:
        return room in self.rooms

    def admits(self, room: str, user: str, master: str | None) -> bool:
        """Whether an account with a published master key takes part in a room; everybody does in other rooms."""
        admitted = self.rooms.get(room)
        return admitted is None or (master is not None and admitted.get(user) == master)
