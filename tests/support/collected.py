"""An outbox that sends nothing: queued and committed messages are collected."""

from dataclasses import dataclass, field

from storage.chat.outbox import Parcel


@dataclass(slots=True)
class Collected:
    """Messages that would be sent, in order."""

    device: str = "DEVICE"
    parcels: list[Parcel] = field(default_factory=list)

    def deliver(self, parcel: Parcel) -> None:
        """Collect a message."""
        self.parcels.append(parcel)

    def taken(self) -> list[Parcel]:
        """Return what was collected since the last call."""
        parcels = list(self.parcels)
        self.parcels.clear()
        return parcels
